package org.bootgrade.grading;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What graders found for one criterion.
 *
 * @param criterion the criterion's id
 * @param outcome how it came out
 * @param reason for the student, plain text, one or several lines: what was expected, what was
 *     seen, where
 * @param evidence what the reason rests on
 * @param share how much of it holds, where the outcome is {@link Outcome#PARTIAL} and the grader
 *     said so; else null
 */
public record Finding(
    String criterion,
    Outcome outcome,
    String reason,
    List<EvidenceReference> evidence,
    @Nullable Share share) {

  public Finding {
    evidence = List.copyOf(evidence);
    if (share != null && outcome != Outcome.PARTIAL) {
      throw new IllegalArgumentException("only what holds in part has a share, not " + outcome);
    }
  }

  /** A finding without a share. */
  public Finding(
      String criterion, Outcome outcome, String reason, List<EvidenceReference> evidence) {
    this(criterion, outcome, reason, evidence, null);
  }

  /**
   * A part of a whole, exactly: neither nothing nor all of it.
   *
   * @param held how many of its parts hold
   * @param of how many parts it has
   */
  public record Share(int held, int of) implements Comparable<Share> {

    /** One half: what {@link Outcome#PARTIAL} means where nobody says more. */
    public static final Share HALF = new Share(1, 2);

    public Share {
      if (held <= 0 || held >= of) {
        throw new IllegalArgumentException("%d of %d is no part of a whole".formatted(held, of));
      }
    }

    /** By how much of the whole it is. */
    @Override
    public int compareTo(Share other) {
      return Long.compare((long) held * other.of, (long) other.held * of);
    }
  }

  /** How a criterion came out. */
  public enum Outcome {
    /** It holds. */
    PASSED,
    /** Some of it holds. */
    PARTIAL,
    /** It does not hold. */
    FAILED,
    /** It was not decided: what it needs is missing or was not observed. */
    SKIPPED
  }
}
