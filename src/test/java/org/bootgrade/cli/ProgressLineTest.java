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

  private ProgressLine progress(int total) {
    return new ProgressLine(
        new Surroundings(
            Path.of(""),
            Map.of(),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false),
        total);
  }

  private static Result notGraded(Roll.Entry entry, String why) throws Exception {
    return Result.notGraded(
        new Result.Submission(entry.id(), null),
        RubricReader.read(Path.of("rubrics/double-faults.yaml")),
        new InfrastructureFailure(why, "Run it again."),
        "0.1.0");
  }

  @Test
  void theFirstOfTwoIsNumberOneWhileItIsWorkedOn() throws Exception {
    ProgressLine progress = progress(2);
    progress.step(ALICE, "reading");
    progress.step(BOB, "reading");
    progress.step(ALICE, "grading");
    progress.done(BOB, notGraded(BOB, "no disk"), false);
    progress.done(ALICE, notGraded(ALICE, "no disk"), false);

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            [1/2] alice: reading
            [2/2] bob: reading
            [1/2] alice: grading
            [2/2] bob: not graded (no disk)
            [1/2] alice: not graded (no disk)
            """);
  }

  @Test
  void aMessageOfSeveralLinesStaysOneLine() throws Exception {
    ProgressLine progress = progress(2);
    progress.step(ALICE, "trying again (cargo said:\n\n  error: one\n  two)");
    progress.done(ALICE, notGraded(ALICE, "cargo said:\n\n  error: one\n  two"), false);

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            [1/2] alice: trying again (cargo said: error: one two)
            [1/2] alice: not graded (cargo said: error: one two)
            """);
  }

  @Test
  void noWordsOfAStudentsCommandATerminal() throws Exception {
    Roll.Entry mallory = new Roll.Entry("\u001b[2J\rbob", Path.of("mallory"));
    ProgressLine progress = progress(2);
    progress.step(mallory, "building test/\u001b]0;title\u0007\u202e");
    progress.done(mallory, notGraded(mallory, "ld said \u009b31m"), false);
    progress.say("wrong: \u001b[31m");

    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            [1/2] \\u{1b}[2J\\u{d}bob: building test/\\u{1b}]0;title\\u{7}\\u{202e}
            [1/2] \\u{1b}[2J\\u{d}bob: not graded (ld said \\u{9b}31m)
            wrong: \\u{1b}[31m
            """);
  }
}
