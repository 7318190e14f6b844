package org.bootgrade.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many submissions are graded at once. */
final class Jobs {

  /** The most that may be asked for. */
  static final int MOST = 64;

  /**
   * What a submission takes at the most of its build and boots, in bytes; most take a quarter of
   * it.
   */
  private static final long MEMORY = 4L << 30;

  private Jobs() {}

  /** As many as this machine can do without keeping each other waiting. */
  static int fitting() {
    long memory =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
            ? machine.getTotalMemorySize()
            : MEMORY;
    return fitting(Runtime.getRuntime().availableProcessors(), memory);
  }

  /**
   * As many as there are processors, and as memory suffices for.
   *
   * @param memory in bytes
   */
  static int fitting(int processors, long memory) {
    return (int) Math.max(1, Math.min(MOST, Math.min(processors, memory / MEMORY)));
  }
}
