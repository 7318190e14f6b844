package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {

  private static final Optional<Result> NOTHING = Optional.empty();

  private static Rubric rubric() throws Exception {
    return RubricReader.read(
        "tiny.yaml",
        """
        assignment: tiny
        title: A tiny one
        points: 1
        criteria:
          - {id: fine, title: It is fine, points: 1}
        """);
  }

  private static Result rejected() throws Exception {
    return Result.rejected(new Result.Submission("a", null), rubric(), "no", List.of(), "1");
  }

  private static Result notGraded() throws Exception {
    return Result.notGraded(
        new Result.Submission("a", null), rubric(), new InfrastructureFailure("x", "y"), "1");
  }

  @ParameterizedTest
  @CsvSource({
    "alice, alice, true",
    "alice, bob, false",
    "a*, alice, true",
    "a*, bob, false",
    "*, .hidden, true",
    "[x], [x], true",
    "[ab]*, bob, true",
    "'{', '{', true",
    "'[', bob, false",
  })
  void namesAndPatternsChoose(String pattern, String id, boolean wanted) {
    assertThat(new Selection(List.of(pattern), false, false).wants(id, NOTHING)).isEqualTo(wanted);
  }

  @Test
  void failedOnesAreThoseWithoutAScore() throws Exception {
    Selection failed = new Selection(List.of(), true, false);

    assertThat(failed.wants("a", NOTHING)).isTrue();
    assertThat(failed.wants("a", Optional.of(notGraded()))).isTrue();
    assertThat(failed.wants("a", Optional.of(rejected()))).as("a zero is a score").isFalse();
    assertThat(Selection.all().wants("a", Optional.of(rejected()))).isTrue();
  }

  @Test
  void aPatternThatFitsNobodyIsTold() {
    Roll roll = new Roll(List.of(new Roll.Entry("alice", Path.of("alice.zip"))), List.of());

    assertThat(new Selection(List.of("a*", "bob"), false, false).fitNothing(roll))
        .containsExactly("bob");
    assertThat(Selection.all().fitNothing(roll)).isEmpty();
  }
}
