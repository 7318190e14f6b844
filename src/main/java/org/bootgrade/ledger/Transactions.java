package org.bootgrade.ledger;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** A database's transactions, in which libraries of their own connections take part. */
final class Transactions {

  /** Of the SQL standard, as both databases keep to it. */
  private static final String UNIQUE_VIOLATION = "23505";

  private final Database database;
  private final Connections connections;
  private final Jdbi jdbi;

  Transactions(Database database, HikariDataSource pool) {
    this.database = database;
    this.connections = new Connections(pool);
    this.jdbi = Jdbi.create(pool);
  }

  /** What is done in a transaction. */
  interface Work<T> {
    T with(Handle handle);
  }

  DataSource connections() {
    return connections;
  }

  /**
   * Does something in a transaction: all of it or nothing.
   *
   * @throws InfrastructureFailure when the database fails
   */
  <T> T in(Work<T> work) throws InfrastructureFailure {
    try {
      return jdbi.inTransaction(
          handle -> {
            connections.share(handle.getConnection());
            try {
              return work.with(handle);
            } finally {
              connections.shareNoMore();
            }
          });
    } catch (RuntimeException e) {
      if (ofDatabase(e)) {
        throw unusable(database, e);
      }
      throw e;
    }
  }

  private static boolean ofDatabase(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException || cause instanceof JdbiException) {
        return true;
      }
    }
    return false;
  }

  static InfrastructureFailure unusable(Database database, Exception e) {
    return new InfrastructureFailure(
        "the database %s cannot be used (%s)".formatted(database.place(), reason(e)),
        "See that it runs and that this user may use it; what was handed in is kept.",
        e);
  }

  /** The innermost reason, in one line. */
  private static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** Whether a failure is that there is a row of that key already. */
  static boolean isDuplicate(InfrastructureFailure e) {
    return e.getCause() instanceof UnableToExecuteStatementException wrong
        && wrong.getCause() instanceof SQLException sql
        && UNIQUE_VIOLATION.equals(sql.getSQLState());
  }
}
