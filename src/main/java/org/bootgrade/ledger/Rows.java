package org.bootgrade.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What rows mean. */
final class Rows {

  /** The columns that {@link #submission} reads, of a table called s. */
  static final String SUBMISSION =
      "s.id, s.course, s.assignment, s.student, s.name, s.archive, s.bytes, s.received_at, s.origin";

  private Rows() {}

  /** As precise as both databases keep it. */
  static Instant now(InstantSource clock) {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  static Submission submission(ResultSet row) throws SQLException {
    return new Submission(
        row.getObject("id", UUID.class),
        row.getString("course"),
        row.getString("assignment"),
        row.getString("student"),
        row.getString("name"),
        row.getString("archive"),
        row.getLong("bytes"),
        row.getTimestamp("received_at").toInstant(),
        row.getString("origin"));
  }

  static Grading grading(ResultSet row) throws SQLException {
    Grading.Status status = Grading.Status.of(row.getString("status"));
    return new Grading(
        row.getObject("id", UUID.class),
        row.getObject("submission", UUID.class),
        row.getInt("number"),
        status,
        row.getInt("attempt"),
        row.getString("step"),
        row.getTimestamp("queued_at").toInstant(),
        instant(row, "started_at"),
        instant(row, "finished_at"),
        status.over()
            ? new Grading.Outcome(
                status, row.getString("result"), row.getString("files"), row.getString("reason"))
            : null);
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column) == null ? null : row.getTimestamp(column).toInstant();
  }

  static Token token(ResultSet row) throws SQLException {
    return new Token(
        row.getString("id"),
        row.getString("secret"),
        row.getString("name"),
        Set.of(row.getString("scopes").split(" ")),
        row.getString("course"),
        row.getTimestamp("created_at").toInstant());
  }
}
