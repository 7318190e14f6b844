package org.bootgrade.build;

import java.time.Duration;

/**
 * Limits of the build's steps, in wall-clock time.
 *
 * @param fetch resolving and downloading crates
 * @param seed compiling the registry crates, and compiling the boot loader
 * @param program compiling one program of the submission
 * @param programs compiling all of them; what is not begun by then is not built
 * @param link making the boot images
 * @param maxProgramBytes largest program and boot image that is taken out of the build
 * @param maxPrograms how many programs are built and booted
 */
public record BuildSettings(
    Duration fetch,
    Duration seed,
    Duration program,
    Duration programs,
    Duration link,
    int maxProgramBytes,
    int maxPrograms) {

  /** The defaults. */
  public static BuildSettings defaults() {
    return new BuildSettings(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(5),
        Duration.ofMinutes(30),
        Duration.ofMinutes(1),
        64 << 20,
        100);
  }
}
