package org.bootgrade.gradebook;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bootgrade.gradebook.Adjustments.Adjustment;
import org.bootgrade.rubric.LatePolicy;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** From a scorecard to a grade. Pure: the same input gives the same grade. */
final class Grading {

  private Grading() {}

  /**
   * The grade.
   *
   * @param rubric its late policy counts; percentages are of its maximum
   * @param card what the criteria brought; null where the submission was not graded
   * @param submitted when it was handed in, or null where nobody knows
   * @param adjustments its own, in order
   */
  static Grade grade(
      Rubric rubric,
      @Nullable Scorecard card,
      @Nullable Submitted submitted,
      List<Adjustment> adjustments) {
    LatePolicy policy = rubric.late();
    BigDecimal earned = card == null ? null : card.score();
    Grade.Late late =
        policy == null || submitted == null || earned == null
            ? null
            : late(policy, submitted.moment(), earned, rubric.maxScore());
    BigDecimal score = late == null || earned == null ? earned : earned.subtract(late.deduction());
    Map<String, BigDecimal> criteria = new HashMap<>();
    if (card != null) {
      for (ScoredCriterion criterion : card.criteria()) {
        criteria.put(criterion.id(), criterion.points());
      }
    }
    List<Grade.Adjusted> adjusted = new ArrayList<>();
    for (Adjustment adjustment : adjustments) {
      BigDecimal change = change(adjustment, score, criteria, card != null);
      adjusted.add(
          new Grade.Adjusted(
              adjustment.criterion(),
              change,
              adjustment.set() ? adjustment.points() : null,
              adjustment.reason()));
      if (change != null) {
        score = score == null ? change : score.add(change);
      }
    }
    return new Grade(
        earned,
        policy == null ? null : submitted,
        late,
        adjusted,
        score == null ? null : score.max(BigDecimal.ZERO),
        card == null ? rubric.maxScore() : card.maxScore());
  }

  private static Grade.@Nullable Late late(
      LatePolicy policy, Instant submitted, BigDecimal earned, BigDecimal maxScore) {
    boolean closed = policy.isClosed(submitted);
    long days = policy.days(submitted);
    if (days == 0 && !closed) {
      return null;
    }
    BigDecimal deduction = closed ? earned : policy.penalty(days, maxScore).min(earned);
    return new Grade.Late(
        Duration.between(policy.due(), submitted).toString(), days, deduction, closed);
  }

  /**
   * By how much an adjustment changes the score; null where there is nothing that it could change.
   *
   * @param criteria what each criterion brings by now; brought up to date
   */
  private static @Nullable BigDecimal change(
      Adjustment adjustment,
      @Nullable BigDecimal score,
      Map<String, BigDecimal> criteria,
      boolean judged) {
    String criterion = adjustment.criterion();
    if (criterion == null) {
      if (!adjustment.set()) {
        return score == null ? null : adjustment.points();
      }
      return score == null ? adjustment.points() : adjustment.points().subtract(score);
    }
    if (score == null || (adjustment.set() && !judged)) {
      // What a criterion brings cannot be changed to something where it was never judged.
      return null;
    }
    // None of a rejected submission brought anything.
    BigDecimal now = criteria.getOrDefault(criterion, BigDecimal.ZERO);
    BigDecimal then = adjustment.set() ? adjustment.points() : now.add(adjustment.points());
    criteria.put(criterion, then);
    return then.subtract(now);
  }
}
