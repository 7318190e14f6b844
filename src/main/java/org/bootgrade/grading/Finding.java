package org.bootgrade.grading;

import java.util.List;

/**
 * What graders found for one criterion.
 *
 * @param criterion the criterion's id
 * @param outcome how it came out
 * @param reason for the student, plain text, one or several lines: what was expected, what was
 *     seen, where
 * @param evidence what the reason rests on
 */
public record Finding(
    String criterion, Outcome outcome, String reason, List<EvidenceReference> evidence) {

  public Finding {
    evidence = List.copyOf(evidence);
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
