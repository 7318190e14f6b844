package org.bootgrade.server;

import java.util.function.Consumer;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Attempt;
import org.bootgrade.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what is being done with a submission, for who follows it. */
final class Progress implements Consumer<String> {

  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

  private final Ledger ledger;
  private final Attempt attempt;

  Progress(Ledger ledger, Attempt attempt) {
    this.ledger = ledger;
    this.attempt = attempt;
  }

  @Override
  public void accept(String step) {
    try {
      ledger.step(attempt, step);
    } catch (InfrastructureFailure e) {
      // The grade does not depend on it; whoever follows sees the next step.
      LOG.info("a step could not be written down: {}", e.getMessage());
    }
  }
}
