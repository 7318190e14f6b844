package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Flag;
import org.bootgrade.pipeline.ResultFile;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.ResultChange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stored evidence judged again. */
class RegradingTest extends RecordedClass {

  @BeforeEach
  void aClass() throws Exception {
    graded("alice", "modern-blog-os");
    graded("bob", "does-not-build");
  }

  private void graded(String id, String recorded) throws Exception {
    graded(KERNEL, id, recorded, null);
  }

  private Regrading.Regraded regraded(String rubric, boolean write) throws Exception {
    return regraded(rubric, CourseFiles.Named.none(), "2026-10-01T12:00:00Z", write);
  }

  @Test
  void theSameRubricAndGradersChangeNothing() throws Exception {
    String before = Files.readString(out.resolve("alice/result.json"));

    Regrading.Regraded regraded = regraded(KERNEL, true);

    assertThat(regraded.kept()).isEmpty();
    assertThat(regraded.changes()).hasSize(2).noneMatch(ResultChange::matters);
    assertThat(Files.readString(out.resolve("alice/result.json"))).isEqualTo(before);
    assertThat(out.resolve("results.json")).exists();
    assertThat(out.resolve("alice/report.html")).exists();
  }

  @Test
  void otherPointsChangeTheScoreAndAreToldForEachCriterion() throws Exception {
    Regrading.Regraded regraded = regraded(KERNEL.replace("10", "25"), true);

    assertThat(stored("alice").score()).isEqualByComparingTo("25");
    assertThat(stored("bob").score()).isEqualByComparingTo("0");
    assertThat(stored("bob").maxScore()).isEqualByComparingTo("25");
    assertThat(new Reports().changes(regraded.changes(), new ConsoleStyle(false, 100)))
        .isEqualTo(
            """
            alice  10 / 10 → 25 / 25
                kernel: passed 10/10 → passed 25/25
            bob  0 / 10 → 0 / 25
                kernel: failed 0/10 → failed 0/25

            2 of 2 submissions changed; all are above.
            """);
  }

  @Test
  void aReasonThatManyHaveToKeepTheirResultsIsToldOnce() throws Exception {
    for (int i = 0; i < 11; i++) {
      String id = "student-%02d".formatted(i);
      graded(id, "modern-blog-os");
      Path result = out.resolve(id).resolve("result.json");
      Files.writeString(
          result,
          new Reports()
              .json(
                  Result.notGraded(
                      new Result.Submission(id, null),
                      rubric(KERNEL),
                      new InfrastructureFailure("The engine was away.", "Start it."),
                      "1")));
    }
    Files.writeString(out.resolve("bob/evidence/evidence.json"), "{");

    Regrading.Regraded regraded = regraded(KERNEL, false);

    assertThat(regraded.keptBecause())
        .hasSize(2)
        .anySatisfy(
            told ->
                assertThat(told)
                    .startsWith("student-00, student-01, ")
                    .contains("student-09 and 1 more keep their results: it was not graded"))
        .anySatisfy(told -> assertThat(told).startsWith("bob keeps its result: "));
  }

  @Test
  void thatNobodyWasJudgedAgainIsTold() {
    assertThat(new Reports().changes(List.of(), new ConsoleStyle(false, 100)))
        .isEqualTo("No submission was judged again.\n");
  }

  @Test
  void thatOnlyWordsChangedIsTold() throws Exception {
    Path alice = out.resolve("alice/result.json");
    Files.writeString(
        alice, Files.readString(alice).replaceFirst("\"reason\"\\s*:\\s*\"", "$0Once more: "));

    Regrading.Regraded regraded = regraded(KERNEL, false);

    assertThat(new Reports().changes(regraded.changes(), new ConsoleStyle(false, 100)))
        .isEqualTo(
            """
            0 of 2 submissions changed.
            1 has other words only: reasons, hints or notes.
            """);
  }

  @Test
  void pagesThatAreMissingOrOthersAreWritten() throws Exception {
    regraded(KERNEL, true);
    Path page = out.resolve("alice/report.html");
    String right = Files.readString(page);
    // An earlier run may have been killed between a result and its page.
    Files.writeString(page, "as it was");
    Files.delete(out.resolve("alice/instructor.html"));

    regraded(KERNEL, true);
    assertThat(page).hasContent(right);
    assertThat(out.resolve("alice/instructor.html")).content().contains("It has a kernel");

    Files.writeString(page, "as it was");
    regraded(KERNEL.replace("10", "25"), true);
    assertThat(page).content().contains("25 / 25");
  }

  @Test
  void pagesThatAreRightAreLeftAlone() throws Exception {
    regraded(KERNEL, true);
    Path page = out.resolve("alice/report.html");
    FileTime before = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    Files.setLastModifiedTime(page, before);

    regraded(KERNEL, true);
    assertThat(Files.getLastModifiedTime(page)).isEqualTo(before);
  }

  @Test
  void whoHandedInTheSameIsToldInTheFirstRegrade() throws Exception {
    graded("carol", "modern-blog-os");

    regraded(KERNEL, true);

    assertThat(stored("carol").flags())
        .extracting(Flag::detail)
        .contains("The same files were handed in as alice.");
    assertThat(out.resolve("carol/instructor.html"))
        .content()
        .contains("The same files were handed in as alice.");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    List<String> before = files();

    Regrading.Regraded regraded = regraded(KERNEL.replace("10", "25"), false);

    assertThat(regraded.changes()).allMatch(ResultChange::matters);
    assertThat(files()).isEqualTo(before);
    assertThat(stored("alice").score()).isEqualByComparingTo("10");
  }

  private List<String> files() throws IOException {
    try (var walk = Files.walk(out)) {
      return walk.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void whoseEvidenceIsGoneOrOfAnotherKeepsItsResult() throws Exception {
    Files.delete(out.resolve("alice/evidence/evidence.json"));
    new EvidenceStore(out.resolve("bob/evidence")).write(recorded("osirs"), Map.of());

    Regrading.Regraded regraded = regraded(KERNEL.replace("10", "25"), true);

    assertThat(regraded.changes()).isEmpty();
    assertThat(regraded.kept()).extracting(Regrading.Kept::id).containsExactly("alice", "bob");
    assertThat(regraded.kept().get(0).reason()).contains("there is no evidence in", "--force");
    assertThat(regraded.kept().get(1).reason()).contains("evidence.json is of another submission");
    assertThat(stored("alice").score()).isEqualByComparingTo("10");
    assertThat(regraded.graded().results().results()).hasSize(2);
    assertThat(regraded.graded().problems())
        .singleElement()
        .asString()
        .contains("2 of 2 results are by another rubric than this one");
  }

  @Test
  void whoseFolderIsRemovedIsNamedOnce() throws Exception {
    regraded(KERNEL, true);
    remove(out.resolve("alice"));

    Regrading.Regraded regraded = regraded(KERNEL, true);

    assertThat(regraded.lost()).extracting(Regrading.Lost::id).containsExactly("alice");
    assertThat(regraded.lost().get(0).reason()).contains("alice is missing", "unless you removed");
    assertThat(regraded(KERNEL, true).lost()).isEmpty();
  }

  @Test
  void whoWasNotInTheClassAnyMoreIsLeftOutAndNamed() throws Exception {
    regraded(KERNEL, true);
    graded("carol", "modern-blog-os");
    String carols = Files.readString(out.resolve("carol/result.json"));

    Regrading.Regraded regraded = regraded(KERNEL.replace("10", "25"), true);

    assertThat(regraded.graded().results().results()).hasSize(2);
    assertThat(regraded.graded().problems())
        .singleElement()
        .asString()
        .contains("carol was not in the class when it was last graded", "was let be");
    assertThat(out.resolve("carol/result.json")).hasContent(carols);

    Files.delete(out.resolve("results.json"));
    assertThat(regraded(KERNEL, true).graded().results().results())
        .as("where nothing tells who is in the class")
        .hasSize(3);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whoseResultIsMissingIsNamed() throws Exception {
    graded("carol", "modern-blog-os");
    Files.delete(out.resolve("alice/result.json"));
    Files.createDirectory(out.resolve("no-submission-of-ours"));

    Regrading.Regraded regraded = regraded(KERNEL, true);

    assertThat(regraded.lost()).extracting(Regrading.Lost::id).containsExactly("alice");
    assertThat(regraded.lost().get(0).reason()).contains("alice/result.json is missing");
    assertThat(regraded.complete()).isFalse();
    assertThat(regraded.graded().results().results())
        .extracting(r -> r.submission().id())
        .containsExactlyInAnyOrder("bob", "carol");
  }

  @Test
  void somethingElseInTheResultsPlaceIsNoResult() throws Exception {
    Files.delete(out.resolve("alice/result.json"));
    Files.createDirectory(out.resolve("alice/result.json"));

    assertLost("alice", "alice/result.json is damaged");
  }

  @Test
  void whatWasNotGradedStaysSoAndWhatWasRejectedIsCountedByTheNewRubric() throws Exception {
    new ResultFile(out.resolve("carol"))
        .write(
            Result.notGraded(
                new Result.Submission("carol", null),
                rubric(KERNEL),
                new InfrastructureFailure("no engine", "Start one."),
                "1"));
    new ResultFile(out.resolve("dan")).write(judge(KERNEL).rejected("dan", "a bomb"));

    Regrading.Regraded regraded = regraded(KERNEL.replace("10", "25"), true);

    assertThat(regraded.kept()).extracting(Regrading.Kept::id).containsExactly("carol");
    assertThat(regraded.kept().get(0).reason()).contains("was not graded: no engine");
    assertThat(stored("carol").score()).isNull();
    assertThat(stored("dan").maxScore()).isEqualByComparingTo("25");
    assertThat(stored("dan").message()).isEqualTo("a bomb");
  }

  @Test
  void thatOthersHandedInTheSameFilesIsToldOnceAndNotAsAChange() throws Exception {
    graded("eve", "modern-blog-os");

    regraded(KERNEL, true);
    Regrading.Regraded again = regraded(KERNEL, true);

    Flag flag = new Flag(SameFiles.FLAG, "The same files were handed in as eve.");
    assertThat(stored("alice").flags()).containsOnlyOnce(flag);
    assertThat(stored("bob").flags()).extracting(Flag::id).doesNotContain(SameFiles.FLAG);
    assertThat(again.changes()).noneMatch(ResultChange::matters);
  }

  @Test
  void aResultOfAnotherFolderOrOneThatIsDamagedIsNamed() throws Exception {
    Path copy = Files.createDirectories(out.resolve("copy"));
    Files.copy(out.resolve("alice/result.json"), copy.resolve("result.json"));
    assertLost("copy", "copy/result.json is the result of another submission");

    Files.writeString(copy.resolve("result.json"), "{}");
    assertLost("copy", "copy/result.json is damaged");
  }

  /** It is told, and the others are judged again all the same. */
  private void assertLost(String id, String reason) throws Exception {
    // As where the first grading of a class was ended.
    Files.deleteIfExists(out.resolve("results.json"));
    Regrading.Regraded regraded = regraded(KERNEL.replace("10", "25"), true);

    assertThat(regraded.lost()).extracting(Regrading.Lost::id).containsExactly(id);
    assertThat(regraded.lost().get(0).reason()).contains(reason);
    assertThat(regraded.complete()).isFalse();
    assertThat(stored("bob").maxScore()).isEqualByComparingTo("25");
  }

  @Test
  void whereNoResultCanBeReadTheFirstIsNamed() throws Exception {
    Files.writeString(out.resolve("alice/result.json"), "{}");
    Files.writeString(out.resolve("bob/result.json"), "{}");

    assertThat(catchThrowableOfType(InfrastructureFailure.class, () -> Regrading.assignment(out)))
        .hasMessageContaining("alice/result.json is damaged");
  }
}
