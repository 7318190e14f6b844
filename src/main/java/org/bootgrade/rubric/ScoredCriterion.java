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
 * @param points what it brought: all for passed, half for partial, else none
 * @param maxPoints what it could have brought
 * @param reason for the student; may be empty where it is passed
 * @param hint the rubric's hint, or null
 * @param evidence what the reason rests on
 */
public record ScoredCriterion(
    String id,
    String title,
    Finding.Outcome outcome,
    BigDecimal points,
    BigDecimal maxPoints,
    String reason,
    @Nullable String hint,
    List<EvidenceReference> evidence) {

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
  }
}
