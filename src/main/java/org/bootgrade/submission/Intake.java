package org.bootgrade.submission;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * Takes a submission in: a directory, a zip, a tar or a tar.gz, told apart by content and not by
 * name.
 *
 * <p>The tree, and so its digest, does not depend on how the submission was packed:
 *
 * <ul>
 *   <li>Folders that hold nothing but one folder are stripped from the top, as many as there are,
 *       in archives and directories alike. So a project zipped with its folder, without it, or in
 *       two folders is the same tree.
 *   <li>Only files count. Empty folders, time stamps and permissions are dropped; every file is
 *       written as 0644, every folder as 0755.
 *   <li>Left out are cargo's build folders ({@code target}, if it holds a CACHEDIR.TAG, or lies
 *       beside a Cargo.toml and has neither Rust files nor a manifest straight in it), version
 *       control, {@code __MACOSX}, {@code .DS_Store}, {@code ._*}, and editors' swap and backup
 *       files.
 *   <li>A symbolic or hard link that names a file of the tree becomes a copy of that file. A link
 *       that leaves the stripped tree, dangles, or names a folder or something left out is a
 *       rejection.
 * </ul>
 *
 * <p>Rejected as well: paths that are absolute, hold {@code ..}, a backslash, a drive letter, a
 * control character or bytes that are no UTF-8; two paths that some file system takes for one;
 * devices, sparse and encrypted files; damaged or truncated archives, and such as tools read
 * differently; anything beyond the {@link IntakeLimits}; and a tree without a Cargo.toml. Archives
 * inside the submission stay the files they are.
 *
 * <p>Safe for use by several threads, with a destination each.
 */
public final class Intake {
  private static final String WANTED = "hand in a folder, .zip, .tar or .tar.gz of the project";

  private final IntakeLimits limits;

  /**
   * @param limits how much is accepted
   */
  public Intake(IntakeLimits limits) {
    this.limits = limits;
  }

  /**
   * Copies the files of a submission to a destination. On a rejection or failure the destination is
   * left as it was found.
   *
   * @param submission a directory or an archive; only read
   * @param destination an empty folder, or one that does not exist yet and is created with the
   *     folders above it; must not lie in the submission
   * @return the tree, or the reason why there is none
   * @throws InfrastructureFailure if the submission does not exist or cannot be read, or the
   *     destination is in use or cannot be written: nothing the submission's content can cause
   */
  public IntakeResult take(Path submission, Path destination) throws InfrastructureFailure {
    TreeWriter.checkUnused(destination);
    String name =
        PathRules.shown(String.valueOf(submission.toAbsolutePath().normalize().getFileName()));
    try (Container container = open(submission)) {
      Plan plan = Plan.of(container.list().entries(), limits);
      return new Accepted(write(container, plan, destination));
    } catch (IOException e) {
      IOException cause = Refusal.unwrap(e);
      if (cause instanceof ReadFault) {
        throw new InfrastructureFailure(
            "cannot read the submission %s (%s)"
                .formatted(submission, FileTrouble.reason(cause, submission)),
            "check that it exists and that this user may read it, then run again",
            cause);
      }
      return new Rejected(
          name
              + ": "
              + (cause instanceof Refusal refusal
                  ? refusal.getMessage()
                  : "it is damaged or cut short; pack the project again and check that it"
                      + " unpacks")
              + ".");
    }
  }

  /**
   * Whether an archive lists a Cargo.toml that would be taken in. One that cannot be read lists
   * none; {@link #take} tells why.
   */
  public boolean listsManifest(Path archive) {
    try (Container container = open(archive)) {
      return Plan.of(container.list().entries(), limits).files().values().stream()
          .anyMatch(Plan::isManifest);
    } catch (IOException | InfrastructureFailure e) {
      return false;
    }
  }

  private SourceTree write(Container container, Plan plan, Path destination)
      throws IOException, InfrastructureFailure {
    TreeWriter writer = TreeWriter.into(destination, limits, container.packedBytes());
    boolean complete = false;
    try {
      container.extract(plan.files(), writer);
      for (Map.Entry<String, String> copy : plan.copies().entrySet()) {
        writer.copy(copy.getValue(), copy.getKey());
      }
      SourceTree tree = writer.tree();
      complete = true;
      return tree;
    } finally {
      if (!complete) {
        writer.discard();
      }
    }
  }

  private Container open(Path submission) throws IOException {
    BasicFileAttributes attributes = attributes(submission);
    if (attributes.isDirectory()) {
      return new FolderReader(submission, limits);
    }
    if (!attributes.isRegularFile()) {
      throw new Refusal("it is neither a folder nor a file; " + WANTED);
    }
    if (attributes.size() > limits.archiveBytes()) {
      throw new Refusal(
          "it is larger than %,d bytes; leave the build folder 'target' out"
              .formatted(limits.archiveBytes()));
    }
    try (InputStream disk = disk(submission)) {
      byte[] head = disk.readNBytes(Format.HEAD);
      if (head.length == 0) {
        throw new Refusal("it is an empty file; " + WANTED);
      }
      Format format = Format.of(head);
      return switch (format) {
        case ZIP -> new ZipReader(submission, limits);
        case TAR -> new TarReader(submission, false, limits);
        case GZIP -> gzip(submission);
        default -> throw new Refusal("it is %s; %s".formatted(format.description(), WANTED));
      };
    }
  }

  private Container gzip(Path submission) throws IOException {
    try (InputStream disk = disk(submission);
        InputStream unpacked = new GZIPInputStream(disk)) {
      if (Format.of(unpacked.readNBytes(Format.HEAD)) != Format.TAR) {
        throw new Refusal("it is compressed with gzip, but holds no tar; " + WANTED);
      }
    }
    return new TarReader(submission, true, limits);
  }

  private static BasicFileAttributes attributes(Path submission) throws ReadFault {
    try {
      return Files.readAttributes(submission, BasicFileAttributes.class);
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  private static InputStream disk(Path submission) throws ReadFault {
    try {
      return ReadFault.marking(Files.newInputStream(submission));
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }
}
