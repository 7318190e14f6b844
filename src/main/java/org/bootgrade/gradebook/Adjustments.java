package org.bootgrade.gradebook;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.gradebook.CsvTable.Row;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.rubric.Criterion;
import org.bootgrade.rubric.Points;
import org.bootgrade.rubric.Rubric;
import org.jspecify.annotations.Nullable;

/**
 * What an instructor changes by hand: a CSV file with the columns {@code submission} or {@code
 * student}, {@code points}, {@code reason}, and if wanted {@code criterion}. It is no result of
 * grading, so it survives each.
 *
 * <p>{@code points} are added to the score: {@code +5} or {@code -2.5}. With {@code =} it is set:
 * {@code =80} is the score then, whatever it was, also of a submission that has none; beside a
 * criterion, {@code =10} is what that criterion brings. Spreadsheets make plain numbers of {@code
 * +5} and {@code =80}, so a plain number is refused, and {@code add 5} and {@code set 80} mean the
 * same.
 *
 * <p>Rows of a student count for that student only, also where others share the submission. They
 * are applied in the order of the file, after the deduction for coming late.
 */
public final class Adjustments {

  private enum Field {
    SUBMISSION,
    STUDENT,
    CRITERION,
    POINTS,
    REASON
  }

  private static final Map<String, Field> HEADINGS =
      Map.of(
          "submission", Field.SUBMISSION,
          "student", Field.STUDENT,
          "criterion", Field.CRITERION,
          "points", Field.POINTS,
          "reason", Field.REASON);

  /** As many digits as a rubric's points have. */
  private static final Pattern POINTS =
      Pattern.compile("(=|set |add |[+\u2212-]) *([0-9]{1,6}(?:\\.[0-9]{1,4})?)");

  private final String file;
  private final List<Adjustment> adjustments;

  private Adjustments(String file, List<Adjustment> adjustments) {
    this.file = file;
    this.adjustments = List.copyOf(adjustments);
  }

  /**
   * One change.
   *
   * @param whom whose
   * @param criterion the criterion that it is about, or null for the whole
   * @param set whether it replaces what was there, in place of being added to it
   * @param points what is set or added
   * @param reason for the student
   */
  record Adjustment(
      Whom whom, @Nullable String criterion, boolean set, BigDecimal points, String reason) {

    /** The same as it would be in the first line. */
    private Adjustment anywhere() {
      return new Adjustment(
          new Whom(whom.submission(), whom.student(), 0), criterion, set, points, reason);
    }
  }

  /** No adjustments. */
  public static Adjustments none() {
    return new Adjustments("", List.of());
  }

  /**
   * Reads a table.
   *
   * @param rubric whose criteria it may name
   * @throws GradebookError if the file cannot be read or is no such table
   */
  public static Adjustments read(Path file, Rubric rubric) throws GradebookError {
    return read(file.toString(), CsvTable.bytes(file, "--adjustments"), rubric);
  }

  /**
   * Reads a table from a text.
   *
   * @param name the file that messages name
   * @throws GradebookError if it is no such table
   */
  public static Adjustments read(String name, String text, Rubric rubric) throws GradebookError {
    return read(name, text.getBytes(StandardCharsets.UTF_8), rubric);
  }

  static Adjustments read(String name, byte[] bytes, Rubric rubric) throws GradebookError {
    Troubles troubles = new Troubles(name);
    CsvTable table = CsvTable.read(name, bytes, "submission,points,reason");
    Map<Field, Integer> columns = table.columns(HEADINGS, troubles);
    boolean somebody = columns.containsKey(Field.SUBMISSION) || columns.containsKey(Field.STUDENT);
    if (!somebody || !columns.containsKey(Field.POINTS) || !columns.containsKey(Field.REASON)) {
      troubles.add(
          table.headerLine(),
          "the first row does not name the columns of adjustments",
          "write: submission,points,reason or student,criterion,points,reason");
      troubles.throwIfAny();
    }
    // A misspelt column would be left out, and a change of a criterion be one of the whole.
    for (String heading : table.header()) {
      if (!HEADINGS.containsKey(heading)) {
        troubles.add(
            table.headerLine(),
            "there is no column %s in adjustments".formatted(Troubles.quote(heading)),
            "known are submission, student, criterion, points, reason");
      }
    }
    List<Adjustment> adjustments = new ArrayList<>();
    for (Row row : table.rows()) {
      Adjustment adjustment = adjustment(row, columns, rubric, troubles);
      if (adjustment != null) {
        adjustments.add(adjustment);
      }
    }
    troubles.throwIfAny();
    return new Adjustments(name, adjustments);
  }

  String file() {
    return file;
  }

  List<Adjustment> all() {
    return adjustments;
  }

  /**
   * Rows that count and may not be meant: one that is there twice, one that sets anew what another
   * one sets, and one that brings more than there is.
   */
  List<Problem> doubtful(Rubric rubric) {
    List<Problem> problems = new ArrayList<>();
    Map<Adjustment, Integer> lines = new HashMap<>();
    Map<List<Object>, Adjustment> sets = new HashMap<>();
    BigDecimal all =
        rubric.criteria().stream().map(Criterion::points).reduce(BigDecimal.ZERO, BigDecimal::add);
    for (Adjustment adjustment : adjustments) {
      int line = adjustment.whom().line();
      Integer first = lines.putIfAbsent(adjustment.anywhere(), line);
      if (first != null && !adjustment.set()) {
        problems.add(
            new Problem(
                file,
                line,
                "the row says the same as line %d, and both count".formatted(first),
                "remove one of them if that is not meant"));
      }
      Adjustment before =
          adjustment.set()
              ? sets.put(
                  List.of(
                      adjustment.anywhere().whom(), Optional.ofNullable(adjustment.criterion())),
                  adjustment)
              : null;
      if (before != null && before.points().compareTo(adjustment.points()) != 0) {
        problems.add(
            new Problem(
                file,
                line,
                "the row sets anew what line %d sets to %s"
                    .formatted(before.whom().line(), before.points().toPlainString()),
                "remove one of them; the later one counts"));
      }
      String id = adjustment.criterion();
      BigDecimal worth = id == null ? all : rubric.criterion(id).map(Criterion::points).orElse(all);
      if (adjustment.points().compareTo(worth) > 0) {
        problems.add(
            new Problem(
                file,
                line,
                "%s points %s more than the %s that %s worth"
                    .formatted(
                        adjustment.points().toPlainString(),
                        adjustment.set() ? "are set, which is" : "are added, which is",
                        worth.toPlainString(),
                        id == null ? "all criteria together are" : id + " is"),
                "see whether that is meant; it counts as it stands"));
      }
    }
    return problems;
  }

  private static @Nullable Adjustment adjustment(
      Row row, Map<Field, Integer> columns, Rubric rubric, Troubles troubles) {
    Whom whom =
        new Whom(
            row.cell(columns.getOrDefault(Field.SUBMISSION, -1)),
            row.cell(columns.getOrDefault(Field.STUDENT, -1)),
            row.line());
    String criterion = row.cell(columns.getOrDefault(Field.CRITERION, -1));
    String points = row.cell(columns.getOrDefault(Field.POINTS, -1));
    String reason = row.cell(columns.getOrDefault(Field.REASON, -1));
    boolean right = true;
    if (whom.submission().isEmpty() && whom.student().isEmpty()) {
      troubles.add(
          row.line(), "the row names no submission", "name one, or a student, or remove the row");
      right = false;
    }
    if (!criterion.isEmpty() && rubric.criterion(criterion).isEmpty()) {
      troubles.add(
          row.line(),
          "%s is no criterion of the rubric".formatted(Troubles.quote(criterion)),
          "write one of %s, or nothing for the whole"
              .formatted(
                  String.join(", ", rubric.criteria().stream().map(Criterion::id).toList())));
      right = false;
    }
    if (reason.isEmpty()) {
      troubles.add(
          row.line(), "the row gives no reason", "write for the student why points are changed");
      right = false;
    } else if (!reason.codePoints().allMatch(c -> c == '\n' || Troubles.isHarmless(c))) {
      troubles.add(row.line(), "the reason holds a control character", "remove it");
      right = false;
    }
    Matcher amount = POINTS.matcher(points);
    if (!amount.matches()) {
      troubles.add(
          row.line(),
          "%s is no change of points".formatted(Troubles.quote(points)),
          "write +5, -2.5 or =80 to set it; \"add 5\" and \"set 80\" where a spreadsheet makes plain"
              + " numbers of them");
      return null;
    }
    if (!right) {
      return null;
    }
    String how = amount.group(1).strip();
    BigDecimal value = Points.plain(new BigDecimal(amount.group(2)));
    return new Adjustment(
        whom,
        criterion.isEmpty() ? null : criterion,
        how.equals("=") || how.equals("set"),
        how.equals("-") || how.equals("\u2212") ? value.negate() : value,
        reason);
  }
}
