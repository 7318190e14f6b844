package org.bootgrade.gradebook;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.bootgrade.grading.Finding;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.rubric.Scorecard;
import org.bootgrade.rubric.Scorer;

/** Rubrics and scorecards for tests. */
final class Rubrics {

  static final String LATE =
      "late: {due: 2026-10-01T23:59, grace: 15 min, per-day: 10 %, most: 50 %, closed:"
          + " 2026-10-08T23:59}";

  private Rubrics() {}

  /** Worth 40 points, 5 more as extra credit, with a late policy of that text if any. */
  static Rubric demo(String late) {
    try {
      return RubricReader.read(
          "demo.yaml",
          """
          assignment: demo
          title: Double faults
          points: 40
          zone: Europe/Berlin
          %s
          criteria:
            - {id: builds, title: It builds, points: 10}
            - {id: runs, title: It runs, points: 20}
            - {id: secret, title: It is secret, points: 10, hidden-until: 2026-10-10T12:00}
            - {id: shines, title: It shines, points: 5, extra-credit: true}
          """
              .formatted(late));
    } catch (RubricError e) {
      throw new AssertionError(e);
    }
  }

  /** What a submission brought that passed the criteria at whose places a p stands. */
  static Scorecard card(Rubric rubric, String outcomes) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < rubric.criteria().size(); i++) {
      findings.add(
          new Finding(
              rubric.criteria().get(i).id(),
              outcomes.charAt(i) == 'p' ? Outcome.PASSED : Outcome.FAILED,
              "because",
              List.of()));
    }
    return Scorer.score(rubric, findings);
  }

  /** A rejected submission. */
  static Scorecard rejected(Rubric rubric) {
    return new Scorecard(BigDecimal.ZERO, rubric.maxScore(), List.of());
  }
}
