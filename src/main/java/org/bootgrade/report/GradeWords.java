package org.bootgrade.report;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bootgrade.gradebook.Grade;
import org.jspecify.annotations.Nullable;

/** How a grade follows from a score, in words. */
final class GradeWords {

  private GradeWords() {}

  /**
   * A step from what the criteria brought to what is handed in.
   *
   * @param change by how much it changed the score: {@code −10}, or what it came to
   * @param words why
   */
  record Step(String change, String words) {}

  /** The steps, the first and last of which are scores; none where the score is all there is. */
  static List<Step> steps(Result result) {
    Grade grade = result.grade();
    if (grade == null || !changed(grade)) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(Marks.number(grade.earned()), "by the criteria"));
    if (grade.late() != null) {
      steps.add(new Step(signed(grade.late().deduction().negate()), late(grade.late())));
    }
    for (Grade.Adjusted adjusted : grade.adjustments()) {
      steps.add(new Step(signed(adjusted.points()), adjusted(adjusted)));
    }
    steps.add(
        new Step(
            Marks.number(grade.score()),
            belowZero(grade)
                ? "is the score that counts; none is below 0"
                : "is the score that counts"));
    return steps;
  }

  /** Whether the steps took off more than there was. */
  private static boolean belowZero(Grade grade) {
    BigDecimal sum = grade.earned() == null ? BigDecimal.ZERO : grade.earned();
    if (grade.late() != null) {
      sum = sum.subtract(grade.late().deduction());
    }
    for (Grade.Adjusted adjusted : grade.adjustments()) {
      sum = adjusted.points() == null ? sum : sum.add(adjusted.points());
    }
    return sum.signum() < 0;
  }

  /** The steps in one line: {@code 100 −10 late +5 by hand}; empty where there are none. */
  static String sum(Result result) {
    Grade grade = result.grade();
    if (grade == null || !changed(grade)) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    parts.add(Marks.number(grade.earned()));
    if (grade.late() != null) {
      parts.add(signed(grade.late().deduction().negate()) + " late");
    }
    for (Grade.Adjusted adjusted : grade.adjustments()) {
      parts.add(signed(adjusted.points()) + " by hand");
    }
    return String.join(" ", parts);
  }

  /** Whether more counts than what the criteria brought. */
  private static boolean changed(Grade grade) {
    return grade.late() != null || !grade.adjustments().isEmpty();
  }

  /** When it was handed in, and what that means; empty where nobody asks. */
  static String handedIn(Result result) {
    Grade grade = result.grade();
    if (grade == null || grade.submitted() == null) {
      return "";
    }
    String from =
        switch (grade.submitted().from()) {
          case CSV -> "as the course says";
          case GRADESCOPE -> "as Gradescope says";
          case ARCHIVE -> "as the archive's own time says";
        };
    String local = grade.submitted().local();
    return "Handed in at %s, %s%s."
        .formatted(
            local == null ? grade.submitted().at() : local,
            from,
            grade.late() == null ? ": in time" : "");
  }

  private static String late(Grade.Late late) {
    String by = duration(Duration.parse(late.by()));
    return late.closed()
        ? "it came %s after it was due, too late to count".formatted(by)
        : "it came %s after it was due, which counts as %d %s late"
            .formatted(by, late.days(), late.days() == 1 ? "day" : "days");
  }

  private static String adjusted(Grade.Adjusted adjusted) {
    StringBuilder words = new StringBuilder();
    if (adjusted.criterion() != null) {
      words.append("criterion ").append(adjusted.criterion());
      words.append(adjusted.set() == null ? ": " : " ");
    }
    if (adjusted.set() != null) {
      words.append("set to ").append(adjusted.set().toPlainString()).append(": ");
    }
    words.append(adjusted.reason());
    if (adjusted.points() == null) {
      words.append(" (it had no score that this could change)");
    }
    return words.append(" (by hand)").toString();
  }

  private static String signed(@Nullable BigDecimal points) {
    if (points == null) {
      return Marks.number(null);
    }
    return points.signum() < 0
        ? "−" + points.negate().toPlainString()
        : "+" + points.toPlainString();
  }

  private static String duration(Duration by) {
    List<String> parts = new ArrayList<>();
    part(parts, by.toDays(), "day");
    part(parts, by.toHoursPart(), "hour");
    part(parts, by.toMinutesPart(), "minute");
    if (by.toDays() == 0) {
      // A grace of minutes may have been missed by seconds.
      part(parts, by.toSecondsPart(), "second");
    }
    return String.join(" ", parts);
  }

  private static void part(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(count + " " + unit + (count == 1 ? "" : "s"));
    }
  }
}
