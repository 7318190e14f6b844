package org.bootgrade.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Assignment;
import org.bootgrade.grading.Criterion;
import org.bootgrade.grading.Flag;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.sandbox.Limits;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an earlier score is kept. The submission cannot be built, so that nothing has to run. */
class PipelineTest {

  private static final String RUBRIC =
      """
      assignment: tiny
      title: A tiny one
      points: 1
      criteria:
        - {id: fine, title: It is fine, points: 1}
      """;

  @TempDir Path folder;
  private Path submission;

  @BeforeEach
  void aSubmissionThatIsNoKernel() throws IOException {
    submission = Files.createDirectories(folder.resolve("alice"));
    Files.writeString(submission.resolve("Cargo.toml"), "[package]\nname = \"x\"\n");
  }

  @Assignment("tiny")
  static class Fine {
    @Criterion("fine")
    void fine() {}
  }

  /** A sandbox in which nothing can be run. */
  private static class NoSandbox implements Sandbox {
    @Override
    public Workspace open(Role role, Limits limits) {
      throw new AssertionError("nothing is to be run");
    }

    @Override
    public boolean isolates() {
      return true;
    }

    @Override
    public String identity(Role role) {
      return "none";
    }

    @Override
    public void close() {}
  }

  private Pipeline.Graded grade(
      @Nullable Result earlier, String rubric, String graders, String version) throws Exception {
    return new Pipeline(
            new NoSandbox(),
            new Pipeline.Settings(rubric(rubric), graders(graders), version, ""),
            folder)
        .grade("alice", submission, folder.resolve("out/alice"), earlier, what -> {});
  }

  private static Rubric rubric(String text) throws RubricError {
    return RubricReader.read("tiny.yaml", text);
  }

  private static GraderSet graders(String digest) {
    ClassLoader loader = Objects.requireNonNull(PipelineTest.class.getClassLoader());
    return new GraderSet(loader, List.of(Fine.class), Set.of("fine"), digest);
  }

  @Test
  void aScoreIsKeptWhileNothingThatMadeItHasChanged() throws Exception {
    Result first = grade(null, RUBRIC, "sha256:a", "1").result();
    assertThat(first.status()).isEqualTo(Result.Status.GRADED);
    assertThat(first.graders()).isEqualTo(new Result.GradersVersion("sha256:a"));

    assertThat(grade(first, RUBRIC, "sha256:a", "1")).isEqualTo(new Pipeline.Graded(first, true));
    assertThat(grade(first, RUBRIC, "sha256:b", "1").kept()).as("other graders").isFalse();
    assertThat(grade(first, RUBRIC + "# x", "sha256:a", "1").kept()).as("other rubric").isFalse();
    assertThat(grade(first, RUBRIC, "sha256:a", "2").kept()).as("other version").isFalse();
    Files.writeString(submission.resolve("README"), "changed");
    assertThat(grade(first, RUBRIC, "sha256:a", "1").kept()).as("other content").isFalse();
  }

  @Test
  void whatNoCompilerHasSeenIsFlagged() throws Exception {
    Files.createDirectory(submission.resolve("other"));
    String kernel = "[package]\nname = \"x\"\n[dependencies]\nbootloader = \"0.9\"\n";
    Files.createDirectory(submission.resolve("one"));
    Files.writeString(submission.resolve("one/Cargo.toml"), kernel);
    Files.writeString(submission.resolve("other/Cargo.toml"), kernel);

    assertThat(grade(null, RUBRIC, "sha256:a", "1").result().flags())
        .containsExactly(
            new Flag(
                "not-compiled",
                "several kernel crates found (one/Cargo.toml, other/Cargo.toml): hand in one."));
  }

  @Test
  void aResultThatWasChangedByHandIsNotBelieved() throws Exception {
    Result first = grade(null, RUBRIC, "sha256:a", "1").result();
    Result better = changed(first, new BigDecimal("12345"), first.graders());
    new ResultFile(folder.resolve("out/alice")).write(better);

    Pipeline.Graded graded = grade(better, RUBRIC, "sha256:a", "1");

    assertThat(graded).isEqualTo(new Pipeline.Graded(first, false));
    assertThat(new ResultFile(folder.resolve("out/alice")).read()).contains(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"schema\": \"bootgrade/evidence/v0\"}"})
  void evidenceThatCannotBeReadIsMadeAgain(String text) throws Exception {
    Result first = grade(null, RUBRIC, "sha256:a", "1").result();
    Path evidence = folder.resolve("out/alice/evidence/evidence.json");
    String before = Files.readString(evidence);
    Files.writeString(evidence, text);

    assertThat(grade(first, RUBRIC, "sha256:a", "1")).isEqualTo(new Pipeline.Graded(first, false));
    assertThat(Files.readString(evidence)).isEqualTo(before);
  }

  @Test
  void evidenceOfOtherFilesIsMadeAgain() throws Exception {
    Result first = grade(null, RUBRIC, "sha256:a", "1").result();
    Path evidence = folder.resolve("out/alice/evidence/evidence.json");
    String before = Files.readString(evidence);
    Files.writeString(evidence, before.replaceFirst("sha256:[0-9a-f]{8}", "sha256:00000000"));

    assertThat(grade(first, RUBRIC, "sha256:a", "1").kept()).isFalse();
    assertThat(Files.readString(evidence)).isEqualTo(before);
  }

  @Test
  void aFaultOfOursIsNoScoreAndNoEndOfTheClass() throws Exception {
    Sandbox broken =
        new NoSandbox() {
          @Override
          public String identity(Role role) {
            throw new IllegalStateException("a fault of ours");
          }
        };

    Result result =
        new Pipeline(
                broken, new Pipeline.Settings(rubric(RUBRIC), graders("sha256:a"), "1", ""), folder)
            .grade("alice", submission, folder.resolve("out/alice"), null, what -> {})
            .result();

    assertThat(result.status()).isEqualTo(Result.Status.INFRASTRUCTURE_FAILURE);
    assertThat(result.score()).isNull();
    assertThat(result.message()).contains("bootgrade itself is at fault", "a fault of ours");
  }

  @Test
  void whatFailsBecauseItIsEndedLeavesNoResult() throws Exception {
    Pipeline pipeline =
        new Pipeline(
            new NoSandbox(),
            new Pipeline.Settings(rubric(RUBRIC), graders("sha256:a"), "1", ""),
            folder);
    pipeline.end();

    assertThatThrownBy(
            () ->
                pipeline.grade(
                    "alice",
                    folder.resolve("nowhere"),
                    folder.resolve("out/alice"),
                    null,
                    what -> {}))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessage("bootgrade was ended");
    assertThat(folder.resolve("out/alice/result.json")).doesNotExist();
  }

  @Test
  void aScoreOfUnknownGradersIsNotKept() throws Exception {
    Result first = grade(null, RUBRIC, "sha256:a", "1").result();
    Result unknown = changed(first, first.score(), null);

    assertThat(grade(unknown, RUBRIC, "sha256:a", "1").kept()).isFalse();
  }

  private static Result changed(
      Result result, @Nullable BigDecimal score, Result.@Nullable GradersVersion graders) {
    return new Result(
        result.schema(),
        result.submission(),
        result.assignment(),
        result.status(),
        score,
        result.maxScore(),
        result.criteria(),
        result.message(),
        result.mend(),
        result.notes(),
        result.flags(),
        result.rubric(),
        graders,
        result.tool(),
        null,
        null);
  }
}
