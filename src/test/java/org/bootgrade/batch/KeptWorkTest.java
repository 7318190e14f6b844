package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.pipeline.Judge;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.ScoredCriterion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept of earlier judgements and pages saves time, and changes nothing. */
class KeptWorkTest extends RecordedClass {

  private static final String BOTH =
      KERNEL.replace("points: 10\n", "points: 15\n")
          + "  - {id: tests, title: Its tests pass, points: 5, requires: [kernel]}\n";

  private static final String NOW = "2026-10-01T12:00:00Z";

  private Path judgement = Path.of("");
  private Path telling = Path.of("");

  @BeforeEach
  void aClass() throws Exception {
    graded(KERNEL, "alice", "modern-blog-os", null);
    graded(KERNEL, "bob", "does-not-build", null);
    regrade(KERNEL);
    judgement = out.resolve("alice/evidence/kept/judgement.json");
    telling = out.resolve("alice/evidence/kept/telling.json");
  }

  @Test
  void aRegradeByWhatIsKeptLeavesTheSameFilesAsOneWithoutIt() throws Exception {
    for (String rubric :
        List.of(
            KERNEL.replace("10", "25"),
            KERNEL.replace("It has", "There is"),
            KERNEL.replace("points: 10}", "points: 10, hint: Write one.}"),
            BOTH,
            BOTH.replace("points: 15\n", "points: 15\nzone: Europe/Berlin\n")
                .replace("points: 5", "points: 5, hidden-until: 2026-12-01T10:00"),
            KERNEL)) {
      regrade(rubric);
      Map<String, String> with = files();
      for (String id : List.of("alice", "bob")) {
        try (Stream<Path> all = Files.list(out.resolve(id).resolve("evidence/kept"))) {
          for (Path kept : all.toList()) {
            Files.delete(kept);
          }
        }
        // They would not be written again where nothing changes.
        Files.delete(out.resolve(id).resolve("report.html"));
      }
      regrade(rubric);

      assertThat(files()).as(rubric).isEqualTo(with);
    }
  }

  @Test
  void gradersThatHaveJudgedThisEvidenceAreNotAskedAgain() throws Exception {
    replace(judgement, "\"reason\":\"\"", "\"reason\":\"As it was kept.\"");

    regrade(KERNEL.replace("10", "25"));

    assertThat(reason("alice")).isEqualTo("As it was kept.");
  }

  @Test
  void whoeverGradesAsksThemAgainAndKeepsWhatTheySay() throws Exception {
    String whole = Files.readString(judgement);
    replace(judgement, "\"reason\":\"\"", "\"reason\":\"As it was kept.\"");

    Result result =
        judge(KERNEL)
            .judgeAnew(
                "alice",
                new EvidenceStore(out.resolve("alice/evidence"))
                    .stored(stored("alice").submission().digest()));

    assertThat(result.criteria()).extracting(ScoredCriterion::reason).containsExactly("");
    assertThat(judgement).content().isEqualTo(whole);
  }

  @Test
  void whatPagesToldOfThisEvidenceIsToldAgain() throws Exception {
    replace(telling, "What was seen", "What was kept");

    regrade(KERNEL.replace("10", "25"));

    assertThat(out.resolve("alice/report.html")).content().contains("What was kept");
    assertThat(out.resolve("alice/instructor.html")).content().contains("What was kept");
  }

  @Test
  void otherEvidenceIsJudgedAndToldAnew() throws Exception {
    replace(judgement, "\"reason\":\"\"", "\"reason\":\"As it was kept.\"");
    replace(telling, "What was seen", "What was kept");
    Files.writeString(out.resolve("alice/evidence/evidence.json"), "\n", StandardOpenOption.APPEND);

    regrade(KERNEL.replace("10", "25"));

    assertThat(reason("alice")).isEmpty();
    assertThat(out.resolve("alice/report.html")).content().doesNotContain("What was kept");
  }

  @Test
  void otherSettingsOfTheRubricAreJudgedAnew() throws Exception {
    replace(judgement, "\"reason\":\"\"", "\"reason\":\"As it was kept.\"");

    regrade(KERNEL.replace("points: 10\n", "points: 10\nsettings: {qemu-pass: [0x11]}\n"));

    assertThat(reason("alice")).isEmpty();
  }

  @Test
  void aCriterionThatComesOutOtherwiseIsToldAnew() throws Exception {
    replace(telling, "What was seen", "What was kept");

    regrade(BOTH);

    assertThat(out.resolve("alice/report.html")).content().doesNotContain("What was kept");
  }

  @Test
  void otherGradersAndOtherBuildsJudgeAnew() throws Exception {
    replace(judgement, "\"reason\":\"\"", "\"reason\":\"As it was kept.\"");
    for (Judge other : List.of(judge(BOTH), judge(KERNEL, "another build"), judge(KERNEL, ""))) {
      CourseFiles course =
          CourseFiles.read(rubric(KERNEL), out, CourseFiles.Named.none(), List.of());
      new Regrading(other, course, out, Instant.parse(NOW)).run(2, false);
      Result after =
          other.judge(
              "alice",
              new EvidenceStore(out.resolve("alice/evidence"))
                  .stored(stored("alice").submission().digest()));

      assertThat(after.criteria())
          .extracting(ScoredCriterion::reason)
          .doesNotContain("As it was kept.");
    }
  }

  @Test
  void whatIsKeptOfAnotherSubmissionIsNotUsed() throws Exception {
    Files.copy(
        out.resolve("bob/evidence/kept/judgement.json"),
        judgement,
        StandardCopyOption.REPLACE_EXISTING);

    regrade(KERNEL.replace("10", "25"));

    assertThat(stored("alice").score()).isEqualByComparingTo("25");
    assertThat(stored("bob").score()).isEqualByComparingTo("0");
  }

  @Test
  void evidenceOfAnotherSubmissionIsStillTold() throws Exception {
    for (String file : List.of("evidence.json", "kept/judgement.json", "kept/telling.json")) {
      Files.deleteIfExists(out.resolve("bob/evidence").resolve(file));
    }
    for (String file : List.of("evidence.json", "kept/judgement.json", "kept/telling.json")) {
      Files.copy(
          out.resolve("alice/evidence").resolve(file), out.resolve("bob/evidence").resolve(file));
    }

    Regrading.Regraded regraded = regrade(KERNEL.replace("10", "25"));

    assertThat(regraded.kept())
        .singleElement()
        .matches(k -> k.id().equals("bob"))
        .matches(k -> k.reason().contains("is of another submission than its result"));
  }

  @Test
  void aKeptFileThatIsDamagedIsMadeAgain() throws Exception {
    for (Path kept : List.of(judgement, telling)) {
      String whole = Files.readString(kept);
      for (String damaged :
          List.of(
              "",
              "{}",
              "null",
              whole.substring(0, whole.length() / 2),
              whole.substring(0, whole.length() - 1),
              whole.replaceFirst("\"value\":\\{", "\"value\":{\"more\":1,"),
              whole.replaceFirst("\"forEverybody\":true", "\"forEverybody\":false"),
              whole.replaceFirst("\"value\":\\{.*", "\"value\":{}}"),
              whole.replaceFirst("\"value\":\\{.*", "\"value\":null}"))) {
        Files.writeString(kept, damaged);
        Files.delete(out.resolve("alice/report.html"));

        regrade(KERNEL);

        assertThat(stored("alice").score()).as(damaged).isEqualByComparingTo("10");
        assertThat(out.resolve("alice/report.html")).content().contains("What was seen");
        assertThat(kept).as(damaged).content().isEqualTo(whole);
      }
    }
  }

  private Regrading.Regraded regrade(String rubric) throws Exception {
    return regraded(rubric, CourseFiles.Named.none(), NOW, true);
  }

  private String reason(String id) {
    List<ScoredCriterion> criteria = stored(id).criteria();
    return criteria == null ? "none" : criteria.get(0).reason();
  }

  private static void replace(Path file, String old, String other) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(old);
    Files.writeString(file, text.replace(old, other));
  }

  /** All but what is kept. */
  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(out)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = out.relativize(file).toString();
        if (!name.contains("/kept/")) {
          files.put(name, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        }
      }
    }
    return files;
  }
}
