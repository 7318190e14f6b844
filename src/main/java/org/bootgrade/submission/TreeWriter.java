package org.bootgrade.submission;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/**
 * The only place that writes: new plain files below one folder, within the limits, hashed as they
 * are copied. Whatever the destination reports is an {@link InfrastructureFailure}.
 */
final class TreeWriter {
  private static final String MEND =
      "check that the destination is writable and its disk has space, then run again";

  private final Path destination;
  private final IntakeLimits limits;
  private final long packedBytes;
  private final List<Path> createdAbove = new ArrayList<>();
  private final Map<String, SourceFile> written = new HashMap<>();
  private long total;

  private TreeWriter(Path destination, IntakeLimits limits, long packedBytes) {
    this.destination = destination;
    this.limits = limits;
    this.packedBytes = packedBytes;
  }

  /**
   * Makes sure that a destination is absent or an empty folder, so that {@link #discard} cannot
   * remove anything of somebody else's.
   */
  static void checkUnused(Path destination) throws InfrastructureFailure {
    if (!Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> children = Files.list(destination)) {
      if (children.findAny().isEmpty()) {
        return;
      }
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "the destination %s is no readable folder (%s)"
              .formatted(destination, FileTrouble.reason(e, destination)),
          MEND,
          e);
    }
    throw new InfrastructureFailure(
        "the destination " + destination + " is not empty", "give an empty or a new folder");
  }

  /**
   * @param packedBytes size of the archive the files come from; 0 turns the ratio limit off
   */
  static TreeWriter into(Path destination, IntakeLimits limits, long packedBytes)
      throws InfrastructureFailure {
    checkUnused(destination);
    TreeWriter writer = new TreeWriter(destination.toAbsolutePath(), limits, packedBytes);
    try {
      for (Path folder = writer.destination;
          folder != null && !Files.exists(folder);
          folder = folder.getParent()) {
        writer.createdAbove.add(folder);
      }
      Files.createDirectories(writer.destination);
      if (!writer.createdAbove.isEmpty()) {
        permit(writer.destination, "rwxr-xr-x");
      }
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "cannot create the folder %s (%s)"
              .formatted(destination, FileTrouble.reason(e, destination)),
          MEND,
          e);
    }
    return writer;
  }

  /**
   * Writes one file. An error of {@code content} means that the submission is damaged, unless it is
   * a {@link ReadFault}.
   */
  void write(String path, InputStream content) throws Refusal, ReadFault, InfrastructureFailure {
    Path file = resolve(path);
    MessageDigest sha256 = Digests.sha256();
    long size = 0;
    try {
      createFolders(file.getParent());
      try (OutputStream out =
          Files.newOutputStream(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS)) {
        byte[] buffer = new byte[8192];
        for (int n = read(content, buffer, path); n >= 0; n = read(content, buffer, path)) {
          size += n;
          total += n;
          checkBudget(path, size);
          sha256.update(buffer, 0, n);
          out.write(buffer, 0, n);
        }
      }
      permit(file, "rw-r--r--");
    } catch (Refusal | ReadFault e) {
      throw e;
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "cannot write %s (%s)".formatted(file, FileTrouble.reason(e, file)), MEND, e);
    }
    written.put(path, new SourceFile(path, size, Digests.text(sha256)));
  }

  /** Writes a copy of a file that was written before. */
  void copy(String from, String to) throws Refusal, InfrastructureFailure {
    try (InputStream content =
        ReadFault.marking(Files.newInputStream(resolve(from), LinkOption.NOFOLLOW_LINKS))) {
      write(to, content);
    } catch (Refusal e) {
      throw e;
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "cannot read back %s (%s)".formatted(resolve(from), FileTrouble.reason(e, resolve(from))),
          MEND,
          e);
    }
  }

  /** The tree of all that was written. */
  SourceTree tree() {
    return SourceTree.of(destination, written.values());
  }

  /** Leaves the destination as it was found. */
  void discard() throws InfrastructureFailure {
    try {
      Files.walkFileTree(
          destination,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
              if (e != null) {
                throw e;
              }
              if (!folder.equals(destination)) {
                Files.delete(folder);
              }
              return FileVisitResult.CONTINUE;
            }
          });
      for (Path folder : createdAbove) {
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "cannot clear %s of what was written to it (%s)"
              .formatted(destination, FileTrouble.reason(e, destination)),
          "delete that folder's content by hand, then run again",
          e);
    }
  }

  private void checkBudget(String path, long size) throws Refusal {
    if (size > limits.fileBytes()) {
      throw new Refusal(
          "%s is larger than %,d bytes; remove it or make it smaller"
              .formatted(PathRules.shown(path), limits.fileBytes()));
    }
    if (total > limits.totalBytes()) {
      throw new Refusal(
          "its files are larger than %,d bytes together; remove what does not belong to the project"
              .formatted(limits.totalBytes()));
    }
    // Held against the archive's true size, so that no declared size matters; a division, because
    // a product could overflow.
    if (packedBytes > 0
        && total > IntakeLimits.RATIO_FLOOR_BYTES
        && total / packedBytes >= limits.ratio()) {
      throw new Refusal(
          "it unpacks to more than %d times its size, like a decompression bomb (at %s); remove"
                  .formatted(limits.ratio(), PathRules.shown(path))
              + " large files that are all zeros or repeat themselves");
    }
  }

  private static int read(InputStream content, byte[] buffer, String path)
      throws Refusal, ReadFault {
    try {
      return content.read(buffer);
    } catch (IOException e) {
      IOException cause = Refusal.unwrap(e);
      if (cause instanceof Refusal refusal) {
        throw refusal;
      }
      if (cause instanceof ReadFault fault) {
        throw fault;
      }
      throw new Refusal(
          "it is damaged: %s cannot be unpacked; pack the project again and check that it unpacks"
              .formatted(PathRules.shown(path)));
    }
  }

  private Path resolve(String path) throws InfrastructureFailure {
    try {
      Path file = destination.resolve(path).normalize();
      // The plan never makes such a path; a second lock, as this is the one place that writes.
      if (!file.startsWith(destination.normalize()) || file.equals(destination.normalize())) {
        throw new IllegalStateException("a plan led out of its destination: " + path);
      }
      return file;
    } catch (InvalidPathException e) {
      throw new InfrastructureFailure(
          "this machine cannot name a file " + PathRules.shown(path),
          "run with a UTF-8 locale, such as LC_ALL=C.UTF-8",
          e);
    }
  }

  private void createFolders(@Nullable Path folder) throws IOException {
    if (folder != null && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      createFolders(folder.getParent());
      Files.createDirectory(folder);
      permit(folder, "rwxr-xr-x");
    }
  }

  /** Sets permissions explicitly, because the process's umask would take some away. */
  private static void permit(Path path, String permissions) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }
}
