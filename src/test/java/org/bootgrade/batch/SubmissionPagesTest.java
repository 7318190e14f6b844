package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Flag;
import org.bootgrade.grading.Recorded;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionPagesTest {

  @TempDir Path folder;

  private final SubmissionPages pages = new SubmissionPages(new Reports(), "");

  @BeforeEach
  void evidence() throws InfrastructureFailure {
    new EvidenceStore(folder.resolve("evidence")).write(Recorded.right().evidence(), Map.of());
  }

  private static Result result(Result.Status status) {
    return new Result(
        Result.SCHEMA,
        new Result.Submission("alice", Recorded.right().evidence().submissionDigest()),
        "demo",
        status,
        BigDecimal.TEN,
        BigDecimal.TEN,
        List.of(),
        status == Result.Status.GRADED ? null : "It cannot be read.",
        null,
        List.of(),
        List.of(new Flag("odd-thing", "Look at this.")),
        new Result.RubricVersion("demo", "sha256:0"),
        null,
        new Result.Tool("0"),
        null,
        null);
  }

  private void write(Result.Status status) throws InfrastructureFailure {
    pages.write(folder, result(status), Seen.whole(result(status)));
  }

  private String page(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  @Test
  void bothPagesTellOfTheEvidenceAndOnlyOneOfFlags() throws Exception {
    write(Result.Status.GRADED);
    assertThat(page("report.html"))
        .contains("test/stack_overflow", "Memory at the overflow")
        .doesNotContain("odd-thing");
    assertThat(page("instructor.html")).contains("test/stack_overflow", "odd-thing");
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("evidence", "instructor.html", "report.html");
    }
  }

  @Test
  void damagedEvidenceCostsThePicturesAndNotThePage() throws Exception {
    Files.writeString(folder.resolve("evidence/evidence.json"), "{");
    write(Result.Status.GRADED);
    assertThat(page("report.html"))
        .contains("There are no pictures")
        .doesNotContain("test/stack_overflow");
  }

  @Test
  void evidenceOfAnotherSubmissionIsNotShown() throws Exception {
    Path document = folder.resolve("evidence/evidence.json");
    Files.writeString(
        document,
        Files.readString(document)
            .replace(Recorded.right().evidence().submissionDigest(), "sha256:" + "1".repeat(64)));
    write(Result.Status.GRADED);
    for (String page : List.of("report.html", "instructor.html")) {
      assertThat(page(page))
          .contains("There are no pictures")
          .doesNotContain("test/stack_overflow");
    }
  }

  @Test
  void evidenceOfAnEarlierRunIsNotThatOfARejectedSubmission() throws Exception {
    write(Result.Status.REJECTED);
    assertThat(page("report.html"))
        .contains("The submission was rejected: It cannot be read.")
        .doesNotContain("test/stack_overflow");
  }

  @Test
  void aPageCanGoElsewhere() throws Exception {
    Path page = folder.resolve("mine.html");
    pages.write(folder, Seen.whole(result(Result.Status.GRADED)), page);
    assertThat(page).content().contains("test/stack_overflow").doesNotContain("odd-thing");
    assertThat(folder.resolve("report.html")).doesNotExist();
  }

  @Test
  void aPageThatCannotBeWrittenIsAFailureOfOurs() {
    assertThatThrownBy(
            () ->
                pages.write(
                    folder,
                    Seen.whole(result(Result.Status.GRADED)),
                    folder.resolve("nowhere/mine.html")))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("nowhere/mine.html could not be written");
  }
}
