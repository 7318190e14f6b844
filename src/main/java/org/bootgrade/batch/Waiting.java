package org.bootgrade.batch;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.bootgrade.evidence.InfrastructureFailure;

/** Waits for what another thread does. */
final class Waiting {

  private Waiting() {}

  /**
   * What came of it.
   *
   * @throws InfrastructureFailure when it failed so, or the waiting was interrupted
   */
  static <T> T result(Future<T> work) throws InfrastructureFailure {
    try {
      return work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InfrastructureFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("grading failed in an unforeseen way", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure(
          "interrupted", "Run the same command again: what was graded is kept.", e);
    }
  }
}
