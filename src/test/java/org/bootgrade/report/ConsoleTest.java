package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.report.Result.Submission;
import org.bootgrade.rubric.Scorecard;
import org.bootgrade.rubric.ScoredCriterion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {

  private static final ConsoleStyle PLAIN = new ConsoleStyle(false, 76);

  private final Reports reports = new Reports();

  @Test
  void aPoorResultShowsPointsReasonsHintsAndEvidence() {
    assertThat(reports.console(Seen.whole(Samples.poor()), PLAIN))
        .isEqualTo(
            """
            bob  demo                                                     5 / 100 points

              ◐ partial  The kernel and its tests build                           5 / 10
              ✘ failed   A fault that no handler takes ends in the double
                         fault handler which reports it                         0 / 57.5
              – skipped  The test can fail                                      0 / 32.5

            ◐ The kernel and its tests build (builds)
                The test double does not compile, so nothing can be said about it. The
                compiler said:

                error[E0308]: mismatched types
                  --> src/idt.rs:12:30
                   |
                12 |     .set_stack_index(crate::gdt::DOUBLE_FAULT_IST_INDEX_WITH_A_VERY_LONG_NAME_INDEED_IT_IS);
                   |      --------------- ^^^ expected `u16`, found `usize`

                Hint: Read the first error of the compiler before the others because
                they follow.
                Evidence: evidence/build/test double.log

            ✘ A fault that no handler takes ends in the double fault handler which
              reports it (double-fault-handled)
                Expected a double fault, but the machine reset.
                Hint: Look at the IDT.
                Evidence: kernel/as-submitted, event 2, src/main.rs:30

            – The test can fail (test-is-sensitive)
                Skipped because double-fault-handled failed.

            Notes (they cost no points)
              - kernel.json is in the form of an older compiler; in the build's copy it
                is new

            For the instructor
              - build-script: build.rs runs code at build time
            """);
  }

  @Test
  void aGoodResultIsATableAndNothingElse() {
    assertThat(reports.console(Seen.whole(Samples.good()), PLAIN))
        .isEqualTo(
            """
            alice  demo                                                 100 / 100 points

              ✔ passed   The kernel and its tests build                          10 / 10
              ✔ passed   A fault that no handler takes ends in the double
                         fault handler which reports it                      57.5 / 57.5
              ✔ passed   The test can fail                                   32.5 / 32.5
            """);
  }

  @Test
  void aRejectedSubmissionSaysWhy() {
    assertThat(reports.console(Seen.whole(Samples.rejected()), PLAIN))
        .isEqualTo(
            """
            carol  demo                                                   0 / 100 points

            The submission was rejected:
                The archive is cut short. Pack it again.
            """);
  }

  @Test
  void aFailureOfOursIsNotTheStudents() {
    assertThat(reports.console(Seen.whole(Samples.notGraded()), PLAIN))
        .isEqualTo(
            """
            dave  demo                                                        not graded

            The submission was not graded, through no fault of its own:
                The engine is gone.
                Run ./bootgrade doctor.
            """);
  }

  @Test
  void whereNobodyCameIsNotCounted() {
    assertThat(reports.consoleClass(ClassResults.of(List.of(Samples.good())), PLAIN))
        .endsWith("\n\n1 graded\n");
    assertThat(
            reports.consoleClass(
                ClassResults.of(List.of(Samples.good(), Samples.notGraded())), PLAIN))
        .endsWith("\n\n1 graded, 1 not graded\n");
  }

  @Test
  void aClassIsATableWithALegend() {
    ClassResults results =
        ClassResults.of(
            List.of(Samples.rejected(), Samples.poor(), Samples.notGraded(), Samples.good()));

    assertThat(reports.consoleClass(results, PLAIN))
        .isEqualTo(
            """
            submission      score  1 2 3   status
            alice       100 / 100  ✔ ✔ ✔   graded
            bob           5 / 100  ◐ ✘ –   graded
            carol         0 / 100          rejected
            dave                –          not graded

              1  1 of 2 passed  builds: The kernel and its tests build
              2  1 of 2 passed  double-fault-handled: A fault that no handler takes end…
              3  1 of 2 passed  test-is-sensitive: The test can fail
                 ✔ passed  ◐ partial  ✘ failed  – skipped

            carol was rejected:
                The archive is cut short. Pack it again.

            dave was not graded, through no fault of its own:
                The engine is gone.
                Run ./bootgrade doctor.

            2 graded, 1 rejected, 1 not graded
            """);
  }

  @Test
  void whereMarksDoNotFitTheyAreCounted() {
    List<ScoredCriterion> criteria = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      criteria.add(
          new ScoredCriterion(
              "c" + i,
              "Criterion",
              i < 7 ? Outcome.PASSED : Outcome.FAILED,
              BigDecimal.ZERO,
              BigDecimal.TEN,
              "",
              null,
              List.of()));
    }
    Result result =
        Result.graded(
            new Submission("a-rather-long-name-of-a-submission", null),
            Samples.rubric(),
            Samples.GRADERS,
            new Scorecard(BigDecimal.ONE, BigDecimal.TEN, criteria),
            List.of(),
            List.of(),
            "0.1.0");

    assertThat(reports.consoleClass(ClassResults.of(List.of(result)), new ConsoleStyle(false, 0)))
        .startsWith(
            """
            submission     score  passed  status
            a-rather-lo…  1 / 10  7/20    graded
            """);
  }

  @Test
  void anEmptyClassIsSaidToBeEmpty() {
    assertThat(reports.consoleClass(ClassResults.of(List.of()), PLAIN))
        .isEqualTo("There are no results.\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingAStudentWroteCommandsTheTerminal(boolean color) {
    ConsoleStyle style = new ConsoleStyle(color, 100);
    String text =
        reports.console(Seen.whole(Samples.hostile()), style)
            + reports.consoleClass(Samples.all(), style);
    String withoutOurs = text.replaceAll("\u001b\\[[0-9]{1,2}m", "");

    assertThat(withoutOurs).contains("\\u{1b}[2J", "\\u{7}", "\\u{202e}");
    assertThat(
            withoutOurs
                .codePoints()
                .filter(c -> c != '\n')
                .filter(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)
                .mapToObj(Integer::toHexString)
                .collect(Collectors.toList()))
        .isEmpty();
    assertThat(text.contains("\u001b")).isEqualTo(color);
  }

  @Test
  void coloursAreClosedInTheirLine() {
    assertThat(reports.console(Seen.whole(Samples.poor()), new ConsoleStyle(true, 80)).lines())
        .allSatisfy(
            line ->
                assertThat(line.split("\u001b\\[[1-9]", -1))
                    .hasSameSizeAs(line.split("\u001b\\[0m", -1)));
  }
}
