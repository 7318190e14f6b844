package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.bootgrade.gradebook.Grade;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradeWordsTest {

  private static List<String> steps(Grade grade) throws Exception {
    return GradeWords.steps(Samples.booked().result().booked(List.of(), grade, List.of())).stream()
        .map(GradeWords.Step::words)
        .toList();
  }

  private static Grade grade(
      Grade.@Nullable Late late, List<Grade.Adjusted> adjustments, String score) {
    return new Grade(
        BigDecimal.TEN, null, late, adjustments, new BigDecimal(score), new BigDecimal(100));
  }

  @ParameterizedTest
  @CsvSource({
    "PT15M5S, 15 minutes 5 seconds",
    "PT1S, 1 second",
    "PT1H, 1 hour",
    "PT24H0M1S, 1 day",
    "PT49H1M, 2 days 1 hour 1 minute"
  })
  void byHowMuchItCameLateIsToldToTheSecondWithinADay(String by, String words) throws Exception {
    Grade.Late late = new Grade.Late(by, 1, BigDecimal.ONE, false);

    assertThat(steps(grade(late, List.of(), "9")))
        .contains("it came " + words + " after it was due, which counts as 1 day late");
  }

  @Test
  void thatMoreIsTakenOffThanThereIsIsTold() throws Exception {
    Grade.Adjusted twelve = new Grade.Adjusted(null, new BigDecimal(-12), null, "copied");
    Grade.Adjusted ten = new Grade.Adjusted(null, new BigDecimal(-10), null, "copied");

    assertThat(steps(grade(null, List.of(twelve), "0")))
        .last()
        .isEqualTo("is the score that counts; none is below 0");
    assertThat(steps(grade(null, List.of(ten), "0"))).last().isEqualTo("is the score that counts");
  }
}
