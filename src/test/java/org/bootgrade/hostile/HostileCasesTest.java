package org.bootgrade.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.bootgrade.cli.Terminal;
import org.bootgrade.hostile.HostileCase.HandedIn;
import org.bootgrade.hostile.HostileCase.Verdict;
import org.bootgrade.rubric.Criterion;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.junit.jupiter.api.Test;

/** What can be said of the cases without a container; also that their edits fit the sample. */
class HostileCasesTest {

  private static final List<HostileCase> ALL = HostileCases.all();

  @Test
  void thereAreAtLeastSixtyAndATenthOfThemCovers() {
    assertThat(ALL).hasSizeGreaterThanOrEqualTo(60);
    assertThat(ALL.stream().filter(HostileCase::covering).count()).isBetween(6L, 9L);
  }

  @Test
  void everyCaseHasANameOfItsOwnAndSaysWhatItAttemptsAndWhatHoldsIt() {
    assertThat(ALL).extracting(HostileCase::id).doesNotHaveDuplicates();
    for (HostileCase one : ALL) {
      assertThat(one.id()).matches("[a-z0-9-]+");
      assertThat(one.attempts()).as(one.id()).endsWith(".");
      assertThat(one.guard()).as(one.id()).endsWith(".");
    }
  }

  @Test
  void outcomesNameCriteriaOfTheRubric() throws RubricError {
    Set<String> criteria =
        Set.copyOf(
            RubricReader.read(Terminal.HOME.resolve("rubrics/double-faults.yaml"))
                .criteria()
                .stream()
                .map(Criterion::id)
                .toList());
    for (HostileCase one : ALL) {
      if (one.verdict() instanceof Verdict.Graded graded) {
        assertThat(criteria).as(one.id()).containsAll(graded.outcomes().keySet());
      }
    }
  }

  @Test
  void noCaseIsTheSampleItself() {
    for (HostileCase one : ALL) {
      if (one.handedIn() instanceof HandedIn.Folder folder) {
        assertThat(folder.tree().files()).as(one.id()).isNotEqualTo(Tree.right().files());
      }
    }
  }

  @Test
  void whatIsProbedSaysSoAndHasATwinThatReachesIt() {
    assertThat(ALL.stream().filter(c -> c.twin() != null).count()).isGreaterThanOrEqualTo(8);
    for (HostileCase one : ALL) {
      if (one.twin() != null) {
        assertThat(one.verdict()).as(one.id()).isInstanceOf(Verdict.Graded.class);
        assertThat(((Verdict.Graded) one.verdict()).says()).as(one.id()).contains(Probe.RAN);
        assertThat(one.twin().reaches())
            .isIn(Grounds.TCP, Grounds.UDP, Grounds.FILE, Grounds.SECRET);
      }
    }
  }
}
