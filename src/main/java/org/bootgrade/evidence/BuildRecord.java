package org.bootgrade.evidence;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the submission was built.
 *
 * @param crate name of the kernel crate, empty where none was found
 * @param directory the crate's directory inside the submission, {@code .} for its top
 * @param target the target as the build used it, for example {@code x86_64-blog_os.json}
 * @param bootloader name and version of the bootloader crate, for example {@code bootloader
 *     0.9.35}; empty where none
 * @param programs the kernel and its tests, the kernel first
 * @param mends what was changed in the build's copy because only the compiler's age breaks it
 * @param remarks what an instructor should know of, for example a build script
 * @param failure why no program could be built at all, or null
 */
public record BuildRecord(
    String crate,
    String directory,
    String target,
    String bootloader,
    List<ProgramRecord> programs,
    List<Mend> mends,
    List<Remark> remarks,
    @Nullable BuildFailure failure) {

  public BuildRecord {
    programs = List.copyOf(programs);
    mends = List.copyOf(mends);
    remarks = List.copyOf(remarks);
  }

  /** The program of that id. */
  public Optional<ProgramRecord> program(String id) {
    return programs.stream().filter(p -> p.id().equals(id)).findFirst();
  }

  /**
   * A change to the build's copy of the submission. It is told as a note and costs no points.
   *
   * @param id what kind of mend, for example {@code target-spec}
   * @param detail what was changed and why
   */
  public record Mend(String id, String detail) {}

  /**
   * A fact about the sources that an instructor may want to look at.
   *
   * @param id for example {@code build-script}
   * @param detail where and what
   */
  public record Remark(String id, String detail) {}

  /**
   * Why the build as a whole failed. The submission's fault, or something that bootgrade does not
   * support.
   *
   * @param reason one sentence for the student, with the mend
   * @param log what the tool printed; may be empty
   */
  public record BuildFailure(String reason, String log) {}
}
