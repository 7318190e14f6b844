package org.bootgrade.dispatch;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a worker does. */
public interface Job {

  /**
   * Grades a submission, or finds that this has been done.
   *
   * @param grading which
   * @throws InterruptedException where the worker is to end; the job is left to another one
   */
  End grade(UUID grading) throws InterruptedException;

  /** What came of it. */
  sealed interface End {}

  /** It is over, and nothing of ours has failed. */
  record Done() implements End {}

  /**
   * Something of ours has failed.
   *
   * @param reason in a sentence
   * @param again after how long it is to be tried again; null for never
   */
  record Failed(String reason, @Nullable Duration again) implements End {}
}
