package org.bootgrade.gradebook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.gradebook.CsvTable.Row;

/**
 * The students of a course: a CSV file that an LMS exports or an instructor writes.
 *
 * <p>Columns are known by their headings, in any order and case; others are ignored.
 *
 * <table>
 * <caption>What is understood</caption>
 * <tr><th>from</th><th>headings</th></tr>
 * <tr><td>Canvas, gradebook</td><td>Student, ID, SIS User ID, SIS Login ID, Section</td></tr>
 * <tr><td>Moodle, participants or grading worksheet</td><td>First name, Last name or Surname, or
 * Full name; ID number, Username, Email address, Groups, Identifier</td></tr>
 * <tr><td>Gradescope</td><td>First Name, Last Name, SID, Email, Sections, Role</td></tr>
 * <tr><td>GitHub Classroom</td><td>github_username, name</td></tr>
 * <tr><td>ours</td><td>submission, name, id, login, email, section, group</td></tr>
 * </table>
 *
 * <p>{@code id} is the university's number of a student; only beside {@code Student}, as Canvas
 * exports it, it is the number that Canvas gave. {@code submission} names what a student handed in,
 * as its file is called, and goes before all that could be found out from names. Students of one
 * {@code group} share what one of them handed in; Moodle's {@code Groups} are not taken for teams.
 *
 * @param file the file as it was named; empty where there is no roster
 * @param students in the order of the file
 */
public record Roster(String file, List<Student> students) {

  private enum Field {
    STUDENT,
    NAME,
    FIRST_NAME,
    LAST_NAME,
    CANVAS_OR_OWN_ID,
    ID,
    LOGIN,
    EMAIL,
    SECTION,
    GROUPS,
    GROUP,
    IDENTIFIER,
    ROLE,
    SUBMISSION
  }

  private static final Map<String, Field> HEADINGS =
      Map.ofEntries(
          Map.entry("student", Field.STUDENT),
          Map.entry("name", Field.NAME),
          Map.entry("full name", Field.NAME),
          Map.entry("first name", Field.FIRST_NAME),
          Map.entry("last name", Field.LAST_NAME),
          Map.entry("surname", Field.LAST_NAME),
          Map.entry("id", Field.CANVAS_OR_OWN_ID),
          Map.entry("sis user id", Field.ID),
          Map.entry("id number", Field.ID),
          Map.entry("sid", Field.ID),
          Map.entry("sis login id", Field.LOGIN),
          Map.entry("login", Field.LOGIN),
          Map.entry("username", Field.LOGIN),
          Map.entry("github username", Field.LOGIN),
          Map.entry("email", Field.EMAIL),
          Map.entry("email address", Field.EMAIL),
          Map.entry("section", Field.SECTION),
          Map.entry("sections", Field.SECTION),
          Map.entry("groups", Field.GROUPS),
          Map.entry("group", Field.GROUP),
          Map.entry("identifier", Field.IDENTIFIER),
          Map.entry("role", Field.ROLE),
          Map.entry("submission", Field.SUBMISSION));

  /** Who stands on Gradescope's roster and hands in nothing. */
  private static final Set<String> STAFF = Set.of("instructor", "ta", "reader");

  /** Moodle's name of somebody in its grading worksheet, in any language: "Participant 4711". */
  private static final Pattern PARTICIPANT = Pattern.compile("\\D*?([0-9]{1,20})");

  public Roster {
    students = List.copyOf(students);
  }

  /** No roster: nothing is known of anybody. */
  public static Roster none() {
    return new Roster("", List.of());
  }

  /** Whether there is no roster. */
  public boolean isNone() {
    return file.isEmpty();
  }

  /**
   * Reads a roster.
   *
   * @throws GradebookError if the file cannot be read or is no roster
   */
  public static Roster read(Path file) throws GradebookError {
    return read(file.toString(), CsvTable.bytes(file, "--roster"));
  }

  /**
   * Reads a roster from a text.
   *
   * @param name the file that messages name
   * @throws GradebookError if it is no roster
   */
  public static Roster read(String name, String text) throws GradebookError {
    return read(name, text.getBytes(StandardCharsets.UTF_8));
  }

  static Roster read(String name, byte[] bytes) throws GradebookError {
    Troubles troubles = new Troubles(name);
    CsvTable table = CsvTable.read(name, bytes, "name,id,email");
    Map<Field, Integer> columns = table.columns(HEADINGS, troubles);
    Set<Field> tellers = new HashSet<>(columns.keySet());
    tellers.removeAll(Set.of(Field.SECTION, Field.GROUPS, Field.GROUP, Field.ROLE));
    tellers.remove(Field.SUBMISSION);
    if (tellers.isEmpty()) {
      troubles.add(
          table.headerLine(),
          "no column says who a student is",
          "name the columns in the first row: submission, name, id, login, email, section, group, or"
              + " as Canvas, Moodle or Gradescope name them in English");
    }
    List<Student> students = new ArrayList<>();
    for (Row row : table.rows()) {
      Student student = student(row, columns);
      if (isNobody(row, columns)) {
        continue;
      }
      if (List.of(
              student.name(), student.canvasId(), student.id(), student.login(), student.email())
          .stream()
          .allMatch(String::isEmpty)) {
        if (!columns.containsKey(Field.STUDENT)) {
          troubles.add(
              row.line(),
              "the row says of no student who it is",
              "write a name, an id, a login or an email, or remove the row");
        }
        // Canvas has rows below its header that are about assignments.
        continue;
      }
      checkCharacters(row, columns, troubles);
      students.add(student);
    }
    distinct("ID", students, Student::canvasId, troubles);
    distinct("id", students, Student::id, troubles);
    distinct("login", students, s -> s.login().toLowerCase(Locale.ROOT), troubles);
    distinct("email", students, s -> s.email().toLowerCase(Locale.ROOT), troubles);
    troubles.throwIfAny();
    if (students.isEmpty()) {
      throw troubles.only(0, "there is no student on the roster", "add a row for each");
    }
    return new Roster(name, students);
  }

  private static boolean isNobody(Row row, Map<Field, Integer> columns) {
    // Canvas writes "    Points Possible" where a name would be.
    return row.cell(columns.getOrDefault(Field.STUDENT, -1)).startsWith("Points Possible")
        || STAFF.contains(row.cell(columns.getOrDefault(Field.ROLE, -1)).toLowerCase(Locale.ROOT));
  }

  private static Student student(Row row, Map<Field, Integer> columns) {
    Function<Field, String> cell = f -> row.cell(columns.getOrDefault(f, -1));
    boolean canvas = columns.containsKey(Field.STUDENT);
    String own = cell.apply(Field.CANVAS_OR_OWN_ID);
    String first = cell.apply(Field.FIRST_NAME);
    String last = cell.apply(Field.LAST_NAME);
    String name = cell.apply(Field.STUDENT);
    name = name.isEmpty() ? cell.apply(Field.NAME) : name;
    name = name.isEmpty() ? (first + " " + last).strip() : name;
    String id = cell.apply(Field.ID);
    Matcher participant = PARTICIPANT.matcher(cell.apply(Field.IDENTIFIER));
    return new Student(
        row.line(),
        name,
        last,
        first,
        canvas ? own : "",
        id.isEmpty() && !canvas ? own : id,
        cell.apply(Field.LOGIN),
        cell.apply(Field.EMAIL),
        cell.apply(Field.SECTION),
        Arrays.stream(cell.apply(Field.GROUPS).split("[,;]", -1))
            .map(String::strip)
            .filter(g -> !g.isEmpty())
            .toList(),
        cell.apply(Field.GROUP),
        participant.matches() ? participant.group(1) : "",
        cell.apply(Field.SUBMISSION));
  }

  private static void checkCharacters(Row row, Map<Field, Integer> columns, Troubles troubles) {
    for (int column : columns.values()) {
      String cell = row.cell(column);
      if (!cell.codePoints().allMatch(Troubles::isHarmless)) {
        troubles.add(
            row.line(),
            "%s holds a line break or another control character".formatted(Troubles.quote(cell)),
            "remove it");
      }
    }
  }

  private static void distinct(
      String what, List<Student> students, Function<Student, String> key, Troubles troubles) {
    Map<String, Integer> lines = new HashMap<>();
    for (Student student : students) {
      String value = key.apply(student);
      if (value.isEmpty()) {
        continue;
      }
      Integer first = lines.putIfAbsent(value, student.line());
      if (first != null) {
        troubles.add(
            student.line(),
            "the %s %s is also in line %d".formatted(what, Troubles.quote(value), first),
            "write each student once, with their own %s".formatted(what));
      }
    }
  }

  /**
   * The students that somebody may mean by a word, as it stands in a table of ours: by id, login or
   * email, and only where none of these fits, by name.
   */
  List<Student> called(String word) {
    if (word.isEmpty()) {
      // What the roster does not say of a student is empty, too.
      return List.of();
    }
    List<Student> known =
        students.stream()
            .filter(
                s ->
                    s.id().equals(word)
                        || s.canvasId().equals(word)
                        || s.login().equalsIgnoreCase(word)
                        || s.email().equalsIgnoreCase(word))
            .toList();
    String key = Names.key(word);
    return known.isEmpty() && !key.isEmpty()
        ? students.stream().filter(s -> Names.key(s.name()).equals(key)).toList()
        : known;
  }
}
