package org.bootgrade.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.InstantSource;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger in a file. */
class LedgerTest extends LedgerContract {

  @TempDir static Path folder;
  private static Ledger ledger;

  @BeforeAll
  static void open() throws Exception {
    ledger = Ledger.open(Database.file(folder), InstantSource.fixed(NOW));
  }

  @AfterAll
  static void close() {
    ledger.close();
  }

  @Override
  Ledger ledger() {
    return ledger;
  }

  @Test
  void whatIsWrittenIsThereAfterARestart(@TempDir Path other) throws Exception {
    Submission submission;
    try (Ledger before = Ledger.open(Database.file(other), InstantSource.fixed(NOW))) {
      HandedIn in = new HandedIn("c", "a", "", "k", "a".repeat(64), 1, "t", null);
      submission = ((Receipt.Taken) before.receive(in, (grading, turn) -> {})).submission();
    }
    try (Ledger after = Ledger.open(Database.file(other), InstantSource.fixed(NOW))) {
      assertThat(after.submission(submission.id())).contains(submission);
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsAFailureOfOurs() {
    Database nowhere = Database.server("postgresql://127.0.0.1:1/x", "ada", "secret");
    assertThatThrownBy(() -> Ledger.open(nowhere, InstantSource.fixed(NOW)))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("postgresql://127.0.0.1:1/x")
        .hasMessageNotContaining("secret");
  }
}
