package org.bootgrade.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.ProgramRecord.Kind;
import org.bootgrade.evidence.ProgramRecord.Outcome;
import org.bootgrade.evidence.Tools;
import org.bootgrade.grading.CourseSettings;
import org.junit.jupiter.api.Test;

class ExitCodeJudgeTest {

  private static final Ending RUNNING = new Ending.StillRunning(true);
  private static final Ending PASS = new Ending.Exited(33);

  private final List<ProgramRecord> programs = new ArrayList<>();
  private final List<BootRecord> boots = new ArrayList<>();

  private ExitCodeJudgeTest program(String id, Kind kind, Ending ending, String serial) {
    String name = id.substring(id.indexOf('/') + 1);
    programs.add(
        new ProgramRecord(id, kind, name, "src/main.rs", Outcome.BUILT, "", null, null, null));
    boots.add(
        new BootRecord(
            BootRecord.id(id, Intervention.AS_SUBMITTED),
            id,
            Intervention.AS_SUBMITTED,
            ending,
            serial,
            false,
            List.of(),
            List.of(),
            false,
            null,
            null));
    return this;
  }

  private java.util.Set<String> passed() {
    BuildRecord build = new BuildRecord("k", ".", "", "", programs, List.of(), List.of(), null);
    Evidence evidence =
        new Evidence(
            Evidence.SCHEMA, "sha256:0", new Tools("", "", "", "", null, null), build, boots);
    return new ExitCodeJudge(CourseSettings.defaults()).passed(evidence);
  }

  @Test
  void aKernelThatStaysAndATestThatPassesGetEverything() {
    program("kernel", Kind.KERNEL, RUNNING, "");
    program("test/stack_overflow", Kind.TEST, PASS, "stack_overflow... \u001b[32m[OK]\u001b[0m");
    assertThat(passed()).hasSize(8);
  }

  @Test
  void anotherTestIsNotTakenForTheOverflowTest() {
    program("kernel", Kind.KERNEL, RUNNING, "");
    program("test/basic_boot", Kind.TEST, PASS, "[ok]");
    program("test/stack_overflow", Kind.TEST, new Ending.Exited(35), "[ok]");
    assertThat(passed())
        .containsExactlyInAnyOrder("builds", "breakpoint-returns", "handler-diverges");
  }

  @Test
  void whereNoTestIsNamedForTheOverflowAnyWillDo() {
    program("test/deep", Kind.TEST, PASS, "[ok]");
    assertThat(passed()).contains("stack-overflow-exits", "test-is-sensitive");
  }

  @Test
  void anExitWithoutATextAndATextWithoutAnExitAreNoPass() {
    program("test/overflow", Kind.TEST, PASS, "running...");
    program("test/overflow_again", Kind.TEST, RUNNING, "[ok]");
    assertThat(passed()).containsExactly("builds");
  }

  @Test
  void aTripleFaultIsNoPass() {
    program("kernel", Kind.KERNEL, new Ending.TripleFault(), "");
    program("test/overflow", Kind.TEST, new Ending.TripleFault(), "[ok]");
    assertThat(passed()).containsExactly("builds");
  }
}
