package org.bootgrade.build;

import java.time.Duration;

/**
 * Limits of the build's steps, in wall-clock time.
 *
 * @param fetch resolving and downloading crates
 * @param seed compiling the registry crates, and compiling the boot loader
 * @param program compiling one program of the submission
 * @param link making the boot images
 * @param maxProgramBytes largest program and boot image that is taken out of the build
 */
public record BuildSettings(
    Duration fetch, Duration seed, Duration program, Duration link, int maxProgramBytes) {

  /** The defaults. */
  public static BuildSettings defaults() {
    return new BuildSettings(
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        64 << 20);
  }
}
