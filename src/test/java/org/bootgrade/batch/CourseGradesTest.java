package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.gradebook.GradebookError;
import org.bootgrade.grading.Flag;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.ResultChange;
import org.bootgrade.report.Seen;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What follows from a score: lateness, changes by hand, who it is, and what stays hidden. */
class CourseGradesTest extends RecordedClass {

  private static final String RUBRIC =
      """
      assignment: tiny
      title: A tiny one
      points: 10
      criteria:
        - {id: kernel, title: It has a kernel, points: 7}
        - {id: tests, title: It has tests, points: 3}
      """;

  private static final String LATE =
      RUBRIC + "zone: UTC\nlate: {due: 2026-10-01T12:00, per-day: 10 %}\n";

  private static final String HIDING =
      RUBRIC.replace("points: 3}", "points: 3, hidden-until: 2026-12-01T12:00}") + "zone: UTC\n";

  private static final String IN_OCTOBER = "2026-10-20T12:00:00Z";

  @BeforeEach
  void aClass() throws Exception {
    graded("doejane_LATE_4711_1_kernel", "modern-blog-os", "2026-10-02T13:00:00Z");
    graded("roerick_4712_2_kernel", "does-not-build", "2026-10-01T11:59:59Z");
  }

  private void graded(String id, String recorded, String modified) throws Exception {
    graded(RUBRIC, id, recorded, Instant.parse(modified));
  }

  private Regrading.Regraded regraded(String rubric, CourseFiles.Named named, String now)
      throws Exception {
    return regraded(rubric, named, now, true);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private CourseFiles.Named adjustments(String text) throws IOException {
    return new CourseFiles.Named(null, null, null, null, file("by-hand.csv", text));
  }

  private String text(String name) throws IOException {
    return Files.readString(out.resolve(name));
  }

  @Test
  void lateWorkLosesPointsInTheGradeAndNotInTheScore() throws Exception {
    Regrading.Regraded regraded = regraded(LATE, CourseFiles.Named.none(), IN_OCTOBER);

    Result late = stored("doejane_LATE_4711_1_kernel");
    assertThat(late.score()).isEqualByComparingTo("7");
    assertThat(late.finalScore()).isEqualByComparingTo("5");
    assertThat(late.flags()).extracting(Flag::id).contains("late-by-archive-time");
    assertThat(regraded.graded().problems().toString())
        .contains("1 of 2 submissions came late by nothing but the archive's own time");
    assertThat(stored("roerick_4712_2_kernel").finalScore()).isEqualByComparingTo("0");
    assertThat(text("grades.csv")).contains("doejane,4711,,,,5\r\n");
    assertThat(text("criteria.csv")).contains("doejane_LATE_4711_1_kernel,,graded,7,10,5,7,0,");
    assertThat(text("doejane_LATE_4711_1_kernel/report.html"))
        .contains("it came 1 day 1 hour after it was due, which counts as 2 days late");
    assertThat(Jsoup.parse(text("index.html")).text()).contains("7 −2 late");
    assertThat(new Reports().changes(regraded.changes(), new ConsoleStyle(false, 100)))
        .contains("doejane_LATE_4711_1_kernel  7 / 10 → 5 / 10")
        .contains("    grade: the score of the criteria → 7 −2 late\n");
  }

  @Test
  void nobodyLosesPointsByAnArchivesTimeThatCanvasDoesNotCallLate() throws Exception {
    graded("poeedgar_4713_3_kernel", "modern-blog-os", "2026-10-02T13:00:00Z");

    Regrading.Regraded regraded = regraded(LATE, CourseFiles.Named.none(), IN_OCTOBER);

    Result result = stored("poeedgar_4713_3_kernel");
    assertThat(result.finalScore()).isEqualByComparingTo("7");
    assertThat(result.flags()).extracting(Flag::id).contains("not-late-by-file-name");
    assertThat(regraded.graded().problems().toString())
        .contains("1 of 3 submissions came late by the archive's own time, and Canvas did not");
    assertThat(text("poeedgar_4713_3_kernel/report.html"))
        .doesNotContain("days late", "2026-10-02");
    assertThat(text("poeedgar_4713_3_kernel/instructor.html")).contains("Nothing was deducted.");
  }

  @Test
  void anAdjustmentThatWasNamedOnceCountsUntilItIsRemoved() throws Exception {
    regraded(
        RUBRIC,
        adjustments("submission,points,reason\nroerick_4712_2_kernel,add 4,Built on our machine\n"),
        IN_OCTOBER);
    regraded(RUBRIC, CourseFiles.Named.none(), IN_OCTOBER);

    assertThat(stored("roerick_4712_2_kernel").finalScore()).isEqualByComparingTo("4");
    assertThat(text("roerick_4712_2_kernel/report.html")).contains("Built on our machine");
    assertThat(text("grades.csv")).contains("roerick,4712,,,,4\r\n");

    Files.delete(out.resolve("adjustments.csv"));
    regraded(RUBRIC, CourseFiles.Named.none(), IN_OCTOBER);
    assertThat(stored("roerick_4712_2_kernel").grade()).isNull();
    assertThat(text("roerick_4712_2_kernel/report.html")).doesNotContain("Built on our machine");
  }

  @Test
  void aFileThatIsNamedWhereItIsKeptStaysAsItIs() throws Exception {
    String text = "submission,points,reason\nroerick_4712_2_kernel,add 4,Why not\n";
    Path kept = Files.writeString(out.resolve("adjustments.csv"), text);

    regraded(RUBRIC, new CourseFiles.Named(null, null, null, null, kept), IN_OCTOBER);

    assertThat(kept).hasContent(text);
    assertThat(stored("roerick_4712_2_kernel").finalScore()).isEqualByComparingTo("4");
  }

  @Test
  void aDryRunKeepsNoFile() throws Exception {
    Regrading.Regraded regraded =
        regraded(
            RUBRIC,
            adjustments("submission,points,reason\nroerick_4712_2_kernel,add 4,Why not\n"),
            IN_OCTOBER,
            false);

    assertThat(regraded.changes()).filteredOn(ResultChange::matters).hasSize(1);
    assertThat(out.resolve("adjustments.csv")).doesNotExist();
    assertThat(stored("roerick_4712_2_kernel").grade()).isNull();
  }

  @Test
  void whatCannotBeJudgedAgainIsStillAdjusted() throws Exception {
    Files.delete(out.resolve("doejane_LATE_4711_1_kernel/evidence/evidence.json"));

    Regrading.Regraded regraded =
        regraded(
            RUBRIC,
            adjustments(
                "submission,points,reason\ndoejane_LATE_4711_1_kernel,add 1,For the talk\n"),
            IN_OCTOBER);

    assertThat(regraded.kept())
        .extracting(Regrading.Kept::id)
        .containsExactly("doejane_LATE_4711_1_kernel");
    assertThat(stored("doejane_LATE_4711_1_kernel").finalScore()).isEqualByComparingTo("8");
    assertThat(regraded.changes())
        .filteredOn(ResultChange::matters)
        .extracting(c -> c.after().submission().id())
        .containsExactly("doejane_LATE_4711_1_kernel");
  }

  @Test
  void aStudentDoesNotSeeWhatIsHiddenUntilItsDay() throws Exception {
    regraded(HIDING, CourseFiles.Named.none(), IN_OCTOBER);

    assertThat(text("doejane_LATE_4711_1_kernel/report.html"))
        .contains("1 criterion is worth 3 points and not shown yet", "<b>7</b>", "of 7 points")
        .doesNotContain("secret", "It has tests");
    assertThat(text("doejane_LATE_4711_1_kernel/instructor.html"))
        .contains("A secret reason.", "<b>7</b>", "of 10 points");
    assertThat(stored("doejane_LATE_4711_1_kernel").maxScore()).isEqualByComparingTo("10");

    regraded(HIDING, CourseFiles.Named.none(), "2026-12-01T12:00:00Z");
    assertThat(text("doejane_LATE_4711_1_kernel/report.html"))
        .contains("A secret reason.", "of 10 points")
        .doesNotContain("not shown yet");
  }

  @Test
  void groupsAndExtraCreditAreShown() throws Exception {
    regraded(
        RUBRIC
                .replace("points: 10", "points: 3")
                .replace("points: 7}", "points: 7, group: core, extra-credit: true}")
                .replace("points: 3}", "points: 3, group: more}")
            + "groups: [{id: core, title: The core}, {id: more, title: The rest}]\n",
        CourseFiles.Named.none(),
        IN_OCTOBER);

    Result result = stored("doejane_LATE_4711_1_kernel");
    assertThat(text("doejane_LATE_4711_1_kernel/report.html"))
        .contains("<h3>The core ", "<h3>The rest ", "+7 / 7 extra", "<h4>It has a kernel</h4>");
    assertThat(new Reports().console(Seen.whole(result), new ConsoleStyle(false, 60)))
        .contains("7 / 3 points", "  The core  7 / 0\n", "  The rest  0 / 3\n", "+7 / 7 extra");
  }

  @Test
  void aStudentsOwnCheckHidesTheSame() throws Exception {
    Result result = stored("doejane_LATE_4711_1_kernel");

    assertThat(
            new Reports()
                .console(
                    SubmissionPages.seen(rubric(HIDING), result, Instant.parse(IN_OCTOBER)),
                    new ConsoleStyle(false, 100)))
        .contains("7 / 7 points", "1 criterion is worth 3 points and not shown yet")
        .doesNotContain("secret", "It has tests");
    assertThat(SubmissionPages.seen(rubric(RUBRIC), result, Instant.parse(IN_OCTOBER)).result())
        .isEqualTo(result);
  }

  @Test
  void aRosterSaysWhoItIsAndWhoHandedInNothing() throws Exception {
    Path roster =
        file(
            "students.csv",
            """
            Student,ID,SIS User ID,SIS Login ID,Section
            "Doe, Jane",4711,m1,jdoe,A
            "Roe, Rick",4712,m2,rroe,A
            "Poe, Edgar",4713,m3,epoe,B
            """);

    Regrading.Regraded regraded =
        regraded(RUBRIC, new CourseFiles.Named(null, null, roster, null, null), IN_OCTOBER);

    assertThat(stored("doejane_LATE_4711_1_kernel").students()).containsExactly("Doe, Jane");
    assertThat(text("grades.csv"))
        .contains("\"Doe, Jane\",4711,m1,jdoe,A,7\r\n", "\"Poe, Edgar\",4713,m3,epoe,B,\r\n");
    assertThat(text("index.html")).contains("<td>Doe, Jane</td>");
    assertThat(regraded.graded().problems())
        .extracting(p -> p.what())
        .anyMatch(what -> what.contains("Poe, Edgar"));
  }

  @Test
  void withoutARosterNobodyIsToldAboutImports() throws Exception {
    assertThat(regraded(RUBRIC, CourseFiles.Named.none(), IN_OCTOBER).graded().problems())
        .isEmpty();
  }

  @Test
  void theSameFilesGiveTheSameBytes() throws Exception {
    CourseFiles.Named named =
        adjustments("submission,points,reason\nroerick_4712_2_kernel,add 4,Why not\n");
    regraded(LATE, named, IN_OCTOBER);
    String before = text("doejane_LATE_4711_1_kernel/result.json") + text("results.json");

    regraded(LATE, CourseFiles.Named.none(), IN_OCTOBER);

    assertThat(text("doejane_LATE_4711_1_kernel/result.json") + text("results.json"))
        .isEqualTo(before);
  }

  @Test
  void aGradeIsWrittenAsTheFormatSays() throws Exception {
    regraded(
        LATE,
        adjustments(
            """
            submission,criterion,points,reason
            doejane_LATE_4711_1_kernel,tests,set 2,They were there
            doejane_LATE_4711_1_kernel,,-1,Two letters late
            """),
        IN_OCTOBER);

    try (InputStream schema =
        Objects.requireNonNull(Reports.class.getResourceAsStream("result.schema.json"))) {
      Schema format =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8));
      assertThat(format.validate(text("doejane_LATE_4711_1_kernel/result.json"), InputFormat.JSON))
          .isEmpty();
    }
    assertThat(stored("doejane_LATE_4711_1_kernel").finalScore()).isEqualByComparingTo("6");
  }

  @Test
  void gradescopesFileIsFoundBesideTheSubmissions() throws Exception {
    Path handedIn = Files.createDirectory(folder.resolve("handed-in"));
    Files.writeString(
        handedIn.resolve("submission_metadata.yml"),
        """
        ---
        doejane_LATE_4711_1_kernel:
          :submitters:
          - :name: Jane Doe
            :sid: 'm1'
            :email: jane@example.org
          :created_at: 2026-10-01 11:00:00.000000000 Z
        """);

    CourseFiles course =
        CourseFiles.read(
            rubric(LATE),
            out,
            CourseFiles.Named.none(),
            List.of(new Roll.Entry("doejane_LATE_4711_1_kernel", handedIn.resolve("k.zip"))));
    new Regrading(judge(LATE), course, out, Instant.parse(IN_OCTOBER)).run(1, true);
    regraded(LATE, CourseFiles.Named.none(), IN_OCTOBER);

    assertThat(stored("doejane_LATE_4711_1_kernel").finalScore()).isEqualByComparingTo("7");
    assertThat(text("grades.csv")).contains("Jane Doe,,m1,jane@example.org,,7\r\n");
  }

  @Test
  void aFileOfThatNameThatAStudentHandedInIsNotGradescopes() throws Exception {
    Path handedIn = Files.createDirectories(folder.resolve("class/doejane_LATE_4711_1_kernel"));
    Files.writeString(handedIn.resolve("submission_metadata.yml"), "this is no YAML: [");

    CourseFiles course =
        CourseFiles.read(
            rubric(LATE),
            out,
            CourseFiles.Named.none(),
            List.of(new Roll.Entry("doejane_LATE_4711_1_kernel", handedIn)));

    assertThat(course.inputs().gradescope().entries()).isEmpty();
  }

  @Test
  void twoExportsOfGradescopesAtOnceAreRefused() throws Exception {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));
    for (Path export : List.of(one, two)) {
      Files.writeString(export.resolve("submission_metadata.yml"), "--- {}\n");
    }
    assertThatThrownBy(
            () ->
                CourseFiles.read(
                    rubric(RUBRIC),
                    out,
                    CourseFiles.Named.none(),
                    List.of(
                        new Roll.Entry("a", one.resolve("a.zip")),
                        new Roll.Entry("b", two.resolve("b.zip")))))
        .isInstanceOf(GradebookError.class)
        .hasMessageContaining("a folder of its own (-o)");
  }

  @Test
  void aRubricThatWasNamedOnceIsKeptForLaterRuns() throws Exception {
    assertThat(CourseFiles.rubricOf(out)).isEmpty();

    Path named = file("ours.yaml", LATE);
    regraded(LATE, new CourseFiles.Named(named, null, null, null, null), IN_OCTOBER, false);
    assertThat(CourseFiles.rubricOf(out)).isEmpty();

    regraded(LATE, new CourseFiles.Named(named, null, null, null, null), IN_OCTOBER);
    assertThat(CourseFiles.rubricOf(out).orElseThrow()).hasContent(LATE);
  }

  @Test
  void whereTheGradersAreIsKeptForLaterRuns() throws Exception {
    assertThat(CourseFiles.gradersOf(out)).isEmpty();

    Path named = Path.of("ours/graders");
    regraded(LATE, new CourseFiles.Named(null, named, null, null, null), IN_OCTOBER);
    regraded(LATE, CourseFiles.Named.none(), IN_OCTOBER);

    assertThat(CourseFiles.gradersOf(out)).contains(named.toAbsolutePath());
  }

  @Test
  void graderPathsThatAreNoneAreNamed() throws Exception {
    Files.writeString(CourseFiles.pathOfGraders(out), "a\0b");
    assertThatThrownBy(() -> CourseFiles.gradersOf(out))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("graders.path cannot be read");
  }

  @Test
  void thatTheGradesCountWhatIsHiddenIsTold() throws Exception {
    assertThat(
            regraded(HIDING, CourseFiles.Named.none(), IN_OCTOBER).graded().problems().stream()
                .map(Object::toString))
        .containsExactly(
            "grades.csv: its scores count what students may not see yet (1 criterion until"
                + " 2026-12-01 12:00 UTC); import it from then on, or keep the grades hidden in the"
                + " LMS until then");
    assertThat(
            regraded(HIDING, CourseFiles.Named.none(), "2026-12-01T12:00:00Z").graded().problems())
        .isEmpty();
  }
}
