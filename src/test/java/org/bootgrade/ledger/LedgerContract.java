package org.bootgrade.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a ledger does on any database. */
abstract class LedgerContract {

  static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");

  private static final String ARCHIVE = "a".repeat(64);

  /** The turns that were given out, in their order. */
  private final List<Long> turns = new ArrayList<>();

  private final Queue queue = (grading, turn) -> turns.add(turn);

  /** The deliveries that are to be made. */
  private final List<UUID> outgoing = new ArrayList<>();

  private final Outgoing outbox = outgoing::add;

  abstract Ledger ledger();

  /** A course's name that no other test has: they share a database. */
  private final String course = "c-" + UUID.randomUUID();

  private HandedIn handedIn(String inCourse, @Nullable String key) {
    return new HandedIn(inCourse, "double-faults", "ada", "kernel", ARCHIVE, 7, "t1", key);
  }

  private Submission received() throws InfrastructureFailure {
    return ((Receipt.Taken) ledger().receive(handedIn(course, null), queue)).submission();
  }

  private Grading grading(Submission submission) throws InfrastructureFailure {
    return ledger().lastGrading(submission.id()).orElseThrow();
  }

  @Test
  void whatIsReceivedIsQueued() throws Exception {
    Submission submission = received();
    assertThat(ledger().submission(submission.id())).contains(submission);
    assertThat(submission.receivedAt()).isEqualTo(NOW);
    Grading grading = grading(submission);
    assertThat(grading.status()).isEqualTo(Grading.Status.QUEUED);
    assertThat(grading.attempt()).isZero();
    assertThat(grading.outcome()).isNull();
    assertThat(turns).hasSize(1);
  }

  @Test
  void theSameCallTwiceIsOneSubmission() throws Exception {
    String key = UUID.randomUUID().toString();
    Receipt first = ledger().receive(handedIn(course, key), queue);
    Receipt second = ledger().receive(handedIn(course, key), queue);
    assertThat(first)
        .isInstanceOfSatisfying(Receipt.Taken.class, t -> assertThat(t.fresh()).isTrue());
    assertThat(second).isEqualTo(new Receipt.Taken(((Receipt.Taken) first).submission(), false));
    assertThat(turns).hasSize(1);
  }

  @Test
  void aKeyIsForOneSubmission() throws Exception {
    String key = UUID.randomUUID().toString();
    ledger().receive(handedIn(course, key), queue);
    HandedIn other =
        new HandedIn(course, "double-faults", "ada", "kernel", "b".repeat(64), 7, "t1", key);
    assertThat(ledger().receive(other, queue)).isInstanceOf(Receipt.KeyInUse.class);
    assertThat(turns).hasSize(1);
  }

  @Test
  void theSameCallAtOnceIsOneSubmission() throws Exception {
    String key = UUID.randomUUID().toString();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Receipt>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(() -> ledger().receive(handedIn(course, key), (grading, turn) -> {}));
      }
      Set<UUID> submissions = new HashSet<>();
      int fresh = 0;
      for (Future<Receipt> call : callers.invokeAll(calls)) {
        Receipt.Taken taken = (Receipt.Taken) call.get();
        submissions.add(taken.submission().id());
        fresh += taken.fresh() ? 1 : 0;
      }
      assertThat(submissions).hasSize(1);
      assertThat(fresh).isEqualTo(1);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void whatCannotBeQueuedIsNotReceived() throws Exception {
    String key = UUID.randomUUID().toString();
    assertThatThrownBy(
            () ->
                ledger()
                    .receive(
                        handedIn(course, key),
                        (grading, turn) -> {
                          throw new IllegalStateException("no room");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(ledger().receive(handedIn(course, key), queue))
        .isInstanceOfSatisfying(Receipt.Taken.class, t -> assertThat(t.fresh()).isTrue());
  }

  @Test
  void onlyTheLastAttemptEndsAGrading() throws Exception {
    Submission submission = received();
    UUID id = grading(submission).id();
    Attempt slow = ledger().begin(id, "w1").orElseThrow();
    Attempt other = ledger().begin(id, "w2").orElseThrow();
    assertThat(other.number()).isEqualTo(2);
    assertThat(other.submission()).isEqualTo(submission);

    Grading.Outcome outcome = Grading.Outcome.judged(Grading.Status.GRADED, "{}", "c".repeat(64));
    assertThat(ledger().step(slow, "building")).isFalse();
    assertThat(ledger().finish(slow, outcome, List.of(), outbox)).isFalse();
    assertThat(ledger().step(other, "booting")).isTrue();
    assertThat(grading(submission).step()).isEqualTo("booting");
    assertThat(ledger().finish(other, outcome, List.of(), outbox)).isTrue();
    assertThat(ledger().finish(other, outcome, List.of(), outbox)).as("twice").isFalse();

    Grading over = grading(submission);
    assertThat(over.status()).isEqualTo(Grading.Status.GRADED);
    assertThat(over.outcome()).isEqualTo(outcome);
    assertThat(over.finishedAt()).isEqualTo(NOW);
    assertThat(ledger().begin(id, "w3")).as("what is over is not begun").isEmpty();
  }

  private Grading ended(Submission submission, String... receivers) throws InfrastructureFailure {
    Attempt attempt = ledger().begin(grading(submission).id(), "w1").orElseThrow();
    Grading.Outcome outcome = Grading.Outcome.judged(Grading.Status.GRADED, "{}", "c".repeat(64));
    assertThat(ledger().finish(attempt, outcome, List.of(receivers), outbox)).isTrue();
    return grading(submission);
  }

  @Test
  void whoIsToBeToldOfAnEndIsWrittenDownWithIt() throws Exception {
    Submission submission = received();
    Grading grading = ended(submission, "lms", "forge");
    assertThat(outgoing).hasSize(2);
    assertThat(ledger().deliveries().find(outgoing.get(0)))
        .contains(
            new Delivery(
                outgoing.get(0),
                "lms",
                submission,
                grading,
                Delivery.State.WAITING,
                0,
                "",
                NOW,
                null));
    assertThat(ledger().deliveries().find(UUID.randomUUID())).isEmpty();
  }

  @Test
  void nobodyIsToldByAnAttemptThatIsNotTheLast() throws Exception {
    Submission submission = received();
    Attempt slow = ledger().begin(grading(submission).id(), "w1").orElseThrow();
    ledger().begin(grading(submission).id(), "w2");
    Grading.Outcome outcome = Grading.Outcome.judged(Grading.Status.GRADED, "{}", "c".repeat(64));
    assertThat(ledger().finish(slow, outcome, List.of("lms"), outbox)).isFalse();
    assertThat(outgoing).isEmpty();
  }

  @Test
  void whatCannotBeWrittenToTheOutboxIsNotEnded() throws Exception {
    Submission submission = received();
    Attempt attempt = ledger().begin(grading(submission).id(), "w1").orElseThrow();
    Grading.Outcome outcome = Grading.Outcome.judged(Grading.Status.GRADED, "{}", "c".repeat(64));
    assertThatThrownBy(
            () ->
                ledger()
                    .finish(
                        attempt,
                        outcome,
                        List.of("lms"),
                        delivery -> {
                          throw new IllegalStateException("no room");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(grading(submission).status()).isEqualTo(Grading.Status.GRADING);
  }

  @Test
  void aDeliveryIsTriedUntilItIsMadeOrDead() throws Exception {
    ended(received(), "lms");
    UUID id = outgoing.get(0);
    Deliveries deliveries = ledger().deliveries();
    deliveries.tried(id, Delivery.State.WAITING, "x".repeat(600));
    Delivery waiting = deliveries.find(id).orElseThrow();
    assertThat(waiting.attempts()).isEqualTo(1);
    assertThat(waiting.said()).hasSize(500);
    assertThat(waiting.triedAt()).isEqualTo(NOW);
    assertThat(deliveries.replay(id, outbox)).as("it is not dead").isFalse();

    deliveries.tried(id, Delivery.State.DEAD, "it answered 500");
    assertThat(deliveries.all(Delivery.State.DEAD, 1000)).extracting(Delivery::id).contains(id);
    deliveries.tried(id, Delivery.State.DELIVERED, "a late one");
    assertThat(deliveries.find(id).orElseThrow().said()).isEqualTo("it answered 500");

    assertThat(deliveries.replay(id, outbox)).isTrue();
    assertThat(outgoing).containsExactly(id, id);
    assertThat(deliveries.find(id).orElseThrow().attempts()).isZero();
    deliveries.tried(id, Delivery.State.DELIVERED, "it answered 204");
    assertThat(deliveries.all(Delivery.State.DEAD, 1000))
        .extracting(Delivery::id)
        .doesNotContain(id);
    assertThat(deliveries.replay(id, outbox)).isFalse();
  }

  @Test
  void whatIsGivenBackWaitsAgain() throws Exception {
    Submission submission = received();
    UUID id = grading(submission).id();
    Attempt first = ledger().begin(id, "w1").orElseThrow();
    ledger().giveBack(first);
    assertThat(grading(submission).status()).isEqualTo(Grading.Status.QUEUED);
    assertThat(
            ledger()
                .finish(
                    first,
                    Grading.Outcome.failed(new InfrastructureFailure("a", "b")),
                    List.of(),
                    outbox))
        .isFalse();
    assertThat(ledger().begin(id, "w1").orElseThrow().number()).isEqualTo(2);
  }

  @Test
  void aFailureOfOursHasAReasonAndNoResult() throws Exception {
    Submission submission = received();
    Attempt attempt = ledger().begin(grading(submission).id(), "w1").orElseThrow();
    ledger()
        .finish(
            attempt,
            Grading.Outcome.failed(new InfrastructureFailure("the engine is gone", "Start it.")),
            List.of(),
            outbox);
    assertThat(grading(submission).outcome())
        .isEqualTo(
            new Grading.Outcome(
                Grading.Status.INFRASTRUCTURE_FAILURE,
                null,
                null,
                "the engine is gone. Start it."));
  }

  @Test
  void aCourseWithMuchWaitsBehindOneWithLittle() throws Exception {
    String large = course + "-large";
    for (int i = 0; i < 10; i++) {
      ledger().receive(handedIn(large, null), queue);
    }
    long third = turns.get(2);
    ledger().receive(handedIn(course + "-small", null), queue);
    assertThat(turns.get(10)).isLessThan(third);
  }

  @Test
  void aTurnThatNobodyTookIsNotSavedUp() throws Exception {
    String busy = course + "-busy";
    for (int i = 0; i < 5; i++) {
      Submission submission =
          ((Receipt.Taken) ledger().receive(handedIn(busy, null), queue)).submission();
      ledger().begin(grading(submission).id(), "w1");
    }
    ledger().receive(handedIn(course + "-late", null), queue);
    assertThat(turns.get(5)).isGreaterThanOrEqualTo(turns.get(4));
  }

  @Test
  void whatComesBeforeIsCounted() throws Exception {
    String busy = course + "-queue";
    ledger().receive(handedIn(busy, null), queue);
    Submission last = ((Receipt.Taken) ledger().receive(handedIn(busy, null), queue)).submission();
    assertThat(ledger().before(grading(last))).isPositive();
  }

  @Test
  void aTokenIsKnownUntilItIsRevoked() throws Exception {
    String id = UUID.randomUUID().toString().substring(0, 12);
    Token token = new Token(id, "d".repeat(64), "LMS", Set.of("read", "submit"), course, NOW);
    ledger().add(token);
    assertThat(ledger().token(id)).contains(token);
    assertThat(ledger().tokens()).contains(token);
    assertThat(ledger().revoke(id)).isTrue();
    assertThat(ledger().revoke(id)).isFalse();
    assertThat(ledger().token(id)).isEmpty();
    assertThat(ledger().tokens()).doesNotContain(token);
  }

  @Test
  void allOfATransactionOrNothingIsKept() throws Exception {
    String id = UUID.randomUUID().toString().substring(0, 12);
    assertThatThrownBy(
            () ->
                ledger()
                    .together(
                        () -> {
                          insertToken(id);
                          throw new IllegalStateException("midway");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(ledger().token(id)).isEmpty();
    ledger().together(() -> insertToken(id));
    assertThat(ledger().token(id)).isPresent();
  }

  /** As a library would that knows nothing of the transaction. */
  private void insertToken(String id) {
    try (java.sql.Connection connection = ledger().connections().getConnection();
        java.sql.PreparedStatement insert =
            connection.prepareStatement(
                "insert into tokens (id, secret, name, scopes, created_at)"
                    + " values (?, ?, 'x', 'read', current_timestamp)")) {
      insert.setString(1, id);
      insert.setString(2, "e".repeat(64));
      insert.executeUpdate();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
