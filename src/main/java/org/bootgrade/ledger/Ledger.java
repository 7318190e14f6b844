package org.bootgrade.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.bootgrade.evidence.InfrastructureFailure;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;

/**
 * The service's database. Safe for use by several threads, and by several processes where the
 * database {@linkplain Database#shared() is shared}.
 */
public final class Ledger implements AutoCloseable {

  /** How long a caller waits for a connection before it is told that there is none. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** More than one for each job, request and the scheduler at once are never in use for long. */
  private static final int CONNECTIONS = 16;

  private final Database database;
  private final HikariDataSource pool;
  private final Transactions transactions;
  private final Deliveries deliveries;
  private final InstantSource clock;

  private Ledger(Database database, HikariDataSource pool, InstantSource clock) {
    this.database = database;
    this.pool = pool;
    this.transactions = new Transactions(database, pool);
    this.deliveries = new Deliveries(transactions, clock);
    this.clock = clock;
  }

  /**
   * Opens a database, and brings its tables to this version's form.
   *
   * @throws InfrastructureFailure when it cannot be reached, is in use by another process, or is of
   *     a newer version
   */
  public static Ledger open(Database database, InstantSource clock) throws InfrastructureFailure {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setConnectionTimeout(PATIENCE.toMillis());
    // A database that comes later is waited for by whoever asks, not here.
    config.setInitializationFailTimeout(-1);
    config.setPoolName("ledger");
    HikariDataSource pool = new HikariDataSource(config);
    boolean opened = false;
    try {
      Flyway.configure()
          .dataSource(pool)
          .locations("classpath:org/bootgrade/ledger")
          .validateMigrationNaming(true)
          .load()
          .migrate();
      opened = true;
      return new Ledger(database, pool, clock);
    } catch (FlywayException e) {
      throw Transactions.unusable(database, e);
    } finally {
      if (!opened) {
        pool.close();
      }
    }
  }

  /** Connections for a library that keeps its own tables here. */
  public DataSource connections() {
    return transactions.connections();
  }

  /** What is to be told to others. */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** Which database it is. */
  public Database database() {
    return database;
  }

  /**
   * Whether the database answers.
   *
   * @throws InfrastructureFailure when it does not
   */
  public void ping() throws InfrastructureFailure {
    transactions.in(handle -> handle.createQuery("select 1").mapTo(Integer.class).one());
  }

  /**
   * Keeps a submission and queues its grading: both or none.
   *
   * @throws InfrastructureFailure when the database fails
   */
  public Receipt receive(HandedIn in, Queue queue) throws InfrastructureFailure {
    try {
      return transactions.in(
          handle -> {
            Optional<Submission> before = known(handle, in);
            return before.isPresent() ? again(in, before.get()) : fresh(handle, in, queue);
          });
    } catch (InfrastructureFailure e) {
      if (!Transactions.isDuplicate(e)) {
        throw e;
      }
      // The same call was made twice at once, and the other one came first.
      return transactions.in(handle -> again(in, known(handle, in).orElseThrow()));
    }
  }

  private static Receipt again(HandedIn in, Submission before) {
    return in.is(before) ? new Receipt.Taken(before, false) : new Receipt.KeyInUse(before);
  }

  private static Optional<Submission> known(Handle handle, HandedIn in) {
    if (in.idempotencyKey() == null) {
      return Optional.empty();
    }
    return handle
        .createQuery(
            "select "
                + Rows.SUBMISSION
                + " from submissions s where s.origin = :origin and s.idempotency_key = :key")
        .bind("origin", in.origin())
        .bind("key", in.idempotencyKey())
        .map((row, context) -> Rows.submission(row))
        .findOne();
  }

  private Receipt fresh(Handle handle, HandedIn in, Queue queue) {
    Submission submission =
        new Submission(
            UUID.randomUUID(),
            in.course(),
            in.assignment(),
            in.student(),
            in.name(),
            in.archive(),
            in.bytes(),
            now(),
            in.origin());
    handle
        .createUpdate(
            "insert into submissions (id, course, assignment, student, name, archive, bytes,"
                + " received_at, origin, idempotency_key) values (:id, :course, :assignment,"
                + " :student, :name, :archive, :bytes, :receivedAt, :origin, :key)")
        .bind("id", submission.id())
        .bind("course", submission.course())
        .bind("assignment", submission.assignment())
        .bind("student", submission.student())
        .bind("name", submission.name())
        .bind("archive", submission.archive())
        .bind("bytes", submission.bytes())
        .bind("receivedAt", submission.receivedAt())
        .bind("origin", submission.origin())
        .bind("key", in.idempotencyKey())
        .execute();
    long turn = nextTurn(handle, in.course());
    UUID grading = UUID.randomUUID();
    handle
        .createUpdate(
            "insert into gradings (id, submission, number, turn, status, attempt, step, queued_at)"
                + " values (:id, :submission, 1, :turn, 'queued', 0, '', :now)")
        .bind("id", grading)
        .bind("submission", submission.id())
        .bind("turn", turn)
        .bind("now", submission.receivedAt())
        .execute();
    queue.add(grading, turn);
    return new Receipt.Taken(submission, true);
  }

  /**
   * A course's next turn: the one after its last, but none that has passed. So a course that hands
   * in a hundred at once waits behind one that hands in a single one, and what nobody asked for is
   * not saved up. Whoever asks holds the first row until its transaction ends, so turns are given
   * out one after another.
   */
  private static long nextTurn(Handle handle, String course) {
    for (String name : List.of("", course)) {
      handle
          .createUpdate(
              "insert into shares (course, turn) values (:course, 0) on conflict do nothing")
          .bind("course", name)
          .execute();
    }
    long passed = lockedTurn(handle, "");
    long turn = Math.max(passed, lockedTurn(handle, course));
    handle
        .createUpdate("update shares set turn = :turn where course = :course")
        .bind("turn", turn + 1)
        .bind("course", course)
        .execute();
    return turn;
  }

  private static long lockedTurn(Handle handle, String course) {
    return handle
        .createQuery("select turn from shares where course = :course for update")
        .bind("course", course)
        .mapTo(Long.class)
        .one();
  }

  /** A submission, where there is one. */
  public Optional<Submission> submission(UUID id) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery("select " + Rows.SUBMISSION + " from submissions s where s.id = :id")
                .bind("id", id)
                .map((row, context) -> Rows.submission(row))
                .findOne());
  }

  /** The grading of a submission that holds: the last one. */
  public Optional<Grading> lastGrading(UUID submission) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery(
                    "select * from gradings where submission = :submission"
                        + " order by number desc limit 1")
                .bind("submission", submission)
                .map((row, context) -> Rows.grading(row))
                .findOne());
  }

  /** How many gradings come before one, roughly: others may overtake it. */
  public int before(Grading grading) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery(
                    "select count(*) from gradings g join gradings own on own.id = :id"
                        + " where g.status = 'queued' and g.turn < own.turn")
                .bind("id", grading.id())
                .mapTo(Integer.class)
                .one());
  }

  /**
   * Begins with a grading. Whoever has begun with it before cannot write to it any more.
   *
   * @param worker who begins
   * @return empty where it is over
   */
  public Optional<Attempt> begin(UUID grading, String worker) throws InfrastructureFailure {
    return transactions.in(
        handle -> {
          int begun =
              handle
                  .createUpdate(
                      "update gradings set status = 'grading', attempt = attempt + 1,"
                          + " worker = :worker, step = '', started_at = :now"
                          + " where id = :id and status in ('queued', 'grading')")
                  .bind("worker", worker)
                  .bind("now", now())
                  .bind("id", grading)
                  .execute();
          if (begun == 0) {
            return Optional.empty();
          }
          handle
              .createUpdate(
                  "update shares set turn = (select turn from gradings where id = :id)"
                      + " where course = '' and turn < (select turn from gradings where id = :id)")
              .bind("id", grading)
              .execute();
          return handle
              .createQuery(
                  "select g.attempt, "
                      + Rows.SUBMISSION
                      + " from gradings g join submissions s on s.id = g.submission"
                      + " where g.id = :id")
              .bind("id", grading)
              .map(
                  (row, context) ->
                      new Attempt(grading, row.getInt("attempt"), Rows.submission(row)))
              .findOne();
        });
  }

  /**
   * Says what is being done.
   *
   * @return whether the attempt is still the last
   */
  public boolean step(Attempt attempt, String step) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                    .createUpdate(
                        "update gradings set step = :step where id = :id and attempt = :attempt"
                            + " and status = 'grading'")
                    .bind("step", step.substring(0, Math.min(step.length(), 500)))
                    .bind("id", attempt.grading())
                    .bind("attempt", attempt.number())
                    .execute()
                == 1);
  }

  /**
   * Ends a grading, and sees to it that others are told: both or none.
   *
   * @param receivers who is told
   * @param outbox what tells them
   * @return whether it was the attempt's to end
   */
  public boolean finish(
      Attempt attempt, Grading.Outcome outcome, List<String> receivers, Outgoing outbox)
      throws InfrastructureFailure {
    return transactions.in(
        handle -> {
          int ended =
              handle
                  .createUpdate(
                      "update gradings set status = :status, step = '', finished_at = :now,"
                          + " result = :result, files = :files, reason = :reason"
                          + " where id = :id and attempt = :attempt and status = 'grading'")
                  .bind("status", outcome.status().word())
                  .bind("now", now())
                  .bind("result", outcome.result())
                  .bind("files", outcome.files())
                  .bind("reason", outcome.reason())
                  .bind("id", attempt.grading())
                  .bind("attempt", attempt.number())
                  .execute();
          if (ended == 0) {
            return false;
          }
          for (String receiver : receivers) {
            outbox.add(deliveries.add(handle, receiver, attempt.grading()));
          }
          return true;
        });
  }

  /** Lets a grading wait again, for another attempt. */
  public void giveBack(Attempt attempt) throws InfrastructureFailure {
    transactions.in(
        handle ->
            handle
                .createUpdate(
                    "update gradings set status = 'queued', step = ''"
                        + " where id = :id and attempt = :attempt and status = 'grading'")
                .bind("id", attempt.grading())
                .bind("attempt", attempt.number())
                .execute());
  }

  /** Keeps a token. */
  public void add(Token token) throws InfrastructureFailure {
    transactions.in(
        handle ->
            handle
                .createUpdate(
                    "insert into tokens (id, secret, name, scopes, course, created_at)"
                        + " values (:id, :secret, :name, :scopes, :course, :createdAt)")
                .bind("id", token.id())
                .bind("secret", token.secret())
                .bind("name", token.name())
                .bind("scopes", String.join(" ", new TreeSet<>(token.scopes())))
                .bind("course", token.course())
                .bind("createdAt", token.createdAt())
                .execute());
  }

  /** A token that has not been revoked. */
  public Optional<Token> token(String id) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery("select * from tokens where id = :id and revoked_at is null")
                .bind("id", id)
                .map((row, context) -> Rows.token(row))
                .findOne());
  }

  /** All tokens that have not been revoked, from the oldest on. */
  public List<Token> tokens() throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery(
                    "select * from tokens where revoked_at is null order by created_at, id")
                .map((row, context) -> Rows.token(row))
                .list());
  }

  /**
   * Ends a token.
   *
   * @return whether there was one
   */
  public boolean revoke(String id) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                    .createUpdate(
                        "update tokens set revoked_at = :now where id = :id and revoked_at is null")
                    .bind("now", now())
                    .bind("id", id)
                    .execute()
                == 1);
  }

  /**
   * Does something with {@link #connections} in one transaction: all of it or nothing.
   *
   * @throws InfrastructureFailure when the database fails
   */
  public void together(Runnable work) throws InfrastructureFailure {
    transactions.in(
        handle -> {
          work.run();
          return true;
        });
  }

  private Instant now() {
    return Rows.now(clock);
  }

  @Override
  public void close() {
    pool.close();
  }
}
