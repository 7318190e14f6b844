package org.bootgrade.report;

import org.bootgrade.gradebook.Grade;
import org.bootgrade.gradebook.HiddenCriteria;

/**
 * A result as somebody may see it.
 *
 * @param result what they see of it
 * @param note says what is left out; empty where nothing is
 */
public record Seen(Result result, String note) {

  /** All of it. */
  public static Seen whole(Result result) {
    return new Seen(result, "");
  }

  /**
   * What a student may see of a result.
   *
   * @param shown what is visible of its score
   */
  public static Seen of(Result result, HiddenCriteria.Shown shown) {
    if (shown.hidden().isEmpty()) {
      return whole(result);
    }
    Grade grade = shown.grade();
    return new Seen(
        result.shown(
            shown.criteria(), shown.sum(), shown.most(), result.grade() == null ? null : grade),
        shown.note());
  }
}
