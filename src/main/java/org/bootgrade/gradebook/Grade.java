package org.bootgrade.gradebook;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.bootgrade.rubric.Points;
import org.jspecify.annotations.Nullable;

/**
 * What a submission gets, and by which steps: its criteria, less what being late costs, and what
 * was changed by hand.
 *
 * @param earned what the criteria brought; 0 for a rejected submission, null where it was not
 *     graded
 * @param submitted when it was handed in, or null where nobody says or asks
 * @param late what being late cost; null where it was on time, where nobody asks, and where there
 *     is no score to take it from
 * @param adjustments what was changed by hand, in order
 * @param score what is handed in to the LMS; never below 0; above the maximum only by extra credit
 *     or adjustments; null where there is none
 * @param maxScore what a perfect submission gets, without extra credit
 */
public record Grade(
    @Nullable BigDecimal earned,
    @Nullable Submitted submitted,
    @Nullable Late late,
    List<Adjusted> adjustments,
    @Nullable BigDecimal score,
    BigDecimal maxScore) {

  public Grade {
    Objects.requireNonNull(maxScore, "the grade has no maxScore");
    adjustments = List.copyOf(Objects.requireNonNull(adjustments, "there are no adjustments"));
    earned = earned == null ? null : Points.plain(earned);
    score = score == null ? null : Points.plain(score);
    maxScore = Points.plain(maxScore);
    if (score != null && score.signum() < 0) {
      throw new IllegalArgumentException("a score is never below 0");
    }
  }

  /**
   * What coming late cost.
   *
   * @param by how long after it was due, as ISO 8601 writes it: {@code PT26H3M}
   * @param days how many days late had begun
   * @param deduction points that were taken off, never more than there were
   * @param closed whether it came too late to count at all
   */
  public record Late(String by, long days, BigDecimal deduction, boolean closed) {
    public Late {
      Objects.requireNonNull(by, "there is no time by which it was late");
      deduction = Points.plain(Objects.requireNonNull(deduction, "there is no deduction"));
    }
  }

  /**
   * What was changed by hand.
   *
   * @param criterion the criterion that it is about, or null for the whole
   * @param points by how much it changed the score; null where there was no score to change
   * @param set what was set, or null where points were added
   * @param reason for the student
   */
  public record Adjusted(
      @Nullable String criterion,
      @Nullable BigDecimal points,
      @Nullable BigDecimal set,
      String reason) {
    public Adjusted {
      Objects.requireNonNull(reason, "an adjustment has no reason");
      points = points == null ? null : Points.plain(points);
      set = set == null ? null : Points.plain(set);
    }
  }
}
