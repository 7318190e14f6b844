package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a submission is judged by.
 *
 * @param id in kebab-case, as the graders name it
 * @param title what holds when it is passed, for the student
 * @param points what it is worth; 0 for one that only informs
 * @param requires ids of the criteria without which this one means nothing
 * @param hint what to read or to look at when it is not passed, or null
 */
public record Criterion(
    String id, String title, BigDecimal points, List<String> requires, @Nullable String hint) {

  public Criterion {
    points = Points.plain(points);
    requires = List.copyOf(requires);
  }
}
