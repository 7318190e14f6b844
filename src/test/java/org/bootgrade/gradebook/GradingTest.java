package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a scorecard, a time and adjustments to a grade. */
class GradingTest {

  private static final Rubric RUBRIC = Rubrics.demo(Rubrics.LATE);

  private static Grade grade(String outcomes, @Nullable String submitted, String... adjustments)
      throws GradebookError {
    Scorecard card =
        switch (outcomes) {
          case "failure" -> null;
          case "rejected" -> Rubrics.rejected(RUBRIC);
          default -> Rubrics.card(RUBRIC, outcomes);
        };
    return Grading.grade(
        RUBRIC,
        card,
        submitted == null ? null : Submitted.of(Instant.parse(submitted), Submitted.Source.CSV),
        adjustments(adjustments));
  }

  private static List<Adjustments.Adjustment> adjustments(String... rows) throws GradebookError {
    StringBuilder csv = new StringBuilder("submission,criterion,points,reason\n");
    for (String row : rows) {
      csv.append("s,").append(row).append(",Told.\n");
    }
    return rows.length == 0 ? List.of() : Adjustments.read("a.csv", csv.toString(), RUBRIC).all();
  }

  /** Worth 40 points, so a day costs 4 and 20 is the most. Due is 21:59 UTC, with 15 minutes. */
  @ParameterizedTest
  @CsvSource({
    "pppp, 2026-10-01T21:59:00Z, 45, 0, , false, 45",
    "pppp, 2026-10-01T22:14:00Z, 45, 0, , false, 45",
    "pppp, 2026-10-01T22:14:01Z, 45, 1, 4, false, 41",
    "ppff, 2026-10-02T22:14:00Z, 30, 2, 8, false, 22",
    "ppff, 2026-10-08T21:00:00Z, 30, 7, 20, false, 10",
    "pfff, 2026-10-05T21:00:00Z, 10, 4, 10, false, 0",
    "ffff, 2026-10-05T21:00:00Z, 0, 4, 0, false, 0",
    "pppp, 2026-10-08T21:59:00Z, 45, 7, 20, false, 25",
    "pppp, 2026-10-08T21:59:01Z, 45, 8, 45, true, 0",
    "rejected, 2026-10-05T21:00:00Z, 0, 4, 0, false, 0",
  })
  void comingLateCostsUpToWhatThereIs(
      String outcomes,
      String submitted,
      BigDecimal earned,
      long days,
      BigDecimal deduction,
      boolean closed,
      BigDecimal score)
      throws GradebookError {
    Grade grade = grade(outcomes, submitted);

    assertThat(grade.earned()).isEqualTo(earned);
    assertThat(grade.score()).isEqualTo(score);
    assertThat(grade.maxScore()).isEqualTo(new BigDecimal("40"));
    Grade.Late late = grade.late();
    assertThat(late == null ? 0 : late.days()).isEqualTo(days);
    if (late != null) {
      assertThat(late.deduction()).isEqualTo(deduction);
      assertThat(late.closed()).isEqualTo(closed);
    }
  }

  @Test
  void byHowMuchItWasLateIsTold() throws GradebookError {
    Grade grade = grade("pppp", "2026-10-03T00:02:03.9Z");

    assertThat(grade.late()).isEqualTo(new Grade.Late("PT26H3M3S", 2, new BigDecimal("8"), false));
    assertThat(grade.submitted())
        .isEqualTo(new Submitted("2026-10-03T00:02:03Z", Submitted.Source.CSV));
  }

  @Test
  void withoutATimeOrAPolicyNothingIsDeducted() throws GradebookError {
    assertThat(grade("ppff", null).score()).isEqualTo(new BigDecimal("30"));
    assertThat(grade("ppff", null).submitted()).isNull();
    Rubric without = Rubrics.demo("");
    Grade grade =
        Grading.grade(
            without,
            Rubrics.card(without, "ppff"),
            Submitted.of(Instant.parse("2030-01-01T00:00:00Z"), Submitted.Source.CSV),
            List.of());
    assertThat(grade.score()).isEqualTo(new BigDecimal("30"));
    assertThat(grade.submitted()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // outcomes | time | first | second | score | changes
        "ppff | on | ,+5 | | 35 | 5",
        "ppff | on | ,-5 | | 25 | -5",
        "ppff | on | ,-50 | | 0 | -50",
        "ppff | on | ,-50 | ,+30 | 10 | -50 30",
        "pppp | on | ,+10 | | 55 | 10",
        "ppff | on | ,=80 | | 80 | 50",
        "ppff | on | ,=80 | ,-2.5 | 77.5 | 50 -2.5",
        "ppff | on | ,+1 | ,=12 | 12 | 1 -19",
        "ppff | on | secret,=10 | | 40 | 10",
        "ppff | on | runs,=0 | | 10 | -20",
        "ppff | on | runs,-5 | runs,=18 | 28 | -5 3",
        "ppff | 2 days | ,+5 | | 27 | 5",
        "ppff | 2 days | ,=30 | | 30 | 8",
        "ppff | closed | ,+5 | | 5 | 5",
        "failure | on | ,+5 | | none | none",
        "failure | on | ,+5 | ,=10 | 10 | none 10",
        "failure | on | ,=10 | ,+5 | 15 | 10 5",
        "failure | on | runs,=10 | | none | none",
        "failure | on | ,=10 | runs,=10 | 10 | 10 none",
        "rejected | on | ,+5 | | 5 | 5",
        "rejected | on | runs,=20 | runs,+1 | 21 | 20 1",
        "rejected | on | ,=12 | | 12 | 12",
      })
  void adjustmentsComeLastInTheirOrderAndTheScoreIsNeverBelowZero(
      String outcomes, String time, String first, String second, String score, String changes)
      throws GradebookError {
    String submitted =
        switch (time) {
          case "on" -> "2026-10-01T20:00:00Z";
          case "2 days" -> "2026-10-03T20:00:00Z";
          default -> "2026-11-01T00:00:00Z";
        };
    Grade grade =
        second == null
            ? grade(outcomes, submitted, first)
            : grade(outcomes, submitted, first, second);

    assertThat(grade.score() == null ? "none" : grade.score().toPlainString()).isEqualTo(score);
    assertThat(
            String.join(
                " ",
                grade.adjustments().stream()
                    .map(a -> a.points() == null ? "none" : a.points().toPlainString())
                    .toList()))
        .isEqualTo(changes);
    assertThat(grade.adjustments()).allSatisfy(a -> assertThat(a.reason()).isEqualTo("Told."));
  }

  @Test
  void aFailureOfOursHasNoLateness() throws GradebookError {
    Grade grade = grade("failure", "2026-11-01T00:00:00Z");

    assertThat(grade.earned()).isNull();
    assertThat(grade.late()).isNull();
    assertThat(grade.score()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"+5", "add 5", "+ 5", "+5.0000"})
  void pointsAreAdded(String points) throws GradebookError {
    assertThat(adjustments("," + points).get(0).points()).isEqualTo(new BigDecimal("5"));
    assertThat(adjustments("," + points).get(0).set()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"=5", "set 5", "= 5"})
  void pointsAreSet(String points) throws GradebookError {
    assertThat(adjustments("," + points).get(0).points()).isEqualTo(new BigDecimal("5"));
    assertThat(adjustments("," + points).get(0).set()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "−5"})
  void pointsAreTakenAway(String points) throws GradebookError {
    assertThat(adjustments("," + points).get(0).points()).isEqualTo(new BigDecimal("-5"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "submission,points,reason\\na,5,x | a.csv:2: \"5\" is no change of points; write +5",
        "submission,points,reason\\na,=-5,x | a.csv:2: \"=-5\" is no change of points",
        "submission,points,reason\\na,1e5,x | a.csv:2: \"1e5\" is no change of points",
        "submission,points,reason\\na,\"+2,5\",x | a.csv:2: \"+2,5\" is no change of points",
        "submission,points,reason\\na,,x | a.csv:2: \"\" is no change of points",
        "submission,points,reason\\na,+5, | a.csv:2: the row gives no reason; write for the student",
        "submission,points,reason\\n,+5,x | a.csv:2: the row names no submission; name one",
        "submission,points,reason\\na,+5,\"x\u001b\" | a.csv:2: the reason holds a control character",
        "submission,criterion,points,reason\\na,run,+5,x | a.csv:2: \"run\" is no criterion of the rubric",
        "submission,points\\na,+5 | a.csv:1: the first row does not name the columns of adjustments",
        "points,reason\\n+5,x | a.csv:1: the first row does not name the columns of adjustments",
        "student,Criteria,points,reason\\na,runs,+5,x | a.csv:1: there is no column \"criteria\" in adjustments",
      })
  void whatIsWrongWithAdjustmentsHasItsLineAndMend(String csv, String problem) {
    GradebookError error =
        catchThrowableOfType(
            GradebookError.class,
            () -> Adjustments.read("a.csv", csv.replace("\\n", "\n"), RUBRIC));

    assertThat(error).isNotNull();
    assertThat(error.getMessage()).startsWith(problem).contains("; ");
  }
}
