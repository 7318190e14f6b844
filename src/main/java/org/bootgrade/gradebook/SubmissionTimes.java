package org.bootgrade.gradebook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bootgrade.gradebook.CsvTable.Row;
import org.bootgrade.rubric.LocalTimes;
import org.jspecify.annotations.Nullable;

/**
 * When submissions were handed in, as the instructor says: a CSV file with the columns {@code
 * submission} or {@code student}, and {@code submitted}. A submission is named as its file, a
 * student by id, login, email or name. A time is {@code 2026-10-01 23:59} or {@code
 * 2026-10-01T23:59:30} of the rubric's zone, or has an offset: {@code 2026-10-01T21:59:30Z}. Where
 * clocks went back and showed a time twice, the earlier moment is meant, as no student is to lose
 * points by what nobody can know.
 *
 * <p>Of a student who shares a submission, the time counts for the others who have none of their
 * own.
 */
public final class SubmissionTimes {

  private enum Field {
    SUBMISSION,
    STUDENT,
    SUBMITTED
  }

  private static final Map<String, Field> HEADINGS =
      Map.of(
          "submission", Field.SUBMISSION,
          "student", Field.STUDENT,
          "submitted", Field.SUBMITTED,
          "submitted at", Field.SUBMITTED);

  /** A row. */
  record Time(Whom whom, Instant at) {}

  private final String file;
  private final List<Time> times;

  private SubmissionTimes(String file, List<Time> times) {
    this.file = file;
    this.times = List.copyOf(times);
  }

  /** No table. */
  public static SubmissionTimes none() {
    return new SubmissionTimes("", List.of());
  }

  /**
   * Reads a table.
   *
   * @param zone of the times without an offset, or null where there is none
   * @throws GradebookError if the file cannot be read or is no such table
   */
  public static SubmissionTimes read(Path file, @Nullable ZoneId zone) throws GradebookError {
    return read(file.toString(), CsvTable.bytes(file, "--submission-times"), zone);
  }

  /**
   * Reads a table from a text.
   *
   * @param name the file that messages name
   * @throws GradebookError if it is no such table
   */
  public static SubmissionTimes read(String name, String text, @Nullable ZoneId zone)
      throws GradebookError {
    return read(name, text.getBytes(StandardCharsets.UTF_8), zone);
  }

  static SubmissionTimes read(String name, byte[] bytes, @Nullable ZoneId zone)
      throws GradebookError {
    Troubles troubles = new Troubles(name);
    CsvTable table = CsvTable.read(name, bytes, "submission,submitted");
    Map<Field, Integer> columns = table.columns(HEADINGS, troubles);
    int submission = columns.getOrDefault(Field.SUBMISSION, -1);
    int student = columns.getOrDefault(Field.STUDENT, -1);
    int submitted = columns.getOrDefault(Field.SUBMITTED, -1);
    if (submitted < 0 || (submission < 0 && student < 0)) {
      troubles.add(
          table.headerLine(),
          "the first row does not name the columns of submission times",
          "write: submission,submitted or student,submitted");
      troubles.throwIfAny();
    }
    List<Time> times = new ArrayList<>();
    Map<List<String>, Integer> lines = new HashMap<>();
    for (Row row : table.rows()) {
      Whom whom = new Whom(row.cell(submission), row.cell(student), row.line());
      if (whom.submission().isEmpty() && whom.student().isEmpty()) {
        troubles.add(
            row.line(), "the row names no submission", "name one, or a student, or remove the row");
        continue;
      }
      Integer first = lines.putIfAbsent(List.of(whom.submission(), whom.student()), row.line());
      if (first != null) {
        troubles.add(
            row.line(),
            "there is a second time for %s, the first is in line %d"
                .formatted(whom.called(), first),
            "remove one of them");
      }
      Instant at = time(row.cell(submitted), row.line(), zone, troubles);
      if (at != null) {
        times.add(new Time(whom, at));
      }
    }
    troubles.throwIfAny();
    return new SubmissionTimes(name, times);
  }

  String file() {
    return file;
  }

  List<Time> times() {
    return times;
  }

  private static @Nullable Instant time(
      String text, int line, @Nullable ZoneId zone, Troubles troubles) {
    LocalDateTime local = LocalTimes.read(text).orElse(null);
    if (local != null && zone != null) {
      return LocalTimes.earliest(local, zone);
    }
    if (local != null) {
      troubles.add(
          line,
          "%s is a local time, and the rubric has no zone".formatted(Troubles.quote(text)),
          "add \"zone: Europe/Berlin\" or whichever is yours to the rubric, or write times with an"
              + " offset: 2026-10-01T21:59:30Z");
      return null;
    }
    try {
      if (text.matches(
          "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?"
              + "(Z|[+-][0-9]{2}:[0-9]{2})")) {
        return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
      }
    } catch (DateTimeException e) {
      // A day or an hour that no calendar has; told below.
    }
    troubles.add(
        line,
        "%s is no date and time".formatted(Troubles.quote(text)),
        "write 2026-10-01 23:59, a time of the rubric's zone, or 2026-10-01T21:59:30Z");
    return null;
  }
}
