package org.bootgrade.outbox;

import java.time.Duration;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Delivery;
import org.jspecify.annotations.Nullable;

/** Who makes deliveries. */
public interface Courier {

  /**
   * Tries to make a delivery, once.
   *
   * @throws InfrastructureFailure when something of ours fails; it is tried again
   * @throws InterruptedException where the process is to end; it is tried again
   */
  Answer deliver(Delivery delivery) throws InfrastructureFailure, InterruptedException;

  /** What came of it. */
  sealed interface Answer {
    /** In a few words. */
    String said();
  }

  /** The receiver has it. */
  record Taken(String said) implements Answer {}

  /**
   * The receiver does not have it, and may have it later.
   *
   * @param after how long the receiver wants to be left alone; null where it does not say
   */
  record NotTaken(String said, @Nullable Duration after) implements Answer {}

  /** The receiver wants none of it, or there is none. */
  record Gone(String said) implements Answer {}
}
