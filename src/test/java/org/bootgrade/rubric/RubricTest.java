package org.bootgrade.rubric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bootgrade.grading.CourseSettings;
import org.junit.jupiter.api.Test;

class RubricTest {

  private static final String TWO =
      """
      assignment: demo
      title: A demo
      points: 2
      left-out: [extra]
      criteria:
        - {id: builds, title: It builds, points: 1}
        - {id: runs, title: It runs, points: 1}
      """;

  @Test
  void graderAndRubricOfTheSameCriteriaAgree() throws RubricError {
    Rubric rubric = RubricReader.read("demo.yaml", TWO);

    assertThatCode(() -> rubric.checkAgainst(Set.of("builds", "runs", "extra")))
        .doesNotThrowAnyException();
  }

  @Test
  void aCriterionWithoutAGraderIsAProblemAtItsLine() throws RubricError {
    assertThat(problems(TWO, Set.of("builds", "extra", "rusn")))
        .containsExactly(
            "demo.yaml:5: the graders decide \"rusn\", which is no criterion here; add it to the"
                + " criteria with its points, or do not count it: left-out: [extra, rusn]",
            "demo.yaml:7: criterion \"runs\" is decided by no grader; did you mean \"rusn\"?");
  }

  @Test
  void aCriterionUnlikeAllOthersAsksForAGrader() throws RubricError {
    assertThat(problems(TWO, Set.of("builds", "extra")))
        .containsExactly(
            "demo.yaml:7: criterion \"runs\" is decided by no grader; remove it, or give --graders"
                + " a grader with @Criterion(\"runs\")");
  }

  @Test
  void gradersThatDecideMoreAreOfferedOneListToLeaveOut() throws RubricError {
    assertThat(problems(TWO, Set.of("builds", "runs", "extra", "swims", "flies")))
        .hasSize(2)
        .allMatch(p -> p.endsWith("do not count it: left-out: [extra, flies, swims]"));
  }

  @Test
  void aMisspeltExclusionIsAProblem() throws RubricError {
    assertThat(problems(TWO, Set.of("builds", "runs", "extras")))
        .containsExactly(
            "demo.yaml:4: left-out \"extra\" is decided by no grader; did you mean \"extras\"?",
            "demo.yaml:5: the graders decide \"extras\", which is no criterion here; add it to the"
                + " criteria with its points, or do not count it: left-out: [extras]");
  }

  @Test
  void theRubricOfDoubleFaultsIsWorthAHundredPointsAndTeaches() throws RubricError {
    Rubric rubric = RubricReader.read(Path.of("rubrics", "double-faults.yaml"));

    assertThat(rubric.assignment()).isEqualTo("double-faults");
    assertThat(rubric.maxScore()).isEqualTo(new BigDecimal("100"));
    assertThat(rubric.settings()).isEqualTo(CourseSettings.defaults());
    assertThat(rubric.criteria())
        .extracting(Criterion::id)
        .containsExactly(
            "builds",
            "breakpoint-returns",
            "double-fault-handled",
            "handler-diverges",
            "tss-loaded",
            "stack-index-applied",
            "stack-overflow-exits",
            "test-is-sensitive");
    assertThat(rubric.criteria())
        .allSatisfy(c -> assertThat(c.hint()).isNotNull())
        .filteredOn(c -> !c.requires().isEmpty())
        .singleElement()
        .satisfies(c -> assertThat(c.requires()).containsExactly("stack-overflow-exits"));
  }

  private static List<String> problems(String yaml, Set<String> graded) throws RubricError {
    Rubric rubric = RubricReader.read("demo.yaml", yaml);
    RubricError error = catchThrowableOfType(RubricError.class, () -> rubric.checkAgainst(graded));
    return error.problems().stream().map(Object::toString).toList();
  }
}
