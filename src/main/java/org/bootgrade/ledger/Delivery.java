package org.bootgrade.ledger;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a receiver is to be told: that a grading is over.
 *
 * @param id the same however often it is tried
 * @param receiver who is told
 * @param submission whose grading it is
 * @param grading what is told
 * @param state what became of it
 * @param attempts how often it was tried
 * @param said what came of the last attempt; empty before the first
 * @param createdAt since when it is to be made
 * @param triedAt when it was tried last; null before the first attempt
 */
public record Delivery(
    UUID id,
    String receiver,
    Submission submission,
    Grading grading,
    State state,
    int attempts,
    String said,
    Instant createdAt,
    @Nullable Instant triedAt) {

  /** What became of a delivery. */
  public enum State {
    /** It is to be tried, for the first time or again. */
    WAITING("waiting"),
    /** The receiver has it. */
    DELIVERED("delivered"),
    /** It is tried no more, unless somebody asks for it. */
    DEAD("dead");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As JSON and the database have it. */
    public String word() {
      return word;
    }

    /** The state of a word, where it is one. */
    public static Optional<State> of(String word) {
      return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst();
    }
  }
}
