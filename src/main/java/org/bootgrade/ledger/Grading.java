package org.bootgrade.ledger;

import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/**
 * One grading of a submission.
 *
 * @param id its own
 * @param submission whose
 * @param number counts a submission's gradings from 1
 * @param status how far it is
 * @param attempt how often a worker has begun with it
 * @param step what is being done, in a few words; empty where nothing is
 * @param queuedAt since when it waits, or waited
 * @param startedAt when the last attempt began; null before the first
 * @param finishedAt null before the end
 * @param outcome null before the end
 */
public record Grading(
    UUID id,
    UUID submission,
    int number,
    Status status,
    int attempt,
    String step,
    Instant queuedAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable Outcome outcome) {

  /** How far a grading is. The last three are those of a result. */
  public enum Status {
    QUEUED("queued"),
    GRADING("grading"),
    GRADED("graded"),
    REJECTED("rejected"),
    INFRASTRUCTURE_FAILURE("infrastructure-failure");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** As JSON and the database have it. */
    public String word() {
      return word;
    }

    /** Whether nothing more comes. */
    public boolean over() {
      return this != QUEUED && this != GRADING;
    }

    static Status of(String word) {
      return Arrays.stream(values())
          .filter(s -> s.word.equals(word))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no status: " + word));
    }
  }

  /**
   * What came of it.
   *
   * @param status an end
   * @param result the text of {@code result.json}; null where something of ours failed
   * @param files the digest of the list of all files that belong to it; null as above
   * @param reason what failed and what to do next; empty where nothing did
   */
  public record Outcome(
      Status status, @Nullable String result, @Nullable String files, String reason) {
    public Outcome {
      if (!status.over() || (status == Status.INFRASTRUCTURE_FAILURE) != (result == null)) {
        throw new IllegalArgumentException("no end: " + status);
      }
    }

    /** A verdict. */
    public static Outcome judged(Status status, String result, String files) {
      return new Outcome(status, result, files, "");
    }

    /** None, and there will be none. */
    public static Outcome failed(InfrastructureFailure failure) {
      return new Outcome(
          Status.INFRASTRUCTURE_FAILURE, null, null, failure.getMessage() + ". " + failure.mend());
    }
  }
}
