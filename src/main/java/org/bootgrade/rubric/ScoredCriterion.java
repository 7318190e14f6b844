package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding;
import org.jspecify.annotations.Nullable;

/**
 * How a submission did on one criterion.
 *
 * @param id the criterion's id
 * @param title the criterion's title
 * @param outcome how it came out
 * @param points what it brought: all for passed, its share for partial, else none
 * @param maxPoints what it could have brought
 * @param reason for the student; may be empty where it is passed
 * @param hint the rubric's hint, or null
 * @param evidence what the reason rests on
 * @param group the criterion's group, or null
 * @param extraCredit true where its points count into the score and not into the most that can be
 *     had, else null
 */
public record ScoredCriterion(
    String id,
    String title,
    Finding.Outcome outcome,
    BigDecimal points,
    BigDecimal maxPoints,
    String reason,
    @Nullable String hint,
    List<EvidenceReference> evidence,
    Rubric.@Nullable Group group,
    @Nullable Boolean extraCredit) {

  public ScoredCriterion {
    // These also guard what is read back from a file.
    Objects.requireNonNull(id, "a criterion has no id");
    Objects.requireNonNull(title, "a criterion has no title");
    Objects.requireNonNull(outcome, "a criterion has no outcome");
    Objects.requireNonNull(points, "a criterion has no points");
    Objects.requireNonNull(maxPoints, "a criterion has no maxPoints");
    Objects.requireNonNull(reason, "a criterion has no reason");
    points = Points.plain(points);
    maxPoints = Points.plain(maxPoints);
    evidence = List.copyOf(evidence);
    // What is usual is left out where it is written.
    extraCredit = Boolean.TRUE.equals(extraCredit) ? true : null;
  }

  /** One that is in no group and no extra credit. */
  public ScoredCriterion(
      String id,
      String title,
      Finding.Outcome outcome,
      BigDecimal points,
      BigDecimal maxPoints,
      String reason,
      @Nullable String hint,
      List<EvidenceReference> evidence) {
    this(id, title, outcome, points, maxPoints, reason, hint, evidence, null, null);
  }

  /** What it adds to the most that can be had: nothing where it is extra credit. */
  public BigDecimal countedMaximum() {
    return Boolean.TRUE.equals(extraCredit) ? BigDecimal.ZERO : maxPoints;
  }
}
