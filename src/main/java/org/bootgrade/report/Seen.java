package org.bootgrade.report;

import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.gradebook.Grade;
import org.bootgrade.gradebook.HiddenCriteria;
import org.jspecify.annotations.Nullable;

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
   * The part of a submission's evidence that may be seen with its result. Each experiment shows of
   * a handler what several criteria ask for, so while any criterion is left out only the boots of
   * the programs as they were handed in are there, which everybody can do at home.
   *
   * @param evidence null where there is none
   */
  @Nullable Evidence of(@Nullable Evidence evidence) {
    if (evidence == null || note.isEmpty()) {
      return evidence;
    }
    return new Evidence(
        evidence.schema(),
        evidence.submissionDigest(),
        evidence.tools(),
        evidence.build(),
        evidence.boots().stream()
            .filter(b -> b.intervention() == Intervention.AS_SUBMITTED)
            .toList(),
        evidence.source());
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
