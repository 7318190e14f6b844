package org.bootgrade.gradebook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.jspecify.annotations.Nullable;

/** A file of the gradebook is right, or its problems are told by line; and no grade is below 0. */
class GradebookPropertiesTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Rubric RUBRIC = Rubrics.demo(Rubrics.LATE);

  private static final String ROSTER =
      """
      submission,name,id,login,email,section,group\r
      a.zip,"Doe, Jane",100,jdoe,jane@uni.example,A,one\r
      ,Zoë van der Berg,101,zoe,zoe@uni.example,A,one\r
      ,Max Roe,102,max,max@uni.example,B,\r
      """;
  private static final String TIMES =
      """
      submission,student,submitted
      a.zip,,2026-10-01 23:59
      ,zoe,2026-10-25T02:30:00Z
      """;
  private static final String ADJUSTMENTS =
      """
      submission;student;criterion;points;reason
      a;;runs;+2.5;"Well; told"
      ;max;;=80;By mail
      ;zoe;;-90;Copied
      """;
  private static final String METADATA =
      """
      submission_1:
        :submitters:
        - :name: Jane Doe
          :sid: '100'
          :email: jane@uni.example
        :created_at: 2026-10-01 23:59:01.5 -07:00
      """;

  /** A reader of one kind of file. */
  private interface Reader<T> {
    T read(byte[] bytes) throws GradebookError;
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        ",",
        ";",
        "\t",
        "\"",
        "\"\"",
        "\r",
        "\n",
        "\r\n",
        "\ufeff",
        "\u0000",
        "=",
        "+1",
        "-1",
        "=1",
        "set ",
        "'",
        "sep=;\n",
        "id",
        "name",
        "submission",
        "1e999",
        "999999",
        "2026-02-30 00:00",
        ": ",
        "- ",
        "&a ",
        "*a",
        "!!x ",
        "[",
        "{",
        "Points Possible",
        "\u202e",
        ",".repeat(300));
  }

  @Provide
  Arbitrary<byte[]> bytes() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
  }

  /** What comes of bytes; null where their problems are told. */
  private static <T> @Nullable T right(Reader<T> reader, byte[] bytes) {
    return Within.<Optional<T>>bounds(
            () -> {
              try {
                return Optional.of(reader.read(bytes));
              } catch (GradebookError e) {
                assertThat(e.problems()).isNotEmpty().hasSizeLessThanOrEqualTo(50);
                for (GradebookError.Problem problem : e.problems()) {
                  assertThat(problem.file()).isEqualTo("f");
                  assertThat(problem.line()).isBetween(0, bytes.length + 1);
                  assertThat(problem.what()).isNotBlank();
                  assertThat(problem.mend()).isNotBlank();
                  assertThat(problem.toString().codePoints()).allMatch(Troubles::isHarmless);
                }
                return Optional.empty();
              }
            })
        .orElse(null);
  }

  private static void rosterIsRightOrTold(byte[] bytes) {
    Roster roster = right(b -> Roster.read("f", b), bytes);
    if (roster != null) {
      assertThat(roster.students()).isNotEmpty();
      assertThat(roster.students()).allSatisfy(s -> assertThat(s.called()).isNotBlank());
      sheetHasARowForEach(roster);
    }
  }

  private static void sheetHasARowForEach(Roster roster) {
    List<HandedIn> handedIn = List.of(new HandedIn("a", null), new HandedIn("zoe", null));
    Gradebook book =
        new Gradebook(
            RUBRIC,
            new Gradebook.Inputs(
                roster, SubmissionTimes.none(), Adjustments.none(), GradescopeMetadata.none()),
            handedIn);
    GradeSheet sheet = book.sheet(s -> Optional.of(Rubrics.card(RUBRIC, "pppp")));
    CsvTable table;
    try {
      table = CsvTable.read("f", sheet.csv().getBytes(UTF_8), "a,b");
    } catch (GradebookError e) {
      throw new AssertionError(sheet.csv(), e);
    }
    // A row in which nothing but blanks stands would not be read back; there is none.
    assertThat(table.rows()).hasSameSizeAs(roster.students());
    assertThat(table.rows()).allSatisfy(r -> assertThat(r.cells()).hasSize(6));
    Set<Student> matched = new HashSet<>();
    for (HandedIn submission : handedIn) {
      for (Student student : book.students(submission.id())) {
        assertThat(matched.add(student)).as("%s has one submission", student).isTrue();
      }
    }
  }

  @Property
  void anyBytesAreATableOrTheirProblemsAreTold(@ForAll("bytes") byte[] bytes) {
    right(b -> CsvTable.read("f", b, "a,b"), bytes);
    rosterIsRightOrTold(bytes);
    right(b -> SubmissionTimes.read("f", b, BERLIN), bytes);
    right(b -> Adjustments.read("f", b, RUBRIC), bytes);
    right(b -> GradescopeMetadata.read("f", b), bytes);
  }

  @Property
  void aDamagedRosterIsRightOrItsProblemsAreTold(@ForAll("damage") Damage damage) {
    rosterIsRightOrTold(damage.to(ROSTER.getBytes(UTF_8)));
  }

  @Property
  void damagedTimesAreRightOrTheirProblemsAreTold(@ForAll("damage") Damage damage) {
    right(b -> SubmissionTimes.read("f", b, BERLIN), damage.to(TIMES.getBytes(UTF_8)));
  }

  @Property
  void damagedMetadataIsRightOrItsProblemsAreTold(@ForAll("damage") Damage damage) {
    right(b -> GradescopeMetadata.read("f", b), damage.to(METADATA.getBytes(UTF_8)));
  }

  @Property
  void damagedAdjustmentsAreRightOrToldAndWhatIsRightGivesNoScoreBelowZero(
      @ForAll("damage") Damage damage) {
    Adjustments adjustments =
        right(b -> Adjustments.read("f", b, RUBRIC), damage.to(ADJUSTMENTS.getBytes(UTF_8)));
    if (adjustments != null) {
      for (Scorecard card : List.of(Rubrics.card(RUBRIC, "pfpf"), Rubrics.rejected(RUBRIC))) {
        Grade grade = Grading.grade(RUBRIC, card, null, adjustments.all());
        assertThat(grade.score()).isGreaterThanOrEqualTo(BigDecimal.ZERO);
        assertThat(grade.adjustments()).hasSameSizeAs(adjustments.all());
      }
    }
  }

  @Property
  void whateverTheTimeWhatIsLostIsWhatThereWasAtTheMost(
      @ForAll long millis, @ForAll @Size(4) List<Boolean> passed) {
    // Within the years that a file system or a table can say.
    Instant submitted = Instant.ofEpochMilli(millis % 250_000_000_000_000L);
    StringBuilder outcomes = new StringBuilder();
    passed.forEach(p -> outcomes.append(p ? 'p' : 'f'));
    Scorecard card = Rubrics.card(RUBRIC, outcomes.toString());

    Grade grade =
        Grading.grade(RUBRIC, card, Submitted.of(submitted, Submitted.Source.ARCHIVE), List.of());

    assertThat(grade.score()).isBetween(BigDecimal.ZERO, card.score());
    if (grade.late() != null) {
      assertThat(grade.score()).isEqualTo(card.score().subtract(grade.late().deduction()));
    }
  }

  @Property
  void anyNamesAreMatchedToNobodyTwice(
      @ForAll @Size(max = 6) List<@From("names") String> submissions,
      @ForAll @Size(min = 1, max = 6) List<@From("names") String> students)
      throws GradebookError {
    StringBuilder csv = new StringBuilder("name\n");
    students.forEach(s -> csv.append('"').append(s).append("\"\n"));
    Roster roster = Roster.read("f", csv.toString());
    List<HandedIn> handedIn = new ArrayList<>();
    submissions.forEach(s -> handedIn.add(new HandedIn(s, null)));

    Gradebook book =
        new Gradebook(
            RUBRIC,
            new Gradebook.Inputs(
                roster, SubmissionTimes.none(), Adjustments.none(), GradescopeMetadata.none()),
            handedIn);

    Set<Student> matched = new HashSet<>();
    for (String submission : new HashSet<>(submissions)) {
      for (Student student : book.students(submission)) {
        assertThat(matched.add(student)).isTrue();
        assertThat(students.stream().filter(s -> Names.key(s).equals(Names.key(student.name()))))
            .as("%s is the only one of that name", student)
            .hasSize(1);
      }
    }
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(
        "Jane Doe",
        "doejane_1_2_k",
        "Doe, Jane",
        "jane-doe",
        "JANE DOE",
        "Zoë",
        "zoe",
        "Zoe_1_2_k",
        "Zoë_1_assignsubmission_file",
        "Jane Doe_7_assignsubmission_file_k",
        "submission_1",
        "doe");
  }
}
