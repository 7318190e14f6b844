package org.bootgrade.fuzz;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** Ends what hangs, which jqwik does not. */
public final class Within {

  /** Far above what any sample needs, also where others keep this machine busy. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Within() {}

  /** The result of what ends by itself; a failure of the test where it does not. */
  public static <T> T bounds(ThrowingSupplier<T> work) {
    return Assertions.assertTimeoutPreemptively(LIMIT, work);
  }

  /** Runs what ends by itself; a failure of the test where it does not. */
  public static void bounds(Executable work) {
    Assertions.assertTimeoutPreemptively(LIMIT, work);
  }
}
