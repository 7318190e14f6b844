package org.bootgrade.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jdbi.v3.core.Handle;

/** What is to be told to others, and what became of it. */
public final class Deliveries {

  private static final String SELECT =
      "select d.id as delivery, d.receiver, d.state, d.attempts, d.said, d.created_at, d.tried_at,"
          + " g.id as grading from deliveries d join gradings g on g.id = d.grading";

  private static final int LONGEST_SAID = 500;

  private final Transactions transactions;
  private final InstantSource clock;

  Deliveries(Transactions transactions, InstantSource clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Writes one down that is to be made. */
  UUID add(Handle handle, String receiver, UUID grading) {
    UUID id = UUID.randomUUID();
    handle
        .createUpdate(
            "insert into deliveries (id, receiver, grading, state, attempts, said, created_at)"
                + " values (:id, :receiver, :grading, 'waiting', 0, '', :now)")
        .bind("id", id)
        .bind("receiver", receiver)
        .bind("grading", grading)
        .bind("now", Rows.now(clock))
        .execute();
    return id;
  }

  /** One of them, where there is one. */
  public Optional<Delivery> find(UUID id) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery(SELECT + " where d.id = :id")
                .bind("id", id)
                .map((row, context) -> delivery(handle, row))
                .findOne());
  }

  /**
   * Those in a state, the last ones first.
   *
   * @param most no more than that
   */
  public List<Delivery> all(Delivery.State state, int most) throws InfrastructureFailure {
    return transactions.in(
        handle ->
            handle
                .createQuery(
                    SELECT + " where d.state = :state order by d.created_at desc, d.id limit :most")
                .bind("state", state.word())
                .bind("most", most)
                .map((row, context) -> delivery(handle, row))
                .list());
  }

  /**
   * Notes an attempt.
   *
   * @param state what became of the delivery by it
   * @param said what the receiver said, or what kept it from being told
   */
  public void tried(UUID id, Delivery.State state, String said) throws InfrastructureFailure {
    transactions.in(
        handle ->
            handle
                .createUpdate(
                    "update deliveries set state = :state, said = :said, attempts = attempts + 1,"
                        + " tried_at = :now where id = :id and state = 'waiting'")
                .bind("state", state.word())
                .bind("said", said.substring(0, Math.min(said.length(), LONGEST_SAID)))
                .bind("now", Rows.now(clock))
                .bind("id", id)
                .execute());
  }

  /**
   * Lets a dead one be tried again, from the beginning.
   *
   * @return whether it was dead
   */
  public boolean replay(UUID id, Outgoing outbox) throws InfrastructureFailure {
    return transactions.in(
        handle -> {
          int waiting =
              handle
                  .createUpdate(
                      "update deliveries set state = 'waiting', attempts = 0"
                          + " where id = :id and state = 'dead'")
                  .bind("id", id)
                  .execute();
          if (waiting == 0) {
            return false;
          }
          outbox.add(id);
          return true;
        });
  }

  /** Of both databases only the columns' names in a result are sure, so other tables are asked. */
  private static Delivery delivery(Handle handle, ResultSet row) throws SQLException {
    Grading grading =
        handle
            .createQuery("select * from gradings where id = :id")
            .bind("id", row.getObject("grading", UUID.class))
            .map((found, context) -> Rows.grading(found))
            .one();
    Submission submission =
        handle
            .createQuery("select " + Rows.SUBMISSION + " from submissions s where s.id = :id")
            .bind("id", grading.submission())
            .map((found, context) -> Rows.submission(found))
            .one();
    return new Delivery(
        row.getObject("delivery", UUID.class),
        row.getString("receiver"),
        submission,
        grading,
        Delivery.State.of(row.getString("state")).orElseThrow(),
        row.getInt("attempts"),
        row.getString("said"),
        row.getTimestamp("created_at").toInstant(),
        Rows.instant(row, "tried_at"));
  }
}
