package org.bootgrade.report;

import java.math.BigDecimal;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.report.Result.Status;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** How all reports call things. */
final class Marks {

  private Marks() {}

  static String mark(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "✔";
      case PARTIAL -> "◐";
      case FAILED -> "✘";
      case SKIPPED -> "–";
    };
  }

  static String word(Outcome outcome) {
    return switch (outcome) {
      case PASSED -> "passed";
      case PARTIAL -> "partial";
      case FAILED -> "failed";
      case SKIPPED -> "skipped";
    };
  }

  static String word(Status status) {
    return switch (status) {
      case GRADED -> "graded";
      case REJECTED -> "rejected";
      case INFRASTRUCTURE_FAILURE -> "not graded";
    };
  }

  /** What a message about a submission that was not judged begins with. */
  static String verdict(Status status) {
    return status == Status.REJECTED
        ? "The submission was rejected:"
        : "The submission was not graded, through no fault of its own:";
  }

  /** The name that the contract gives to a status. */
  static String code(Status status) {
    return switch (status) {
      case GRADED -> "graded";
      case REJECTED -> "rejected";
      case INFRASTRUCTURE_FAILURE -> "infrastructure-failure";
    };
  }

  /** Points, or a dash where there are none. */
  static String number(@Nullable BigDecimal points) {
    return points == null ? "–" : points.toPlainString();
  }

  /** {@code 75 / 100}, or a dash where there is no score. */
  static String score(Result result) {
    BigDecimal score = result.finalScore();
    BigDecimal most = result.finalMaxScore();
    return score == null || most == null ? number(null) : number(score) + " / " + number(most);
  }

  /**
   * Whether a person is shown the hint. Not where a criterion is skipped: what it is skipped for
   * has to be mended first, and a kernel that does not build would get all hints at once.
   */
  static boolean wantsHint(ScoredCriterion criterion) {
    return criterion.hint() != null
        && (criterion.outcome() == Outcome.FAILED || criterion.outcome() == Outcome.PARTIAL);
  }

  /** A reference in words, for example {@code kernel/as-submitted, event 2, src/main.rs:30}. */
  static String words(EvidenceReference reference) {
    StringBuilder words = new StringBuilder();
    if (reference.boot() != null) {
      words.append(", ").append(reference.boot());
    }
    if (reference.event() != null) {
      words.append(", event ").append(reference.event());
    }
    if (reference.source() != null) {
      words.append(", ").append(reference.source());
    }
    if (reference.file() != null) {
      words.append(", evidence/").append(reference.file());
    }
    return words.isEmpty() ? "" : words.substring(2);
  }
}
