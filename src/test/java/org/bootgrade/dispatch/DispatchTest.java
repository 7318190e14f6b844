package org.bootgrade.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.bootgrade.ledger.Database;
import org.bootgrade.ledger.Ledger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DispatchTest {

  @TempDir Path folder;
  private Ledger ledger;
  private final List<Dispatch> opened = new ArrayList<>();
  private final List<UUID> done = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() throws Exception {
    ledger = Ledger.open(database(), InstantSource.system());
  }

  /** An empty one. */
  Database database() throws Exception {
    return Database.file(folder);
  }

  @AfterEach
  void close() {
    opened.forEach(Dispatch::close);
    ledger.close();
  }

  private Dispatch dispatch(String name, int failures, Job job) {
    Dispatch dispatch =
        new Dispatch(
            ledger,
            new Dispatch.Settings(
                name,
                1,
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                4,
                Duration.ofMillis(200),
                failures,
                Duration.ofSeconds(2),
                Duration.ofSeconds(4)),
            job,
            InstantSource.system());
    opened.add(dispatch);
    return dispatch;
  }

  /** Takes note of what is done. */
  private Job.End done(UUID grading) {
    done.add(grading);
    return new Job.Done();
  }

  private void await(int count) throws InterruptedException {
    while (done.size() < count) {
      Thread.sleep(20);
    }
  }

  @Test
  void jobsAreDoneInTheOrderOfTheirTurns() throws Exception {
    Dispatch dispatch = dispatch("w", 3, this::done);
    List<UUID> jobs = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
    dispatch.add(jobs.get(0), 7);
    dispatch.add(jobs.get(1), 2);
    dispatch.add(jobs.get(2), 5);
    dispatch.start();
    await(3);
    assertThat(done).containsExactly(jobs.get(1), jobs.get(2), jobs.get(0));
    Thread.sleep(200);
    assertThat(done).as("each is done once").hasSize(3);
  }

  @Test
  void whatFailedWaitsAndThenGoesBeforeTheOthers() throws Exception {
    UUID first = UUID.randomUUID();
    List<UUID> tried = new CopyOnWriteArrayList<>();
    CountDownLatch due = new CountDownLatch(1);
    Dispatch dispatch =
        dispatch(
            "w",
            3,
            grading -> {
              if (grading.equals(first) && !tried.contains(first)) {
                tried.add(first);
                return new Job.Failed("no luck", Duration.ofMillis(300));
              }
              if (done.isEmpty()) {
                due.await();
              }
              return done(grading);
            });
    dispatch.add(first, 1);
    List<UUID> others = List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID());
    for (int i = 0; i < others.size(); i++) {
      dispatch.add(others.get(i), 2 + i);
    }
    dispatch.start();
    while (tried.isEmpty()) {
      Thread.sleep(10);
    }
    Thread.sleep(500);
    due.countDown();
    await(4);
    assertThat(done).containsExactly(others.get(0), first, others.get(1), others.get(2));
  }

  @Test
  void aJobOfAWorkerThatSaysNothingIsAnotherOnes() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    UUID job = UUID.randomUUID();
    Dispatch dying =
        dispatch(
            "dying",
            3,
            grading -> {
              taken.countDown();
              never.await();
              return new Job.Done();
            });
    dying.add(job, 1);
    dying.start();
    taken.await();
    silence("dying");

    Dispatch other = dispatch("other", 3, this::done);
    other.start();
    await(1);
    assertThat(done).containsExactly(job);
  }

  /** As if the process had been killed: its heartbeats have not come for long. */
  private void silence(String worker) throws Exception {
    opened.get(0).close();
    try (java.sql.Connection connection = ledger.connections().getConnection();
        java.sql.PreparedStatement update =
            connection.prepareStatement(
                "update scheduled_tasks set picked = true, picked_by = ?,"
                    + " last_heartbeat = timestamp with time zone '2020-01-01 00:00:00+00'")) {
      update.setString(1, worker);
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  void anErrorOfOursLeavesTheJobItsTurn() throws Exception {
    UUID job = UUID.randomUUID();
    List<UUID> tried = new CopyOnWriteArrayList<>();
    Dispatch dispatch =
        dispatch(
            "w",
            3,
            grading -> {
              tried.add(grading);
              if (tried.size() < 3) {
                throw new IllegalStateException("an error of ours");
              }
              return done(grading);
            });
    dispatch.add(job, 1);
    dispatch.start();
    await(1);
    assertThat(tried).hasSize(3);
  }

  @Test
  void aWorkerThatFailsAgainAndAgainPausesAndSaysSo() throws Exception {
    List<UUID> tried = new CopyOnWriteArrayList<>();
    Dispatch dispatch =
        dispatch(
            "w",
            2,
            grading -> {
              tried.add(grading);
              return tried.size() <= 2 ? new Job.Failed("no engine", null) : done(grading);
            });
    for (int i = 0; i < 3; i++) {
      dispatch.add(UUID.randomUUID(), i);
    }
    assertThat(dispatch.paused()).isEmpty();
    dispatch.start();
    while (dispatch.paused().isEmpty()) {
      Thread.sleep(10);
    }
    assertThat(dispatch.paused().orElseThrow().reason()).isEqualTo("no engine");
    Thread.sleep(500);
    assertThat(tried).as("nothing is taken during a pause").hasSize(2);
    await(1);
    assertThat(tried).hasSize(3);
    assertThat(dispatch.paused()).isEmpty();
  }
}
