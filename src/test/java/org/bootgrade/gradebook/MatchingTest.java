package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bootgrade.gradebook.Matching.Matched;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose a submission is, by the names that LMSs give to downloads. */
class MatchingTest {

  private static final String CANVAS =
      """
      Student,ID,SIS User ID,SIS Login ID,Section
      "Doe, Jane",4711,s100,jdoe,A
      "van der Berg, Zoë",4712,s101,zvdb,A
      "O'Brien-Smith, Ann Mary",4713,s102,obrien,A
      "Doe, Jane",4714,s103,jdoe2,A
      """;

  private static final String MOODLE =
      """
      First name,Last name,ID number,Email address,Groups
      Jane,Doe,s100,jane@uni.example,Lab 1
      Zoë,van der Berg,s101,zoe@uni.example,"Lab 2, Lab_3"
      Anna-Lena,Meyer,s102,al@uni.example,Lab 1
      Lena,Meyer,s103,l@uni.example,Lab 2
      Li,Wei,s104,lw@uni.example,Lab 1
      Wei,Li,s105,wl@uni.example,Lab 1
      """;

  private static final String OWN =
      """
      submission,name,id,login,email,section,group
      ,Jane Doe,100,jdoe,jane@uni.example,A,
      ,Zoë van der Berg,101,zvdb,zoe@uni.example,A,
      odd name.zip,Max Roe,102,mroe,max@uni.example,A,
      """;

  private static Matched match(String roster, String... submissions) throws GradebookError {
    return match(roster, GradescopeMetadata.none(), submissions);
  }

  private static Matched match(String roster, GradescopeMetadata metadata, String... submissions)
      throws GradebookError {
    return Matching.match(Roster.read("r.csv", roster), metadata, List.of(submissions));
  }

  /** The lines of those who handed it in, or what was told. */
  private static String found(Matched matched, String submission) {
    List<Student> students = matched.students().get(submission);
    if (students != null && !students.isEmpty()) {
      return String.join("+", students.stream().map(s -> "" + s.line()).toList());
    }
    return matched.problems().stream()
        .filter(p -> p.file().equals(submission))
        .map(p -> p.what())
        .findFirst()
        .orElse("untold");
  }

  @ParameterizedTest
  @CsvSource({
    "doejane_4711_990011_my kernel, 2",
    "doejane_LATE_4714_990011_kernel-1, 5",
    "vanderbergzoë_4712_990012_kernel_final_2, 3",
    "obriensmithannmary_4713_1_x, 4",
    "team7_4713_990013_kernel, 4",
    "doejane_9999_990014_kernel, no student of the roster fits \"doejane\"",
    "anon_1XyZ2_990015_kernel, no student of the roster fits this submission",
  })
  void downloadsOfCanvasHaveItsNumber(String submission, String whom) throws GradebookError {
    assertThat(found(match(CANVAS, submission), submission)).isEqualTo(whom);
  }

  @ParameterizedTest
  @CsvSource({
    "doejane_4711_990011_kernel, 2",
    "vanderbergzoë_4712_990012_kernel, 3",
    "vanderbergzoe_4712_990012_kernel, 3",
    "bergzoe_4712_990012_kernel, no student of the roster fits \"bergzoe\"",
  })
  void withoutCanvassNumbersItsNamesAreCompared(String submission, String whom)
      throws GradebookError {
    assertThat(found(match(MOODLE, submission), submission)).isEqualTo(whom);
    assertThat(found(match(OWN, submission), submission)).isEqualTo(whom);
  }

  @Test
  void theNumberTellsNamesakesApart() throws GradebookError {
    String roster = "name,id\nJane Doe,4711\nJane Doe,4712\n";

    assertThat(found(match(roster, "doejane_4712_1_k"), "doejane_4712_1_k")).isEqualTo("3");
    assertThat(found(match(roster, "doejane_4713_1_k"), "doejane_4713_1_k"))
        .isEqualTo("\"doejane\" may be \"Jane Doe\" (line 2), \"Jane Doe\" (line 3)");
  }

  @ParameterizedTest
  @CsvSource({
    "Jane Doe_77_assignsubmission_file, 2",
    "Jane Doe_77_assignsubmission_file_, 2",
    "Jane Doe_77_assignsubmission_file_my_kernel, 2",
    "Zoë van der Berg_78_assignsubmission_file_k, 3",
    "Zoe van der Berg_78_assignsubmission_file_k, 3",
    "Anna-Lena Meyer_79_assignsubmission_file_k, 4",
    "Lena Meyer_80_assignsubmission_file_k, 5",
    "Lab 2-Lena Meyer_80_assignsubmission_file_k, 5",
    "Lab 9-Lena Meyer_80_assignsubmission_file_k, no student of the roster fits \"Lab 9-Lena Meyer\"",
    "Lab 3-Zoë van der Berg_78_assignsubmission_file_k, 3",
    "Lab 1-Anna-Lena Meyer_79_assignsubmission_file_k, 4",
    "Eva-Lena Meyer_81_assignsubmission_file_k, no student of the roster fits \"Eva-Lena Meyer\"",
    "Participant_81_assignsubmission_file_k, no student of the roster fits \"Participant\"",
    "Li Wei_82_assignsubmission_file_k, '\"Li Wei\" may be \"Li Wei\" (line 6), \"Wei Li\" (line 7)'",
  })
  void downloadsOfMoodleHaveTheFullName(String submission, String whom) throws GradebookError {
    assertThat(found(match(MOODLE, submission), submission)).isEqualTo(whom);
  }

  @Test
  void theNumberOfAParticipantGoesBeforeTheName() throws GradebookError {
    String roster =
        "Identifier,Full name\nParticipant 82,Li Wei\nParticipant 83,Wei Li\nParticipant 84,A B\n";

    assertThat(
            found(
                match(roster, "Li Wei_83_assignsubmission_file"),
                "Li Wei_83_assignsubmission_file"))
        .isEqualTo("3");
    assertThat(found(match(roster, "A B_85_assignsubmission_file"), "A B_85_assignsubmission_file"))
        .isEqualTo("no student of the roster fits \"A B\"");
  }

  @ParameterizedTest
  @CsvSource({
    "100, 2",
    "jdoe, 2",
    "JDoe, 2",
    "jane@uni.example, 2",
    "double-faults-zvdb, 3",
    "Jane Doe, 2",
    "doe_jane, 2",
    "Van-der-Berg Zoe, 3",
    "odd name, 4",
    "mroe, no student of the roster fits \"mroe\"",
    "jdoe-kernel, no student of the roster fits \"jdoe-kernel\"",
    "submission_990011, no student of the roster fits this submission",
  })
  void anyOtherNameIsANumberALoginAnAddressOrAName(String submission, String whom)
      throws GradebookError {
    assertThat(found(match(OWN, submission), submission)).isEqualTo(whom);
  }

  @Test
  void aNameThatEndsInTheLoginOfSomebodyElseIsNotGuessed() throws GradebookError {
    String roster = "name,login\nJane Doe,jane1\nJohn Roe,doe\n";

    assertThat(found(match(roster, "jane-doe"), "jane-doe"))
        .isEqualTo("\"jane-doe\" may be \"Jane Doe\" (line 2), \"John Roe\" (line 3)");
    assertThat(found(match(roster, "kernel-doe"), "kernel-doe")).isEqualTo("3");
  }

  @Test
  void theRostersOwnWordGoesBeforeEverythingElse() throws GradebookError {
    Matched matched = match("submission,name,login\nb,Ann,a\na.zip,Bob,b\n", "a", "b");

    assertThat(found(matched, "a")).isEqualTo("3");
    assertThat(found(matched, "b")).isEqualTo("2");
    assertThat(matched.problems()).isEmpty();
  }

  @Test
  void aSubmissionThatTheRosterNamesAndNobodyHandedInIsTold() throws GradebookError {
    assertThat(match(OWN, "jdoe").problems())
        .extracting(Object::toString)
        .anySatisfy(
            p ->
                assertThat(p)
                    .startsWith(
                        "r.csv:4: \"Max Roe\" handed in \"odd name.zip\", says the roster, and there"
                            + " is no such submission; "));
  }

  @Test
  void whoHandedInNothingIsTold() throws GradebookError {
    assertThat(match(OWN, "jdoe", "odd name").problems())
        .singleElement()
        .asString()
        .isEqualTo(
            "r.csv: 1 student has no submission: Zoë van der Berg; their cells in grades.csv are"
                + " empty, which is no 0");
  }

  @Test
  void ofTwoSubmissionsOfOneStudentNoneIsTaken() throws GradebookError {
    Matched matched = match(CANVAS, "doejane_4711_1_a", "doejane_4711_2_b");

    assertThat(found(matched, "doejane_4711_1_a"))
        .isEqualTo(
            "\"Doe, Jane\" seems to have handed in doejane_4711_1_a and doejane_4711_2_b, and which"
                + " of them counts is not known");
    assertThat(found(matched, "doejane_4711_2_b")).contains("seems to have handed in");
    assertThat(matched.problems())
        .as("who has handed in too much has not handed in nothing")
        .noneMatch(p -> p.toString().contains("\"Doe, Jane\" (line 2)"));
  }

  @Test
  void aGroupSharesWhatOneOfItHandedIn() throws GradebookError {
    String roster = "name,login,group\nAnn,a,one\nBob,b,one\nCid,c,two\nDot,d,two\nEve,e,two\n";
    Matched matched = match(roster, "a", "c", "d");

    assertThat(found(matched, "a")).isEqualTo("2+3");
    assertThat(found(matched, "c")).isEqualTo("4");
    assertThat(found(matched, "d")).isEqualTo("5");
    assertThat(matched.problems())
        .extracting(Object::toString)
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains("r.csv:6: the group \"two\" has several submissions, c and d"));
  }

  @Test
  void whoSeemsToHaveHandedInSeveralThingsDoesNotFallBackToTheGroups() throws GradebookError {
    Matched matched =
        match(
            "name,group\nAnn Lee,one\nBob Roe,one\nCid Fox,one\n",
            "leeann_1_1_a",
            "leeann_1_2_b",
            "roebob_2_3_c");

    assertThat(found(matched, "roebob_2_3_c")).isEqualTo("3+4");
  }

  @Test
  void severalRowsMayNameOneSubmission() throws GradebookError {
    Matched matched =
        match("submission,name\nteam.tar.gz,Ann\nteam,Bob\nteam.ZIP,Cid\nteam.pdf,Dot\n", "team");

    assertThat(found(matched, "team")).isEqualTo("2+3+4");
  }

  @ParameterizedTest
  @CsvSource({
    "O'Brien Ann, Ann OBrien",
    "'Weiß, Jörg', jorg weiss",
    "Łukasz Żak, zak_lukasz",
    "José  MARÍA Núñez, Nunez Jose Maria",
  })
  void namesAreComparedWithoutCaseMarksAndOrder(String name, String submission)
      throws GradebookError {
    assertThat(found(match("name,id\n\"" + name + "\",1\n", submission), submission))
        .isEqualTo("2");
  }

  @Test
  void groupsOfMoodleAreNoTeams() throws GradebookError {
    Matched matched = match(MOODLE, "Jane Doe_77_assignsubmission_file");

    assertThat(found(matched, "Jane Doe_77_assignsubmission_file")).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource({
    "submission_1, 2",
    "submission_2, 3+4",
    "submission_3, 2",
    "submission_4, 3",
    "submission_5, no student of the roster fits \"Jane Doe\"",
    "submission_6, no student of the roster fits this submission",
  })
  void submissionsOfGradescopeAreThoseOfTheirMetadata(String submission, String whom)
      throws GradebookError {
    GradescopeMetadata metadata =
        GradescopeMetadata.read(
            "m.yml",
            """
            submission_1:
              :submitters:
              - {":name": J. Doe, ":sid": '100', ":email": other@uni.example}
            submission_2:
              :submitters:
              - :name: Zoe
                :sid:
                :email: ZOE@uni.example
              - :name: Roe, Max
            submission_3:
              :submitters:
              - :name: Jane Doe
            submission_4:
              :submitters:
              - {":name": x, ":sid": '101'}
            submission_5:
              :submitters:
              - {":name": Jane Doe, ":sid": '999'}
            """
                .getBytes(StandardCharsets.UTF_8));

    assertThat(found(match(OWN.replace("odd name.zip", ""), metadata, submission), submission))
        .isEqualTo(whom);
  }

  @Test
  void withoutARosterNobodyIsLookedFor() {
    Matched matched =
        Matching.match(Roster.none(), GradescopeMetadata.none(), List.of("a", "doejane_1_2_k"));

    assertThat(matched.students()).containsOnlyKeys("a", "doejane_1_2_k");
    assertThat(matched.problems()).isEmpty();
  }

  @Test
  void aClassOfThousandsIsMatchedInNoTime() throws GradebookError {
    StringBuilder roster = new StringBuilder("First name,Last name,ID number\n");
    List<String> submissions = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      roster.append("Jane%d,Döe%d,s%d\n".formatted(i, i, i));
      submissions.add("Jane%d Döe%d_%d_assignsubmission_file".formatted(i, i, 5000 + i));
    }
    Roster read = Roster.read("r.csv", roster.toString());

    Matched matched =
        Assertions.assertTimeout(
            Duration.ofSeconds(10),
            () -> Matching.match(read, GradescopeMetadata.none(), submissions));

    assertThat(matched.problems()).isEmpty();
    assertThat(matched.students().values()).allSatisfy(s -> assertThat(s).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource({
    "doejane_LATE_4711_990011_k, CANVAS, doejane, 4711, true",
    "doejane_4711_990011_a_1_2_b, CANVAS, doejane, 4711, false",
    "doe_jane_4711_990011_k, CANVAS, doe_jane, 4711, false",
    "LATE_anon_x1Y_990011_k, CANVAS_ANONYMOUS, LATE_anon_x1Y_990011_k, '', true",
    "Jane Doe_1_assignsubmission_onlinetext, MOODLE, Jane Doe, 1, false",
    "submission_12, GRADESCOPE, submission_12, '', false",
    "submission_12_3, PLAIN, submission_12_3, '', false",
    "doejane_LATE, PLAIN, doejane_LATE, '', false",
  })
  void aNameTellsWhoWroteItAndWhom(
      String submission, FileName.Form form, String name, String number, boolean late) {
    assertThat(FileName.of(submission)).isEqualTo(new FileName(form, name, number, late));
  }
}
