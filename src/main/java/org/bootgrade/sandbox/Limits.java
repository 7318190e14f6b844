package org.bootgrade.sandbox;

import java.time.Duration;

/**
 * What a workspace may use. {@link #of} holds the defaults of every role.
 *
 * @param memoryBytes memory, the files of the workspace included
 * @param diskBytes files of the workspace
 * @param processors processors, as a multiple of one
 * @param processes processes and threads
 * @param lifetime after this the workspace ends by itself, whatever became of bootgrade
 */
public record Limits(
    long memoryBytes, long diskBytes, double processors, int processes, Duration lifetime) {

  private static final long MIB = 1L << 20;

  /** The defaults of a role. Only a container enforces memory, disk, processors and processes. */
  public static Limits of(Role role) {
    return switch (role) {
      case FETCH -> new Limits(1024 * MIB, 256 * MIB, 2, 128, Duration.ofMinutes(30));
      case BUILD -> new Limits(4096 * MIB, 2048 * MIB, 2, 512, Duration.ofMinutes(60));
      case STORE -> new Limits(1024 * MIB, 64 * MIB, 2, 64, Duration.ofMinutes(60));
      case BOOT -> new Limits(2048 * MIB, 1024 * MIB, 2, 128, Duration.ofHours(6));
    };
  }
}
