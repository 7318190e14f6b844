package org.bootgrade.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.bootgrade.batch.Roll;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.RubricReader;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

  private static final Roll.Entry ALICE = new Roll.Entry("alice", Path.of("alice"));
  private static final Roll.Entry BOB = new Roll.Entry("bob", Path.of("bob"));

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private long now;

  private ProgressLine progress(int total) {
    return progress(total, false);
  }

  private ProgressLine progress(int total, boolean terminal) {
    return new ProgressLine(
        new Surroundings(
            Path.of(""),
            Map.of(),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            terminal),
        total,
        () -> now);
  }

  private void seconds(long seconds) {
    now += seconds * 1_000_000_000L;
  }

  private static Result notGraded(Roll.Entry entry, String why) throws Exception {
    return Result.notGraded(
        new Result.Submission(entry.id(), null),
        RubricReader.read(Path.of("rubrics/double-faults.yaml")),
        new InfrastructureFailure(why, "Run it again."),
        "0.1.0");
  }

  @Test
  void eachOfAClassLeavesALineAsItEndsWithTheTimeThatIsLeft() throws Exception {
    ProgressLine progress = progress(300);
    progress.step(ALICE, "reading");
    progress.step(BOB, "reading");
    progress.step(ALICE, "grading");
    seconds(6);
    progress.done(BOB, notGraded(BOB, "no disk"), false);
    seconds(6);
    progress.done(ALICE, notGraded(ALICE, "no disk"), true);

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            alice: reading
            bob: reading
            alice: grading
            [1/300] bob: not graded (no disk) (10.0 a minute, 30 min left)
            [2/300] alice: not graded (no disk) (kept from an earlier run; --force grades again) (5.0 a minute, 60 min left)
            """);
  }

  @Test
  void eachStepIsOneLine() {
    ProgressLine progress = progress(1);
    progress.step(ALICE, "reading");
    progress.step(ALICE, "trying again (cargo said:\n\n  error: one\n  two)");

    assertThat(err.toString(UTF_8))
        .isEqualTo("alice: reading\nalice: trying again (cargo said: error: one two)\n");
  }

  @Test
  void aTerminalShowsABarTheSpeedTheTimeLeftAndWhatIsDone() throws Exception {
    ProgressLine progress = progress(4, true);
    progress.step(ALICE, "booting kernel");
    assertThat(last()).isEqualTo("░░░░░░░░░░░░░░░░░░░░ 0/4  alice: booting kernel");
    progress.step(BOB, "building kernel");
    seconds(30);
    progress.done(ALICE, notGraded(ALICE, "no disk"), false);

    assertThat(last())
        .isEqualTo("█████░░░░░░░░░░░░░░░ 1/4  2.0 a minute, 2 min left  bob: building kernel");
    progress.done(BOB, notGraded(BOB, "no disk"), false);
    progress.clear();
    assertThat(last()).as("the terminal is left clean").endsWith("\n");
  }

  /** What was written since the line was cleared last. */
  private String last() {
    String all = err.toString(UTF_8);
    return all.substring(all.lastIndexOf("\u001b[2K") + 4);
  }

  @Test
  void aLineIsNoLongerThanTheTerminalIsWide() {
    ProgressLine progress = progress(4, true);
    progress.step(ALICE, "x".repeat(500));

    assertThat(last()).hasSize(99);
  }

  @Test
  void aMessageOfSeveralLinesStaysOneLine() throws Exception {
    ProgressLine progress = progress(2);
    progress.done(ALICE, notGraded(ALICE, "cargo said:\n\n  error: one\n  two"), true);

    assertThat(err.toString(UTF_8))
        .startsWith("[1/2] alice: not graded (cargo said: error: one two)")
        .hasLineCount(1);
  }

  @Test
  void noWordsOfAStudentsCommandATerminal() throws Exception {
    Roll.Entry mallory = new Roll.Entry("\u001b[2J\rbob", Path.of("mallory"));
    ProgressLine progress = progress(1);
    progress.step(mallory, "building test/\u001b]0;title\u0007\u202e");
    progress.say("wrong: \u001b[31m");
    progress(2).done(mallory, notGraded(mallory, "ld said \u009b31m"), true);

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            \\u{1b}[2J\\u{d}bob: building test/\\u{1b}]0;title\\u{7}\\u{202e}
            wrong: \\u{1b}[31m
            [1/2] \\u{1b}[2J\\u{d}bob: not graded (ld said \\u{9b}31m) (kept from an earlier run; --force grades again)
            """);
  }
}
