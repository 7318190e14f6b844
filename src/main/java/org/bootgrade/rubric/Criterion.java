package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.time.Instant;
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
 * @param group the id of its group, or null
 * @param extraCredit whether its points count into the score and not into what a perfect submission
 *     gets
 * @param partial what it is worth where only some of it holds
 * @param hiddenUntil from when on students may see how they did on it, or null where always
 */
public record Criterion(
    String id,
    String title,
    BigDecimal points,
    List<String> requires,
    @Nullable String hint,
    @Nullable String group,
    boolean extraCredit,
    Partial partial,
    @Nullable Instant hiddenUntil) {

  public Criterion {
    points = Points.plain(points);
    requires = List.copyOf(requires);
  }

  /** Whether a student may not yet see how it came out. */
  public boolean isHidden(Instant now) {
    return hiddenUntil != null && now.isBefore(hiddenUntil);
  }

  /** What a criterion is worth where only some of it holds. */
  public enum Partial {
    /** {@code proportion}: its share of the points, one half where the grader does not say it. */
    PROPORTION,
    /** {@code all-or-nothing}: it has failed. */
    ALL_OR_NOTHING
  }
}
