package org.bootgrade.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Property;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Tools;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/** How what a grader does becomes a finding, or an infrastructure failure. */
class GraderRunnerTest {

  private static GraderRunner.Findings run(Class<?> grader, String... criteria)
      throws InfrastructureFailure {
    return run("digest", grader, criteria);
  }

  private static GraderRunner.Findings run(String digest, Class<?> grader, String... criteria)
      throws InfrastructureFailure {
    ClassLoader loader = GraderRunnerTest.class.getClassLoader();
    assertThat(loader).isNotNull();
    return new GraderRunner(new GraderSet(loader, List.of(grader), Set.of(criteria), "sha256:test"))
        .run(evidence(digest), CourseSettings.defaults());
  }

  private static Evidence evidence(String digest) {
    return new Evidence(
        Evidence.SCHEMA,
        digest,
        new Tools("0", "", "", "", "host", "host"),
        new BuildRecord("", ".", "", "", List.of(), List.of(), List.of(), null),
        List.of());
  }

  @Assignment("tiny")
  static class Outcomes {
    @Criterion("a-passed")
    void passed(Submission submission, Verdict verdict) {
      verdict.cite(EvidenceReference.file("a")).because(submission.evidence().submissionDigest());
    }

    @Criterion("b-failed")
    void failed(Verdict verdict) {
      verdict.cite(EvidenceReference.boot("kernel/x")).flag("odd", "look here");
      throw verdict.fails(" expected x, saw y \n");
    }

    @Criterion("c-skipped")
    void skipped(Verdict verdict) {
      throw verdict.undecided("not observed");
    }

    @Criterion("d-assumed")
    void assumed() {
      Assumptions.assumeTrue(false, "no kernel");
    }

    @Criterion("e-asserted")
    void asserted() {
      assertThat("red").as("the light").isEqualTo("green");
    }
  }

  @Test
  void everyWayToEndAMethodHasItsOutcomeAndReason() throws Exception {
    GraderRunner.Findings found =
        run(Outcomes.class, "a-passed", "b-failed", "c-skipped", "d-assumed", "e-asserted");
    assertThat(found.findings())
        .extracting(Finding::criterion, Finding::outcome)
        .extracting(Object::toString)
        .containsExactly(
            "(\"a-passed\", PASSED)",
            "(\"b-failed\", FAILED)",
            "(\"c-skipped\", SKIPPED)",
            "(\"d-assumed\", SKIPPED)",
            "(\"e-asserted\", FAILED)");
    List<String> reasons = found.findings().stream().map(Finding::reason).toList();
    assertThat(reasons.get(0)).isEqualTo("digest");
    assertThat(reasons.get(1)).isEqualTo("expected x, saw y");
    assertThat(reasons.get(2)).isEqualTo("not observed");
    assertThat(reasons.get(3)).contains("no kernel");
    assertThat(reasons.get(4)).contains("the light", "green", "red");
  }

  @Assignment("tiny")
  static class Shares {
    @Criterion("a-some")
    void some(Verdict verdict) {
      verdict.cite(EvidenceReference.file("a"));
      throw verdict.partly(2, 3, "one is missing");
    }

    @Criterion("b-none")
    void none(Verdict verdict) {
      throw verdict.partly(0, 3, "all are missing");
    }
  }

  @Test
  void whatHoldsInPartHasItsShareAndWhatHoldsInNoPartHasFailed() throws Exception {
    assertThat(run(Shares.class, "a-some", "b-none").findings())
        .containsExactly(
            new Finding(
                "a-some",
                Finding.Outcome.PARTIAL,
                "one is missing",
                List.of(EvidenceReference.file("a")),
                new Finding.Share(2, 3)),
            new Finding("b-none", Finding.Outcome.FAILED, "all are missing", List.of()));
  }

  @Assignment("tiny")
  static class NoShare {
    @Criterion("a-all")
    void all(Verdict verdict) {
      throw verdict.partly(3, 3, "nothing is missing");
    }
  }

  @Test
  void aGraderThatCallsTheWholeAPartHasFailedItself() {
    assertThatThrownBy(() -> run(NoShare.class, "a-all"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("3 of 3 is no part of a whole");
  }

  @Assignment("tiny")
  static class ForAnotherEngine {
    @Criterion("a-passed")
    void passed() {
      // Nothing is wrong.
    }

    @Property(tries = 1)
    void property() {
      throw new IllegalStateException("run by another engine");
    }
  }

  @Test
  void noEngineRunsGradersButTheOneThatIsNamed() throws Exception {
    assertThat(run(ForAnotherEngine.class, "a-passed").findings())
        .extracting(Finding::criterion)
        .containsExactly("a-passed");
  }

  @Test
  void evidenceAndFlagsAreKeptAlsoWhereAMethodFails() throws Exception {
    GraderRunner.Findings found =
        run(Outcomes.class, "a-passed", "b-failed", "c-skipped", "d-assumed", "e-asserted");
    assertThat(found.findings().get(0).evidence()).containsExactly(EvidenceReference.file("a"));
    assertThat(found.findings().get(1).evidence())
        .containsExactly(EvidenceReference.boot("kernel/x"));
    assertThat(found.findings().get(2).evidence()).isEmpty();
    assertThat(found.flags()).containsExactly(new Flag("odd", "look here"));
  }

  @Assignment("tiny")
  static class Throwing {
    @Criterion("fine")
    void fine() {}

    @Criterion("broken")
    void broken() {
      throw new IllegalStateException("the grader's own mistake");
    }
  }

  @Test
  void aGraderThatThrowsSomethingElseScoresNothing() {
    assertThatThrownBy(() -> run(Throwing.class, "fine", "broken"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("broken", "the grader's own mistake")
        .hasMessageMatching(
            "(?s).*GraderRunnerTest\\$Throwing\\.broken \\(GraderRunnerTest\\.java:[1-9][0-9]*\\) .*")
        .satisfies(
            e -> {
              assertThat(((InfrastructureFailure) e).mend()).contains("grader");
              assertThat(e.getSuppressed()).hasSize(1);
            });
  }

  @Assignment("tiny")
  static class BrokenBefore {
    @BeforeEach
    void prepare() {
      throw new IllegalStateException("before each");
    }

    @Criterion("never")
    void never() {}
  }

  @Assignment("tiny")
  static class BrokenBeforeAll {
    @BeforeAll
    static void prepare() {
      assertThat("before all").isEmpty();
    }

    @Criterion("never")
    void never() {}
  }

  @Assignment("tiny")
  static class BrokenAfterAll {
    @AfterAll
    static void tidy() {
      assertThat("after all").isEmpty();
    }

    @Criterion("fine")
    void fine() {}
  }

  @Test
  void aGraderThatFailsAroundItsMethodsScoresNothing() {
    assertThatThrownBy(() -> run(BrokenBefore.class, "never"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("GraderRunnerTest$BrokenBefore.never", "before each")
        .hasMessageContaining("GraderRunnerTest.java:");
    assertThatThrownBy(() -> run(BrokenBeforeAll.class, "never"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("GraderRunnerTest$BrokenBeforeAll (", "before all")
        .hasMessageContaining("GraderRunnerTest.java:");
    assertThatThrownBy(() -> run(BrokenAfterAll.class, "fine"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("after all");
  }

  @Assignment("tiny")
  static class SwitchedOff {
    @Criterion("on")
    void on() {}

    @Disabled("for now")
    @Criterion("off")
    void off() {}
  }

  @Test
  void aGraderThatIsSwitchedOffScoresNothing() {
    assertThatThrownBy(() -> run(SwitchedOff.class, "on", "off"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("off", "for now");
  }

  @Assignment("tiny")
  static class Empty {}

  @Test
  void aRunInWhichNoGraderRanScoresNothing() {
    assertThatThrownBy(() -> run(Empty.class, "wanted"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("no grader decided", "wanted");
  }

  @Assignment("tiny")
  static class PlainTest {
    @Criterion("fine")
    void fine() {}

    @Test
    void nameless() {}
  }

  @Test
  void aTestWithoutACriterionScoresNothing() {
    assertThatThrownBy(() -> run(PlainTest.class, "fine"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("nameless", "@Criterion");
  }

  @Assignment("tiny")
  static class Greedy {
    @Criterion("greedy")
    void greedy(StringBuilder unknown) {}
  }

  @Test
  void aParameterThatNobodyGivesScoresNothing() {
    assertThatThrownBy(() -> run(Greedy.class, "greedy"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("GraderRunnerTest$Greedy.greedy failed", "StringBuilder");
  }

  @Test
  void sessionsAtTheSameTimeDoNotMix() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      List<Future<GraderRunner.Findings>> running = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String digest = "submission " + i;
        running.add(
            workers.submit(
                () ->
                    run(
                        digest,
                        Outcomes.class,
                        "a-passed",
                        "b-failed",
                        "c-skipped",
                        "d-assumed",
                        "e-asserted")));
      }
      for (int i = 0; i < 16; i++) {
        assertThat(running.get(i).get().findings())
            .hasSize(5)
            .first()
            .extracting(Finding::reason)
            .isEqualTo("submission " + i);
      }
    } finally {
      workers.shutdownNow();
    }
  }

  @Test
  void theThreadKeepsItsClassLoader() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    run(Outcomes.class, "a-passed");
    assertThatThrownBy(() -> run(Throwing.class, "fine")).isNotNull();
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }
}
