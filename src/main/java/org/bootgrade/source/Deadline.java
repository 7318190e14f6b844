package org.bootgrade.source;

import java.time.Duration;

/** When to stop reading. */
final class Deadline {

  private final long end;

  Deadline(Duration time) {
    end = System.nanoTime() + time.toNanos();
  }

  boolean over() {
    return System.nanoTime() - end > 0;
  }
}
