package org.bootgrade.gradebook;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The grades of a class as Canvas and Moodle import them: {@code grades.csv}.
 *
 * <p>Canvas's gradebook import asks for exactly these columns in this order, and takes every
 * further one for an assignment; so there is none for the address. It knows a student by {@code
 * ID}, its own number, else by {@code SIS User ID} or {@code SIS Login ID}, else by name; an empty
 * cell is no grade (its {@code lib/gradebook_importer.rb}). Moodle's CSV import lets one choose the
 * column that tells the student: {@code SIS User ID} is the ID number, {@code SIS Login ID} the
 * user name, or the address where the roster has no user name; it ignores the columns that one does
 * not map (its {@code grade/import/csv}).
 *
 * <p>Text that a spreadsheet would take for a formula begins with an apostrophe. Numbers do not,
 * whatever their sign.
 *
 * @param csv the table, with line ends as RFC 4180 has them
 * @param problems what to mind when it is imported
 */
public record GradeSheet(String csv, List<Problem> problems) {

  /** The file's name. */
  public static final String FILE = "grades.csv";

  /** What a spreadsheet takes for the start of a formula or a command. */
  private static final String STARTS_FORMULA = "=+-@＝＋－＠";

  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+([.,][0-9]+)?");

  /** In whatever heading Canvas finds one of these, it leaves the column out. */
  private static final Pattern NO_ASSIGNMENT =
      Pattern.compile("(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)");

  /** What Moodle takes where nobody has raised it; one cell above it stops the whole import. */
  private static final BigDecimal MOODLE_MOST = BigDecimal.valueOf(100);

  public GradeSheet {
    problems = List.copyOf(problems);
  }

  /** Who a row is about, as the LMS knows them. */
  record Who(String student, String id, String sisUserId, String sisLoginId, String section) {

    static Who of(Student student) {
      return new Who(
          student.called(),
          student.canvasId(),
          student.id(),
          student.login().isEmpty() ? student.email() : student.login(),
          student.section());
    }
  }

  /** A row; no score is an empty cell, which is never 0. */
  record Line(Who who, @Nullable BigDecimal score) {}

  /** Who handed in a submission, as far as its name and the file beside it tell. */
  static List<Who> told(String submission, GradescopeMetadata gradescope) {
    GradescopeMetadata.Entry entry = gradescope.entries().get(submission);
    if (entry != null && !entry.submitters().isEmpty()) {
      return entry.submitters().stream()
          .map(s -> new Who(s.name().isEmpty() ? submission : s.name(), "", s.sid(), s.email(), ""))
          .toList();
    }
    FileName name = FileName.of(submission);
    return List.of(
        new Who(
            name.name(),
            // Moodle's number is of this assignment only.
            name.form() == FileName.Form.CANVAS ? name.number() : "",
            "",
            "",
            ""));
  }

  static GradeSheet write(String column, List<Line> lines, List<Problem> told) {
    StringBuilder csv = new StringBuilder();
    row(csv, List.of("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column));
    for (Line line : lines) {
      Who who = line.who();
      BigDecimal score = line.score();
      row(
          csv,
          List.of(
              who.student(),
              who.id(),
              who.sisUserId(),
              who.sisLoginId(),
              who.section(),
              score == null ? "" : score.toPlainString()));
    }
    List<Problem> problems = new ArrayList<>(told);
    warn(column, lines, problems);
    return new GradeSheet(csv.toString(), problems);
  }

  private static void warn(String column, List<Line> lines, List<Problem> problems) {
    if (NO_ASSIGNMENT.matcher(column).find()) {
      note(
          problems,
          "Canvas leaves out a column whose heading has such words: %s"
              .formatted(Troubles.quote(column)),
          "give the assignment another title, or the rubric an lms-column");
    }
    warnOfGaps("SIS User ID", lines, Who::sisUserId, problems);
    warnOfGaps("SIS Login ID", lines, Who::sisLoginId, problems);
    long nameless =
        lines.stream()
            .map(Line::who)
            .filter(w -> w.id().isEmpty() && w.sisUserId().isEmpty() && w.sisLoginId().isEmpty())
            .count();
    if (nameless > 0) {
      note(
          problems,
          "%s no number, login or address"
              .formatted(nameless == 1 ? "1 row has" : nameless + " rows have"),
          "Canvas finds them by name alone and Moodle not at all: grade with the roster of your LMS");
    }
    long spoilt =
        lines.stream()
            .map(Line::who)
            .filter(w -> isFormula(w.id()) || isFormula(w.sisUserId()) || isFormula(w.sisLoginId()))
            .count();
    if (spoilt > 0) {
      note(
          problems,
          "%s a number or login that a spreadsheet would take for a formula"
              .formatted(spoilt == 1 ? "1 row has" : spoilt + " rows have"),
          "enter the grade by hand: the LMS does not know it with the apostrophe before it");
    }
    if (lines.stream().anyMatch(l -> l.score() == null)) {
      note(
          problems,
          "some cells are empty, as there is no score",
          "in Moodle map the column onto the assignment that is there: a \"new grade item\" takes"
              + " empty cells for 0");
    }
    if (lines.stream().map(Line::score).anyMatch(s -> s != null && s.compareTo(MOODLE_MOST) > 0)) {
      note(
          problems,
          "some scores are above 100",
          "Moodle refuses the whole table for one of them, unless its administrator allows"
              + " unlimited grades");
    }
  }

  /**
   * Moodle's import does not begin anew with each row: one in which the column is empty that tells
   * the student gives its grade to the student of the row above.
   */
  private static void warnOfGaps(
      String name, List<Line> lines, Function<Who, String> cell, List<Problem> problems) {
    long empty = lines.stream().filter(l -> cell.apply(l.who()).isEmpty()).count();
    if (empty > 0 && empty < lines.size()) {
      note(
          problems,
          "%d of %d rows have no %s".formatted(empty, lines.size(), name),
          "in Moodle do not let this column tell the student: a row without it changes the grade of"
              + " the one above");
    }
  }

  private static void note(List<Problem> problems, String what, String mend) {
    problems.add(new Problem(FILE, 0, what, mend));
  }

  private static void row(StringBuilder out, List<String> cells) {
    out.append(cells.stream().map(GradeSheet::cell).collect(Collectors.joining(",")))
        .append("\r\n");
  }

  /** A cell of one line. */
  static String cell(String text) {
    StringBuilder visible = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Troubles.isHarmless(c)) {
                visible.appendCodePoint(c);
              } else {
                visible.append("\\u{%x}".formatted(c));
              }
            });
    String safe = (isFormula(text) ? "'" : "") + visible;
    return safe.matches("[^\",;]*") && safe.equals(safe.strip())
        ? safe
        : "\"" + safe.replace("\"", "\"\"") + "\"";
  }

  private static boolean isFormula(String text) {
    String first = text.stripLeading();
    return !first.isEmpty()
        && STARTS_FORMULA.indexOf(first.charAt(0)) >= 0
        && !NUMBER.matcher(text).matches();
  }
}
