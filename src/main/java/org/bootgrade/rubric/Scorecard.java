package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.util.List;

/**
 * The score of a submission.
 *
 * @param score the sum of the criteria's points
 * @param maxScore what a perfect submission gets, without extra credit
 * @param criteria in the order of the rubric
 */
public record Scorecard(BigDecimal score, BigDecimal maxScore, List<ScoredCriterion> criteria) {

  public Scorecard {
    score = Points.plain(score);
    maxScore = Points.plain(maxScore);
    criteria = List.copyOf(criteria);
  }
}
