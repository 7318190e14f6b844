package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bootgrade.grading.Flag;
import org.bootgrade.report.Reports;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who handed in what and when, and what is handed in to an LMS. */
class GradebookTest {

  private static final Rubric RUBRIC = Rubrics.demo(Rubrics.LATE);
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static final String TEAM =
      """
      submission,name,id,login,email,section,group
      ,Ann Lee,100,ann,ann@uni.example,A,one
      ,Bob Roe,101,bob,bob@uni.example,A,one
      ,Cid Poe,102,cid,cid@uni.example,B,
      ,Dot Fox,103,dot,dot@uni.example,B,
      """;

  /** What files say; an empty text is no file. */
  private static Gradebook book(
      String roster, String times, String adjustments, HandedIn... handedIn) throws GradebookError {
    return book(roster, times, adjustments, "", handedIn);
  }

  private static Gradebook book(
      String roster, String times, String adjustments, String metadata, HandedIn... handedIn)
      throws GradebookError {
    return new Gradebook(
        RUBRIC,
        new Gradebook.Inputs(
            roster.isEmpty() ? Roster.none() : Roster.read("r.csv", roster),
            times.isEmpty() ? SubmissionTimes.none() : SubmissionTimes.read("t.csv", times, BERLIN),
            adjustments.isEmpty()
                ? Adjustments.none()
                : Adjustments.read("a.csv", adjustments, RUBRIC),
            metadata.isEmpty()
                ? GradescopeMetadata.none()
                : GradescopeMetadata.read("m.yml", metadata.getBytes(StandardCharsets.UTF_8))),
        List.of(handedIn));
  }

  private static HandedIn archive(String id, String modified) {
    return new HandedIn(id, Instant.parse(modified));
  }

  private static HandedIn folder(String id) {
    return new HandedIn(id, null);
  }

  private static Scorecard card(String outcomes) {
    return Rubrics.card(RUBRIC, outcomes);
  }

  private static List<String> problems(Gradebook book) {
    return book.problems().stream().map(Object::toString).toList();
  }

  private static String sheet(Gradebook book, Map<String, Scorecard> cards) {
    return book.sheet(s -> Optional.ofNullable(cards.get(s))).csv();
  }

  private static Student student(Gradebook book, String submission, String name) {
    return book.students(submission).stream()
        .filter(s -> s.name().startsWith(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theInstructorsTimeGoesBeforeGradescopesAndThatBeforeTheArchives() throws GradebookError {
    String metadata =
        """
        submission_1:
          :created_at: 2026-10-02 10:00:00.5 Z
        submission_2:
          :created_at: 2026-10-02 11:00:00 Z
        """;
    Gradebook book =
        book(
            "",
            "submission,submitted\nsubmission_1.zip,2026-10-02 09:00\n",
            "",
            metadata,
            archive("submission_1", "2026-10-05T00:00:00Z"),
            archive("submission_2", "2026-10-05T00:00:00Z"),
            archive("submission_3", "2026-10-05T00:00:00.9Z"),
            folder("submission_4"));

    assertThat(book.grade("submission_1", card("pppp")).submitted())
        .isEqualTo(
            new Submitted(
                "2026-10-02T07:00:00Z", Submitted.Source.CSV, "2026-10-02 09:00:00 Europe/Berlin"));
    assertThat(book.grade("submission_2", card("pppp")).submitted())
        .isEqualTo(
            new Submitted(
                "2026-10-02T11:00:00Z",
                Submitted.Source.GRADESCOPE,
                "2026-10-02 13:00:00 Europe/Berlin"));
    assertThat(book.grade("submission_3", card("pppp")).submitted())
        .isEqualTo(
            new Submitted(
                "2026-10-05T00:00:00Z",
                Submitted.Source.ARCHIVE,
                "2026-10-05 02:00:00 Europe/Berlin"));
    assertThat(book.grade("submission_4", card("pppp")).submitted()).isNull();
  }

  @Test
  void theTimeOfOneOfAGroupIsThatOfTheOthersWhoHaveNone() throws GradebookError {
    Gradebook book =
        book(TEAM, "student,submitted\nann,2026-10-02 09:00\n", "", folder("ann"), folder("cid"));

    assertThat(book.grade("ann", card("pppp")).submitted()).isNotNull();
    assertThat(book.grade("ann", student(book, "ann", "Bob"), card("pppp")).score())
        .isEqualTo(new BigDecimal("41"));
    assertThat(book.grade("cid", card("pppp")).submitted()).isNull();
  }

  @Test
  void studentsOfAGroupMayHaveTheirOwnTimesAndThenTheSubmissionHasNone() throws GradebookError {
    Gradebook book =
        book(
            TEAM,
            "student,submitted\nann,2026-10-02 09:00\nbob,2026-10-01 09:00\n",
            "",
            folder("ann"),
            folder("cid"),
            folder("dot"));

    assertThat(book.grade("ann", student(book, "ann", "Ann"), card("pppp")).score())
        .isEqualTo(new BigDecimal("41"));
    assertThat(book.grade("ann", student(book, "ann", "Bob"), card("pppp")).score())
        .isEqualTo(new BigDecimal("45"));
    assertThat(book.grade("ann", card("pppp")).submitted()).isNull();
    assertThat(problems(book))
        .containsExactly(
            "t.csv: the students of \"ann\" have different times, so it has none itself; give the"
                + " submission's time in a row of its own");
  }

  @Test
  void aStudentsOwnTimeGoesBeforeThatOfTheSubmission() throws GradebookError {
    Gradebook book =
        book(
            TEAM,
            "submission,student,submitted\nann,,2026-10-02 09:00\n,bob,2026-10-01 09:00\n",
            "",
            folder("ann"));

    assertThat(book.grade("ann", card("pppp")).score()).isEqualTo(new BigDecimal("41"));
    assertThat(book.grade("ann", student(book, "ann", "Ann"), card("pppp")).score())
        .isEqualTo(new BigDecimal("41"));
    assertThat(book.grade("ann", student(book, "ann", "Bob"), card("pppp")).score())
        .isEqualTo(new BigDecimal("45"));
    assertThat(problems(book)).noneMatch(p -> p.contains("different times"));
  }

  @Test
  void anAdjustmentOfOneStudentIsNotThatOfTheGroup() throws GradebookError {
    Gradebook book =
        book(
            TEAM,
            "submission,submitted\nann,2026-10-01 09:00\ncid,2026-10-01 09:00\n",
            "submission,student,points,reason\nann,,+1,Well told.\n,bob@uni.example,-10,Was not"
                + " there.\ncid,cid,-2,Late talk.\n",
            folder("ann"),
            folder("cid"));

    assertThat(book.grade("ann", card("ppff")).score()).isEqualTo(new BigDecimal("31"));
    assertThat(book.grade("ann", student(book, "ann", "Ann"), card("ppff")).score())
        .isEqualTo(new BigDecimal("31"));
    assertThat(book.grade("ann", student(book, "ann", "Bob"), card("ppff")).score())
        .isEqualTo(new BigDecimal("21"));
    assertThat(book.grade("cid", card("ppff")).score()).isEqualTo(new BigDecimal("28"));
    assertThat(sheet(book, Map.of("ann", card("ppff"), "cid", card("ppff"))))
        .isEqualTo(
            """
            Student,ID,SIS User ID,SIS Login ID,Section,Double faults
            Ann Lee,,100,ann,A,31
            Bob Roe,,101,bob,A,21
            Cid Poe,,102,cid,B,28
            Dot Fox,,103,dot,B,
            """
                .replace("\n", "\r\n"));
    assertThat(
            book.sheet(id -> Optional.of(card("ppff"))).problems().stream().map(Object::toString))
        .filteredOn(told -> told.contains("alone"))
        .singleElement()
        .asString()
        .contains("Bob Roe has 21", "the page of \"ann\"", "says 31");
  }

  @Test
  void whoHandedInNothingMayBeGivenPoints() throws GradebookError {
    Gradebook book =
        book(TEAM, "", "student,points,reason\ndot,=12,By mail.\ncid,+3,Nothing.\n", folder("ann"));

    assertThat(sheet(book, Map.of("ann", card("ppff"))))
        .contains("Ann Lee,,100,ann,A,30", "Bob Roe,,101,bob,A,30", "Cid Poe,,102,cid,B,\r\n")
        .contains("Dot Fox,,103,dot,B,12\r\n");
  }

  @Test
  void rowsThatAreAboutNobodyAreTold() throws GradebookError {
    Gradebook book =
        book(
            TEAM,
            "student,submitted\nzoe,2026-10-02 09:00\n",
            "submission,student,points,reason\nnone.zip,,+1,x\n",
            folder("ann"),
            folder("cid"),
            folder("dot"));

    assertThat(problems(book))
        .containsExactly(
            "t.csv:2: \"zoe\" is nobody on the roster; name the student by id, login or email as the"
                + " roster does; until then this row changes nothing",
            "a.csv:2: there is no submission \"none.zip\"; see whether it is spelt as its file; until"
                + " then this row changes nothing");
    assertThat(problems(book("", "student,submitted\nzoe,2026-10-02 09:00\n", "", folder("zoe"))))
        .singleElement()
        .asString()
        .startsWith("t.csv:2: \"zoe\" is a student, and there is no roster; ");
  }

  @Test
  void aRowWhoseStudentHandedInSomethingElseIsTold() throws GradebookError {
    Gradebook book =
        book(
            TEAM,
            "submission,student,submitted\nann,cid,2026-10-01 09:00\n",
            "submission,student,points,reason\nann,cid,+1,x\nann,dot,+1,x\nann,bob,+1,x\n",
            archive("ann", "2026-10-01T07:00:00Z"),
            archive("cid", "2026-10-01T07:00:00Z"));

    assertThat(problems(book))
        .contains(
            "t.csv:2: \"cid\" has not handed in \"ann\" but \"cid\"; leave the submission out, or"
                + " name another student; until then this row changes nothing",
            "a.csv:2: \"cid\" has not handed in \"ann\" but \"cid\"; leave the submission out, or"
                + " name another student; until then this row changes nothing",
            "a.csv:3: \"dot\" has not handed in \"ann\", but nothing; leave the submission out, or"
                + " name another student; until then this row changes nothing")
        .noneMatch(p -> p.startsWith("a.csv:4"));
  }

  @Test
  void aRowThatChangesNoScoreIsTold() throws GradebookError {
    Gradebook book =
        book(
            TEAM,
            "",
            """
            submission,student,criterion,points,reason
            ann,,,+1,It counts.
            ,dot,,+1,Handed in nothing.
            ,dot,,set 3,But this counts.
            ,dot,,+1,And so does this.
            cid,,,+1,Not graded.
            ,bob,builds,set 2,It counts for one of two.
            """,
            folder("ann"),
            folder("cid"));

    assertThat(
            book
                .sheet(s -> s.equals("ann") ? Optional.of(card("ppff")) : Optional.empty())
                .problems()
                .stream()
                .map(Object::toString)
                .filter(p -> p.startsWith("a.csv")))
        .containsExactly(
            "a.csv:3: \"dot\" has no submission, so this row has no score to change; set a score,"
                + " \"set 80\" without a criterion, or leave the row out",
            "a.csv:6: \"cid\" has no score that this row could change; grade the submission, or set a"
                + " score: \"set 80\" without a criterion");
  }

  @Test
  void rowsThatCountAndMayNotBeMeantAreTold() throws GradebookError {
    Gradebook book =
        book(
            "",
            "submission,submitted\nk,2026-10-01 09:00\n",
            """
            submission,criterion,points,reason
            k,builds,set 10,All of it.
            k,builds,set 10.5,More than all of it.
            k,,set 50,More than there is.
            k,,add 45,As much as there is.
            k,,-90,Less is cut at 0.
            k,,+1,Well told.
            k,,+1,Well drawn.
            k,,+1,Well told.
            """,
            folder("k"));

    assertThat(problems(book))
        .containsExactly(
            "a.csv:3: the row sets anew what line 2 sets to 10; remove one of them; the later one"
                + " counts",
            "a.csv:3: 10.5 points are set, which is more than the 10 that builds is worth; see"
                + " whether that is meant; it counts as it stands",
            "a.csv:4: 50 points are set, which is more than the 45 that all criteria together are"
                + " worth; see whether that is meant; it counts as it stands",
            "a.csv:9: the row says the same as line 7, and both count; remove one of them if that is"
                + " not meant");
  }

  @Test
  void anEmptyTableIsToldItsOwnColumns() {
    assertThat(
            catchThrowableOfType(
                GradebookError.class, () -> Adjustments.read("a.csv", "\n", RUBRIC)))
        .hasMessageContaining("the table is empty")
        .hasMessageContaining("such as submission,points,reason");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "doejane_4711_1_k, none, no-submission-time, nothing was deducted for coming late.",
        "doejane_LATE_4711_1_k, none, no-submission-time, 'although Canvas called it late'",
        "doejane_LATE_4711_1_k, 2026-10-01T21:00:00Z, late-by-file-name, at 2026-10-01T21:00:00Z",
        "doejane_4711_1_k, 2026-10-02T21:00:00Z, not-late-by-file-name, So nothing was deducted",
        "anon_a1b_4711_k, 2026-10-02T21:00:00Z, not-late-by-file-name, '21:00:00Z, it came late'",
        "doejane_LATE_4711_1_k, 2026-10-02T21:00:00Z, late-by-archive-time, which a download",
        "kernel, 2026-10-02T21:00:00Z, late-by-archive-time, which a download",
        "kernel, 2026-10-01T22:10:00Z, none, none",
        "doejane_4711_1_k, 2026-10-01T21:00:00Z, none, none",
      })
  void anInstructorLooksAtTimesThatAreNotSure(
      String submission, @Nullable String modified, @Nullable String flag, @Nullable String detail)
      throws GradebookError {
    HandedIn handedIn = modified == null ? folder(submission) : archive(submission, modified);

    List<Flag> flags = book("", "", "", handedIn).flags(submission);

    if (flag == null || detail == null) {
      assertThat(flags).isEmpty();
    } else {
      assertThat(flags).singleElement().extracting(Flag::id).isEqualTo(flag);
      assertThat(flags.get(0).detail()).contains(detail);
    }
  }

  /** A download gives all files of a class its own time, also those that Canvas calls late. */
  @Test
  void noArchivesTimeCountsWhereThatOfAnotherContradictsCanvas() throws GradebookError {
    Gradebook book =
        book(
            "",
            "",
            "",
            archive("doejane_4711_1_k", "2026-10-20T10:00:00Z"),
            archive("roejohn_LATE_4712_2_k", "2026-10-20T10:00:00Z"),
            archive("poejim_4713_3_k", "2026-10-01T10:00:00Z"),
            archive("kernel", "2026-10-02T21:00:00Z"));

    assertThat(book.grade("roejohn_LATE_4712_2_k", card("pppp")).late()).isNull();
    assertThat(book.flags("roejohn_LATE_4712_2_k"))
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.id()).isEqualTo("no-submission-time");
              assertThat(f.detail())
                  .contains(
                      "although Canvas called it late", "2026-10-20T10:00:00Z, is not believed");
            });
    assertThat(book.flags("doejane_4711_1_k"))
        .extracting(Flag::id)
        .containsExactly("not-late-by-file-name");
    assertThat(book.flags("poejim_4713_3_k")).isEmpty();
    assertThat(book.flags("kernel")).extracting(Flag::id).containsExactly("late-by-archive-time");
  }

  @Test
  void aPartOfASubmissionsNameIsToldTheWhole() throws GradebookError {
    Gradebook book =
        book(
            "",
            "",
            "submission,points,reason\nJane,add 5,a\n",
            archive("doejane_4711_1_k", "2026-10-01T10:00:00Z"));

    assertThat(book.problems())
        .singleElement()
        .extracting(Object::toString)
        .asString()
        .contains("there is no submission", "write \"doejane_4711_1_k\"");
  }

  @Test
  void aTimeOfTheInstructorsRaisesNoFlagAndNorDoesARubricThatDoesNotAsk() throws GradebookError {
    Gradebook told =
        book(
            "",
            "submission,submitted\nk,2026-10-05 09:00\n",
            "",
            archive("k", "2026-10-09T00:00:00Z"));

    assertThat(told.flags("k")).isEmpty();
    assertThat(
            new Gradebook(Rubrics.demo(""), Gradebook.Inputs.none(), List.of(folder("k")))
                .flags("k"))
        .isEmpty();
  }

  @Test
  void noScoreIsAnEmptyCellAndARejectedSubmissionIsZero() throws GradebookError {
    Gradebook book =
        book(
            "Student,ID,SIS User ID,SIS Login ID,Section\n\"Doe, Jane\",1,s1,jd,A\n\"Roe, Max\",2,s2,mr,A\n",
            "",
            "",
            folder("doejane_1_5_k"),
            folder("roemax_2_6_k"));

    assertThat(sheet(book, Map.of("doejane_1_5_k", Rubrics.rejected(RUBRIC))))
        .isEqualTo(
            """
            Student,ID,SIS User ID,SIS Login ID,Section,Double faults
            "Doe, Jane",1,s1,jd,A,0
            "Roe, Max",2,s2,mr,A,
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void withoutARosterEachSubmissionHasARowWithWhatItsNameTells() throws GradebookError {
    Gradebook book =
        book(
            "",
            "",
            "",
            """
            submission_7:
              :submitters:
              - {":name": Ann, ":sid": '9', ":email": a@b.c}
              - {":name": Bob}
            """,
            folder("doejane_4711_1_k"),
            folder("Jane Doe_12_assignsubmission_file"),
            folder("submission_7"),
            folder("=HYPERLINK(1)"),
            folder("-x"),
            folder("new\nline"));

    assertThat(sheet(book, Map.of("doejane_4711_1_k", card("pfff"), "submission_7", card("ppff"))))
        .isEqualTo(
            """
            Student,ID,SIS User ID,SIS Login ID,Section,Double faults
            '-x,,,,,
            '=HYPERLINK(1),,,,,
            Jane Doe,,,,,
            doejane,4711,,,,10
            new\\u{a}line,,,,,
            Ann,,9,a@b.c,,30
            Bob,,,,,30
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void withoutARosterTwoSubmissionsOfOneStudentHaveNoScore() throws GradebookError {
    Gradebook book = book("", "", "", folder("doejane_4711_1_k"), folder("doejane_4711_2_k"));
    GradeSheet sheet = book.sheet(s -> Optional.of(card("pppp")));

    assertThat(sheet.csv()).contains("doejane,4711,,,,\r\ndoejane,4711,,,,\r\n");
    assertThat(sheet.problems())
        .anySatisfy(
            p ->
                assertThat(p.what())
                    .isEqualTo(
                        "doejane_4711_1_k and doejane_4711_2_k cannot be told apart in grades.csv: they"
                            + " are of one student, or of two of one name"));
  }

  @Test
  void whatAStudentMaySeeBeforeTheDateSaysNothingOfTheHidden() throws GradebookError {
    Gradebook book =
        book(
            "",
            "submission,submitted\nk,2026-10-02 09:00\n",
            "submission,criterion,points,reason\nk,secret,=5,Hidden.\nk,,+1,Seen.\n",
            folder("k"));
    Instant before = Instant.parse("2026-10-10T09:59:59Z");

    HiddenCriteria.Shown passed = book.shown("k", null, card("pppf"), before);
    HiddenCriteria.Shown failed = book.shown("k", null, card("ppff"), before);

    assertThat(passed).isEqualTo(failed);
    assertThat(passed.criteria())
        .extracting(c -> c.id())
        .containsExactly("builds", "runs", "shines");
    assertThat(passed.hidden())
        .containsExactly(
            new HiddenCriteria.Hidden(
                "secret", "It is secret", Instant.parse("2026-10-10T10:00:00Z")));
    // 30 less a tenth of all 40, and the adjustment that is seen.
    assertThat(passed.grade().score()).isEqualTo(new BigDecimal("27"));
    assertThat(passed.grade().maxScore()).isEqualTo(new BigDecimal("30"));
    assertThat(passed.grade().adjustments())
        .extracting(Grade.Adjusted::reason)
        .containsExactly("Seen.");
    assertThat(passed.note())
        .isEqualTo("1 criterion is worth 10 points and not shown yet; this score is without it.");
  }

  @Test
  void aScoreThatWasSetByHandIsOneOfAllPoints() throws GradebookError {
    Gradebook book = book("", "", "submission,points,reason\nk,=38,By hand.\n", folder("k"));

    HiddenCriteria.Shown shown =
        book.shown("k", null, card("pppf"), Instant.parse("2026-10-01T00:00:00Z"));

    assertThat(shown.grade().score()).isEqualTo(new BigDecimal("38"));
    assertThat(shown.grade().maxScore()).isEqualTo(new BigDecimal("40"));
    assertThat(shown.note())
        .isEqualTo("1 criterion is worth 10 points and not shown yet; this score was set by hand.");
  }

  @Test
  void fromTheDateOnEverythingIsSeen() throws GradebookError {
    Gradebook book = book("", "", "", folder("k"));
    Instant then = Instant.parse("2026-10-10T10:00:00Z");

    HiddenCriteria.Shown shown = book.shown("k", null, card("pppf"), then);

    assertThat(shown.hidden()).isEmpty();
    assertThat(shown.note()).isEmpty();
    assertThat(shown.criteria()).isEqualTo(card("pppf").criteria());
    assertThat(shown.grade()).isEqualTo(book.grade("k", card("pppf")));
  }

  @Test
  void whatWasNotJudgedHidesNothing() throws GradebookError {
    Gradebook book = book("", "", "", folder("k"));
    Instant before = Instant.parse("2026-10-01T00:00:00Z");

    assertThat(book.shown("k", null, null, before).note()).isEmpty();
    assertThat(book.shown("k", null, Rubrics.rejected(RUBRIC), before).grade().score())
        .isEqualTo(BigDecimal.ZERO);
  }

  @Test
  void aGradeIsWrittenAsItsDocumentationSaysAndReadBackTheSame()
      throws GradebookError, IOException {
    JsonMapper mapper =
        JsonMapper.builder()
            .enable(com.fasterxml.jackson.core.StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();
    Gradebook book =
        book(
            "",
            "submission,submitted\nk,2026-10-02 09:00\n",
            "submission,criterion,points,reason\nk,runs,=12.5,Seen.\nk,,+100,All.\n",
            folder("k"));
    Grade grade = book.grade("k", card("pppf"));

    String json = mapper.writeValueAsString(grade);

    assertThat(json)
        .isEqualTo(
            """
            {"earned":40,"submitted":{"at":"2026-10-02T07:00:00Z","from":"csv","local":"2026-10-02 09:00:00 Europe/Berlin"},\
            "late":{"by":"PT9H1M","days":1,"deduction":4,"closed":false},\
            "adjustments":[{"criterion":"runs","points":-7.5,"set":12.5,"reason":"Seen."},\
            {"points":100,"reason":"All."}],"score":128.5,"maxScore":40}""");
    assertThat(mapper.readValue(json, Grade.class)).isEqualTo(grade);
    assertThat(schema().validate(json, InputFormat.JSON)).isEmpty();
    assertThat(schema().validate(json.replace("csv", "CSV"), InputFormat.JSON)).isNotEmpty();
    assertThat(schema().validate(json.replace("score", "points"), InputFormat.JSON)).isNotEmpty();
    assertThat(mapper.writeValueAsString(book.grade("k", null)))
        .isEqualTo(
            """
            {"submitted":{"at":"2026-10-02T07:00:00Z","from":"csv","local":"2026-10-02 09:00:00 Europe/Berlin"},\
            "adjustments":[{"criterion":"runs","set":12.5,"reason":"Seen."},\
            {"reason":"All."}],"maxScore":40}""");
  }

  /** What the schema of result.json says of a grade. */
  private static Schema schema() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            Reports.class.getResourceAsStream("result.schema.json"), "there is no schema")) {
      String result = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder -> builder.schemas(Map.of("urn:bootgrade:result:v1", result)))
          .getSchema("{\"$ref\": \"urn:bootgrade:result:v1#/$defs/grade\"}", InputFormat.JSON);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "submission,submitted\\na,2026-10-01 25:00 | t.csv:2: \"2026-10-01 25:00\" is no date and time; write",
        "submission,submitted\\na,01.10.2026 23:59 | t.csv:2: \"01.10.2026 23:59\" is no date and time",
        "submission,submitted\\na,2026-02-30T00:00:00Z | t.csv:2: \"2026-02-30T00:00:00Z\" is no date",
        "submission,submitted\\na, | t.csv:2: \"\" is no date and time",
        "submission,submitted\\n,2026-10-01 23:00 | t.csv:2: the row names no submission; name one",
        "submission,submitted\\na,2026-10-01 23:00\\na,2026-10-01 23:00 | t.csv:3: there is a second time for \"a\", the first is in line 2",
        "submission,when\\na,2026-10-01 23:00 | t.csv:1: the first row does not name the columns",
        "submitted\\n2026-10-01 23:00 | t.csv:1: the first row does not name the columns",
      })
  void whatIsWrongWithTimesHasItsLineAndMend(String csv, String problem) {
    GradebookError error =
        catchThrowableOfType(
            GradebookError.class,
            () -> SubmissionTimes.read("t.csv", csv.replace("\\n", "\n"), BERLIN));

    assertThat(error).isNotNull();
    assertThat(error.getMessage()).startsWith(problem).contains("; ");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-01 23:59, 2026-10-01T21:59:00Z",
    "2026-10-01T23:59:30, 2026-10-01T21:59:30Z",
    "2026-10-25 02:30, 2026-10-25T00:30:00Z",
    "2026-10-01T23:59:30Z, 2026-10-01T23:59:30Z",
    "2026-10-01 23:59:30+02:00, 2026-10-01T21:59:30Z",
    "2026-10-01T23:59-07:00, 2026-10-02T06:59:00Z",
  })
  void aTimeIsOfTheRubricsZoneOrHasAnOffset(String written, Instant time) throws GradebookError {
    assertThat(SubmissionTimes.read("t.csv", "student,submitted\nx," + written, BERLIN).times())
        .extracting(SubmissionTimes.Time::at)
        .containsExactly(time);
  }

  @Test
  void aLocalTimeNeedsTheRubricsZone() {
    GradebookError error =
        catchThrowableOfType(
            GradebookError.class,
            () -> SubmissionTimes.read("t.csv", "student,submitted\nx,2026-10-01 23:59", null));

    assertThat(Objects.requireNonNull(error).getMessage())
        .startsWith(
            "t.csv:2: \"2026-10-01 23:59\" is a local time, and the rubric has no zone; add");
  }
}
