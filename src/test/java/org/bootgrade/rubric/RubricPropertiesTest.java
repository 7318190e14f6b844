package org.bootgrade.rubric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;
import org.bootgrade.grading.Finding;
import org.bootgrade.grading.Finding.Outcome;

/** A rubric is right, or its problems are told by line; and what it allows stays within bounds. */
class RubricPropertiesTest {

  private static final String SMALL =
      """
      assignment: kernels
      title: A kernel
      points: 10
      settings:
        qemu-pass: [0x10]
        pass-texts: ["[ok]"]
      left-out: [style]
      zone: Europe/Berlin
      late: {due: 2026-10-01T23:59, grace: 2 h, per-day: 10 %, most: 5, closed: 2026-10-08T12:00}
      groups: [{id: main, title: Main}]
      criteria:
        - id: boots
          title: It boots
          points: 4
        - {id: prints, title: It prints, points: 2.5, requires: [boots], hint: "Print."}
        - id: halts
          title: It halts
          points: 3.5
          requires:
            - prints
          partial: all-or-nothing
          hidden-until: 2026-10-25T02:30
        - {id: shines, title: It shines, points: 1, extra-credit: true, group: main}
      """;

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        "\n",
        "  ",
        "\t",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "|",
        ">",
        "&a ",
        "*a",
        "!!str ",
        "%YAML 1.1\n",
        "---\n",
        "...\n",
        "#",
        "<<: ",
        "? ",
        "no",
        "1e9",
        "999999",
        "0.0001",
        "requires: [halts]",
        "points: 0",
        "extra-credit: true",
        "partial: all-or-nothing",
        "group: main",
        "2026-02-30T25:61",
        "100.99 %",
        "zone: UTC",
        "[".repeat(60),
        "{a: ".repeat(60),
        "\u0000",
        "\ufeff");
  }

  private static void isRightOrItsProblemsAreTold(String yaml, List<Outcome> outcomes) {
    Rubric rubric;
    try {
      rubric = RubricReader.read("r.yaml", yaml);
    } catch (RubricError e) {
      assertThat(e.problems()).isNotEmpty();
      long lines = yaml.chars().filter(c -> c == '\n').count() + 1;
      for (RubricError.Problem problem : e.problems()) {
        assertThat((long) problem.line()).isBetween(0L, lines + 1);
        assertThat(problem.what()).isNotBlank();
        assertThat(problem.mend()).isNotBlank();
      }
      return;
    }
    scoresWithinItsBounds(rubric, outcomes);
  }

  private static Scorecard score(Rubric rubric, List<Outcome> outcomes) {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < rubric.criteria().size(); i++) {
      findings.add(
          new Finding(
              rubric.criteria().get(i).id(), outcomes.get(i % outcomes.size()), "r", List.of()));
    }
    return Scorer.score(rubric, findings);
  }

  private static void scoresWithinItsBounds(Rubric rubric, List<Outcome> outcomes) {
    Scorecard card = score(rubric, outcomes);
    BigDecimal all =
        rubric.criteria().stream().map(Criterion::points).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(card.score()).isBetween(BigDecimal.ZERO, all);
    assertThat(card.maxScore()).isEqualTo(rubric.maxScore()).isLessThanOrEqualTo(all);
    assertThat(card.criteria()).hasSameSizeAs(rubric.criteria());
    assertThat(score(rubric, List.of(Outcome.PASSED)).score()).isEqualByComparingTo(all);
    assertThat(score(rubric, List.of(Outcome.FAILED)).score()).isEqualByComparingTo("0");
  }

  @Property
  void aDamagedRubricIsRightOrItsProblemsAreTold(
      @ForAll("damage") Damage damage, @ForAll @Size(3) List<Outcome> outcomes) {
    String yaml = damage.to(SMALL);
    Within.bounds(() -> isRightOrItsProblemsAreTold(yaml, outcomes));
  }

  @Property
  void aDamagedRubricOfTheCourseIsRightOrItsProblemsAreTold(
      @ForAll("damage") Damage damage, @ForAll @Size(7) List<Outcome> outcomes) throws IOException {
    String yaml = damage.to(Files.readString(Path.of("rubrics/double-faults.yaml")));
    Within.bounds(() -> isRightOrItsProblemsAreTold(yaml, outcomes));
  }

  @Property
  void anyTextIsNoRubricAndItsProblemsAreTold(@ForAll String yaml) {
    Within.bounds(() -> isRightOrItsProblemsAreTold(yaml, List.of(Outcome.PASSED)));
  }

  @Property
  void anyFindingsScoreWithinBounds(@ForAll @Size(3) List<Outcome> outcomes) throws RubricError {
    scoresWithinItsBounds(RubricReader.read("r.yaml", SMALL), outcomes);
  }
}
