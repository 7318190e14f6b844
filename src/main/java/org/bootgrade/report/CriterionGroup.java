package org.bootgrade.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.ScoredCriterion;

/**
 * Criteria that belong together.
 *
 * @param title the group's; empty for those that are in none
 * @param points what they brought together, of what they could have
 * @param criteria in the order of the rubric
 */
record CriterionGroup(String title, String points, List<ScoredCriterion> criteria) {

  CriterionGroup {
    criteria = List.copyOf(criteria);
  }

  /** All criteria, by group, in the order in which the rubric first names each group. */
  static List<CriterionGroup> of(List<ScoredCriterion> criteria) {
    Map<String, List<ScoredCriterion>> byGroup = new LinkedHashMap<>();
    for (ScoredCriterion criterion : criteria) {
      Rubric.Group group = criterion.group();
      byGroup
          .computeIfAbsent(group == null ? "" : group.id(), id -> new ArrayList<>())
          .add(criterion);
    }
    List<CriterionGroup> groups = new ArrayList<>();
    for (List<ScoredCriterion> together : byGroup.values()) {
      Rubric.Group group = together.get(0).group();
      BigDecimal sum =
          together.stream().map(ScoredCriterion::points).reduce(BigDecimal.ZERO, BigDecimal::add);
      BigDecimal most =
          together.stream()
              .map(ScoredCriterion::countedMaximum)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      groups.add(
          new CriterionGroup(
              group == null ? "" : group.title(),
              sum.toPlainString() + " / " + most.toPlainString(),
              together));
    }
    return groups;
  }

  /** What a criterion brought, of what it could have. */
  static String points(ScoredCriterion criterion) {
    return Boolean.TRUE.equals(criterion.extraCredit())
        ? "+%s / %s extra"
            .formatted(criterion.points().toPlainString(), criterion.maxPoints().toPlainString())
        : criterion.points().toPlainString() + " / " + criterion.maxPoints().toPlainString();
  }
}
