package org.bootgrade.evidence;

import org.jspecify.annotations.Nullable;

/**
 * One bootable program of the submission.
 *
 * @param id {@code kernel} or {@code test/NAME}, or {@code kernel/NAME} where there are several
 *     kernels
 * @param kind what cargo calls it
 * @param name the cargo target's name
 * @param source its root source file, relative to the submission
 * @param outcome whether it was built
 * @param log what cargo printed for this program, as cargo prints it
 * @param image the boot image's file below the evidence directory, or null where it was not built
 * @param imageDigest {@code sha256:…} of the boot image, or null
 * @param elf the unstripped program's file below the evidence directory, or null
 */
public record ProgramRecord(
    String id,
    Kind kind,
    String name,
    String source,
    Outcome outcome,
    String log,
    @Nullable String image,
    @Nullable String imageDigest,
    @Nullable String elf) {

  /** What cargo calls the program. */
  public enum Kind {
    /** A binary of the crate: the kernel as it is meant to run. */
    KERNEL,
    /** An integration test with a boot image of its own. */
    TEST
  }

  /** How the build of one program ended. */
  public enum Outcome {
    /** There is a boot image. */
    BUILT,
    /** The compiler or linker refused it. */
    FAILED,
    /** The build hit its limit of time or memory. */
    LIMIT
  }

  /** Whether there is a boot image. */
  public boolean built() {
    return outcome == Outcome.BUILT;
  }
}
