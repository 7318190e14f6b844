package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * The files of a submission that was taken in. Two trees have the same digest exactly if they hold
 * the same contents under the same paths; how they were packed, their order, time stamps,
 * permissions and empty folders make no difference, nor do folders wrapped around the whole (see
 * {@link Intake}).
 *
 * @param root the folder that holds the files, absolute
 * @param digest {@code sha256:} and 64 hexadecimal digits: the SHA-256 of the line {@code
 *     bootgrade/tree/v1} and then, for each file in order, its path, a zero byte, its digest and a
 *     newline, in UTF-8
 * @param files sorted by the bytes of their paths in UTF-8
 */
public record SourceTree(Path root, String digest, List<SourceFile> files) {
  /** Copies the list, so that the tree does not change afterwards. */
  public SourceTree {
    files = List.copyOf(files);
  }

  static SourceTree of(Path root, Collection<SourceFile> files) {
    List<SourceFile> sorted =
        files.stream()
            .sorted(
                Comparator.comparing(
                    (SourceFile f) -> f.path().getBytes(UTF_8), Arrays::compareUnsigned))
            .toList();
    MessageDigest sha256 = Digests.sha256();
    sha256.update("bootgrade/tree/v1\n".getBytes(UTF_8));
    for (SourceFile file : sorted) {
      // No path holds a zero byte or a newline, so no two trees encode alike.
      sha256.update((file.path() + "\0" + file.digest() + "\n").getBytes(UTF_8));
    }
    return new SourceTree(root, Digests.text(sha256), sorted);
  }

  /**
   * Whether the tree holds a file (not a folder) of this path, in the form of {@link SourceFile}.
   */
  public boolean has(String path) {
    return files.stream().anyMatch(file -> file.path().equals(path));
  }

  /** The files whose last name is this, at any depth, in the order of {@link #files}. */
  public List<SourceFile> named(String fileName) {
    return files.stream().filter(file -> file.name().equals(fileName)).toList();
  }

  /**
   * The content of a file, exactly as it was taken in.
   *
   * @throws IllegalArgumentException if the tree has no such file
   * @throws InfrastructureFailure if it cannot be read any more or is not what was taken in, such
   *     as after a build that could write to the tree
   */
  public byte[] bytes(String path) throws InfrastructureFailure {
    SourceFile file =
        files.stream()
            .filter(candidate -> candidate.path().equals(path))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("not in the tree: " + path));
    byte[] content;
    try (InputStream in = Files.newInputStream(root.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
      // One more than recorded, so that a file that has grown does not pass for what it was.
      content = in.readNBytes(Math.toIntExact(file.size() + 1));
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "cannot read %s of the source tree (%s)".formatted(path, FileTrouble.reason(e, null)),
          "take the submission in again",
          e);
    }
    if (!Digests.of(content).equals(file.digest())) {
      throw new InfrastructureFailure(
          path + " of the source tree was changed after it was taken in",
          "take the submission in again, and let nothing write to its tree");
    }
    return content;
  }

  /**
   * The content of a file as UTF-8 text; bytes that are none become U+FFFD.
   *
   * @throws IllegalArgumentException as {@link #bytes}
   * @throws InfrastructureFailure as {@link #bytes}
   */
  public String read(String path) throws InfrastructureFailure {
    return new String(bytes(path), UTF_8);
  }
}
