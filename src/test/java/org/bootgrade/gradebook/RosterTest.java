package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RosterTest {

  private static List<String> problems(String text) {
    GradebookError error =
        catchThrowableOfType(GradebookError.class, () -> Roster.read("r.csv", text));
    assertThat(error).as("the error for\n%s", text).isNotNull();
    return error.problems().stream().map(Object::toString).toList();
  }

  private static Student student(int line) {
    return new Student(line, "", "", "", "", "", "", "", "", List.of(), "", "", "");
  }

  @Test
  void aGradebookOfCanvasIsARosterWithoutItsRowsAboutAssignments() throws GradebookError {
    Roster roster =
        Roster.read(
            "r.csv",
            """
            Student,ID,SIS User ID,SIS Login ID,Section,Double faults (12345),Final Score
            ,,,,,Manual Posting,
                Points Possible,,,,,100.00,(read only)
            "Doe, Jane",4711,s100,jdoe@uni.example,OS 1,,97.5
            "Student, Test",4712,,abcdef0123,OS 1 and OS 2,,
            """);

    assertThat(roster.students())
        .containsExactly(
            new Student(
                4,
                "Doe, Jane",
                "",
                "",
                "4711",
                "s100",
                "jdoe@uni.example",
                "",
                "OS 1",
                List.of(),
                "",
                "",
                ""),
            new Student(
                5,
                "Student, Test",
                "",
                "",
                "4712",
                "",
                "abcdef0123",
                "",
                "OS 1 and OS 2",
                List.of(),
                "",
                "",
                ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "First name,Surname,ID number,Email address,Groups | Jane,Doe,s100,jane@uni.example,\"Lab 1, Lab 2\"",
        "FIRST NAME;Last name;ID number;Email address;groups | Jane;Doe;s100;jane@uni.example;Lab 1, Lab 2",
      })
  void participantsOfMoodleAreARoster(String header, String row) throws GradebookError {
    assertThat(Roster.read("r.csv", header + "\r\n" + row + "\r\n").students())
        .containsExactly(
            new Student(
                2,
                "Jane Doe",
                "Doe",
                "Jane",
                "",
                "s100",
                "",
                "jane@uni.example",
                "",
                List.of("Lab 1", "Lab 2"),
                "",
                "",
                ""));
  }

  @Test
  void aGradingWorksheetOfMoodleHasTheNumberOfTheParticipant() throws GradebookError {
    Roster roster =
        Roster.read(
            "r.csv",
            """
            Identifier,"Full name","Email address",Status,Grade
            "Participant 4711","Jane Doe",jane@uni.example,"Submitted for grading",
            Teilnehmer/in4712,"Max Roe",max@uni.example,,
            """);

    assertThat(roster.students()).extracting(Student::participant).containsExactly("4711", "4712");
    assertThat(roster.students()).extracting(Student::name).containsExactly("Jane Doe", "Max Roe");
  }

  @Test
  void aRosterOfGradescopeIsReadWithoutItsStaff() throws GradebookError {
    Roster roster =
        Roster.read(
            "r.csv",
            """
            First Name,Last Name,SID,Email,Role,Sections
            Jane,Doe,100,jane@uni.example,Student,101
            Alan,Prof,,prof@uni.example,Instructor,
            """);

    assertThat(roster.students())
        .containsExactly(
            new Student(
                2,
                "Jane Doe",
                "Doe",
                "Jane",
                "",
                "100",
                "",
                "jane@uni.example",
                "101",
                List.of(),
                "",
                "",
                ""));
  }

  @Test
  void ourOwnIdIsTheUniversitysAndNotCanvass() throws GradebookError {
    Roster roster =
        Roster.read(
            "r.csv",
            """
            submission,name,id,login,email,section,group
            kernel.zip,Jane Doe,100,jdoe,jane@uni.example,A,team 1
            """);

    assertThat(roster.students())
        .containsExactly(
            new Student(
                2,
                "Jane Doe",
                "",
                "",
                "",
                "100",
                "jdoe",
                "jane@uni.example",
                "A",
                List.of(),
                "team 1",
                "",
                "kernel.zip"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vorname,nachname\\nJane,Doe | r.csv:1: no column says who a student is; name the columns",
        "submission,group\\na,b | r.csv:1: no column says who a student is",
        "name,full name\\na,b | r.csv:1: the columns \"name\" and \"full name\" say the same thing; rename",
        "name,id\\nA,1\\nB,1 | r.csv:3: the id \"1\" is also in line 2; write each student once",
        "name,login\\nA,x\\nB,X | r.csv:3: the login \"x\" is also in line 2",
        "student,id\\nA,1\\nB,1 | r.csv:3: the ID \"1\" is also in line 2",
        "name,email\\n,\\nA,a@b | none",
        "name,section\\nA,1\\n,2 | r.csv:3: the row says of no student who it is; write a name",
        "name,id | r.csv: there is no student on the roster; add a row for each",
        "name\\n\"A\\nB\" | r.csv:2: \"A\\u000aB\" holds a line break",
      })
  void whatIsWrongHasItsLineAndMend(String text, String problem) throws GradebookError {
    String csv = text.replace("\\n", "\n");
    if (problem.equals("none")) {
      assertThat(Roster.read("r.csv", csv).students()).hasSize(1);
      return;
    }
    assertThat(problems(csv)).anySatisfy(p -> assertThat(p).startsWith(problem).contains("; "));
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    assertThat(problems("name,id,login\nA,1,x\nB,1,x\n,,\n")).hasSize(2);
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = Path.of("no", "such.csv");
    GradebookError error = catchThrowableOfType(GradebookError.class, () -> Roster.read(file));

    assertThat(error).hasMessage(file + ": there is no such file; check --roster and the folder");
  }

  @Test
  void aStudentIsCalledByTheFirstThingThatIsKnown() {
    assertThat(student(7).called()).isEqualTo("line 7");
  }

  @ParameterizedTest
  @CsvSource({
    "s100, 2",
    "JDOE, 2",
    "Jane@Uni.Example, 2",
    "jane doe, 2",
    "'Doe, Jane', 2",
    "Zoe Muller, 3",
    "Müller Zoë, 3",
    "nobody, 0",
    "'', 0",
    "Li Wei, 45",
  })
  void aWordMeansAStudentByNumberLoginAddressOrName(String word, String lines)
      throws GradebookError {
    Roster roster =
        Roster.read(
            "r.csv",
            """
            name,id,login,email
            Jane Doe,s100,jdoe,jane@uni.example
            Zoë Müller,s101,zoe,
            Li Wei,s102,,
            "Wei, Li",s103,,
            """);

    String found = roster.called(word).stream().map(s -> "" + s.line()).reduce("", String::concat);
    assertThat(found.isEmpty() ? "0" : found).isEqualTo(lines);
  }
}
