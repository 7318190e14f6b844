package org.bootgrade.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * When a worker stops taking jobs: where one after another fails through no fault of theirs, its
 * engine or its disk is broken, and the jobs are better left to other workers. It tries again after
 * a while, at first after a short one.
 */
final class SelfPause {

  private final int most;
  private final Duration shortest;
  private final Duration longest;
  private final InstantSource clock;

  private int inARow;
  private Duration next;
  private @Nullable Pause pause;

  /**
   * A pause.
   *
   * @param until when it ends
   * @param reason why the last job failed
   */
  record Pause(Instant until, String reason) {}

  /**
   * @param most so many failures in a row bring a pause; after a pause the next one does
   */
  SelfPause(int most, Duration shortest, Duration longest, InstantSource clock) {
    this.most = most;
    this.shortest = shortest;
    this.longest = longest;
    this.clock = clock;
    this.next = shortest;
  }

  /** Takes note of a job that went well. */
  synchronized void well() {
    inARow = 0;
    next = shortest;
  }

  /**
   * Takes note of a job that failed.
   *
   * @return whether a pause begins with it
   */
  synchronized boolean failed(String reason) {
    inARow++;
    if (pause != null || inARow < most) {
      return false;
    }
    pause = new Pause(clock.instant().plus(next), reason);
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return true;
  }

  /** The pause that lasts; null where none does. */
  synchronized @Nullable Pause pause() {
    return pause;
  }

  /**
   * Ends a pause whose time has come.
   *
   * @return whether one ended
   */
  synchronized boolean over() {
    if (pause == null || clock.instant().isBefore(pause.until())) {
      return false;
    }
    pause = null;
    return true;
  }
}
