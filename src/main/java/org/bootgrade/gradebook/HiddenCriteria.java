package org.bootgrade.gradebook;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bootgrade.gradebook.Adjustments.Adjustment;
import org.bootgrade.rubric.Criterion;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/**
 * What a student may see at a moment. Of a criterion that is still hidden, it is the title and the
 * date; nothing follows from the rest of how it came out. The score, the maximum, the deduction for
 * being late and the adjustments are those of the visible criteria, as if there were no others,
 * except that percentages of the maximum are of the whole.
 */
public final class HiddenCriteria {

  private HiddenCriteria() {}

  /**
   * What is shown.
   *
   * @param criteria the visible ones, in the order of the rubric
   * @param hidden the others
   * @param hiddenPoints what the hidden ones are worth together, extra credit included
   * @param sum what the visible ones brought together
   * @param most what these could have brought, without extra credit
   * @param grade what follows from the visible ones
   */
  public record Shown(
      List<ScoredCriterion> criteria,
      List<Hidden> hidden,
      BigDecimal hiddenPoints,
      BigDecimal sum,
      BigDecimal most,
      Grade grade) {
    public Shown {
      criteria = List.copyOf(criteria);
      hidden = List.copyOf(hidden);
    }

    /** A sentence that says what is left out; empty where nothing is. */
    public String note() {
      if (hidden.isEmpty()) {
        return "";
      }
      return "%s %s not shown yet; %s."
          .formatted(
              hidden.size() == 1 ? "1 criterion" : hidden.size() + " criteria",
              (hidden.size() == 1 ? "is" : "are")
                  + " worth "
                  + hiddenPoints.toPlainString()
                  + (hiddenPoints.compareTo(BigDecimal.ONE) == 0 ? " point" : " points")
                  + " and",
              isSet(grade)
                  ? "this score was set by hand"
                  : "this score is without " + (hidden.size() == 1 ? "it" : "them"));
    }
  }

  /**
   * A criterion that is not shown yet.
   *
   * @param id its id
   * @param title its title
   * @param until from when on it is shown, in UTC
   */
  public record Hidden(String id, String title, Instant until) {}

  static Shown shown(
      Rubric rubric,
      @Nullable Scorecard card,
      @Nullable Submitted submitted,
      List<Adjustment> adjustments,
      Instant now) {
    List<Criterion> hidden = rubric.criteria().stream().filter(c -> c.isHidden(now)).toList();
    if (card == null || card.criteria().isEmpty() || hidden.isEmpty()) {
      return new Shown(
          card == null ? List.of() : card.criteria(),
          List.of(),
          BigDecimal.ZERO,
          card == null ? BigDecimal.ZERO : card.score(),
          card == null ? rubric.maxScore() : card.maxScore(),
          Grading.grade(rubric, card, submitted, visible(adjustments, ids(hidden))));
    }
    Set<String> ids = ids(hidden);
    List<ScoredCriterion> criteria =
        card.criteria().stream().filter(c -> !ids.contains(c.id())).toList();
    Scorecard visible =
        new Scorecard(
            sum(criteria.stream().map(ScoredCriterion::points).toList()),
            sum(criteria.stream().map(ScoredCriterion::countedMaximum).toList()),
            criteria);
    List<Hidden> told = new ArrayList<>();
    for (Criterion criterion : hidden) {
      Instant until = criterion.hiddenUntil();
      if (until != null) {
        told.add(new Hidden(criterion.id(), criterion.title(), until));
      }
    }
    return new Shown(
        criteria,
        told,
        sum(hidden.stream().map(Criterion::points).toList()),
        visible.score(),
        visible.maxScore(),
        ofAll(rubric, Grading.grade(rubric, visible, submitted, visible(adjustments, ids))));
  }

  /** A score that was set by hand as a whole is one of all points. */
  private static Grade ofAll(Rubric rubric, Grade grade) {
    return isSet(grade)
        ? new Grade(
            grade.earned(),
            grade.submitted(),
            grade.late(),
            grade.adjustments(),
            grade.score(),
            rubric.maxScore())
        : grade;
  }

  private static boolean isSet(Grade grade) {
    return grade.adjustments().stream().anyMatch(a -> a.criterion() == null && a.set() != null);
  }

  private static Set<String> ids(List<Criterion> criteria) {
    return criteria.stream().map(Criterion::id).collect(Collectors.toSet());
  }

  private static List<Adjustment> visible(List<Adjustment> adjustments, Set<String> hidden) {
    return adjustments.stream()
        .filter(a -> a.criterion() == null || !hidden.contains(a.criterion()))
        .toList();
  }

  private static BigDecimal sum(List<BigDecimal> points) {
    return points.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
