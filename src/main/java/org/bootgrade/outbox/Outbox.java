package org.bootgrade.outbox;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Deliveries;
import org.bootgrade.ledger.Delivery;
import org.bootgrade.ledger.Delivery.State;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.ledger.Outgoing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits to be told to others, and the part of this process that tells it. */
public final class Outbox implements Outgoing, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private static final TaskDescriptor<Void> DELIVER = TaskDescriptor.of("deliver");
  private static final String TABLE = "scheduled_deliveries";

  /** Each wait is so many times as long as the one before. */
  private static final int LONGER = 4;

  /**
   * How deliveries are made.
   *
   * @param name of this process among all
   * @param threads how many are made at once; 0 for a process that only writes them down
   * @param poll how often it looks for some
   * @param heartbeat how often it says that it lives
   * @param missed after how many of these that did not come it counts as dead; at least 4
   * @param leave how long one may go on when the process is told to end
   * @param attempts how often one is tried before it counts as dead
   * @param shortest how long it waits before it is tried again
   * @param longest no wait is longer
   */
  public record Settings(
      String name,
      int threads,
      Duration poll,
      Duration heartbeat,
      int missed,
      Duration leave,
      int attempts,
      Duration shortest,
      Duration longest) {

    /**
     * How long a delivery waits after an attempt.
     *
     * @param attempt from 1 on
     */
    Duration wait(int attempt) {
      Duration wait = shortest;
      for (int i = 1; i < attempt && wait.compareTo(longest) < 0; i++) {
        wait = wait.multipliedBy(LONGER);
      }
      return shorter(wait);
    }

    private Duration shorter(Duration wait) {
      return wait.compareTo(longest) > 0 ? longest : wait;
    }
  }

  private final Settings settings;
  private final Deliveries deliveries;
  private final Courier courier;
  private final InstantSource clock;
  private final Scheduler scheduler;

  /**
   * An outbox from which nothing is told yet.
   *
   * @param ledger where deliveries are kept
   * @param courier who makes them
   */
  public Outbox(Ledger ledger, Settings settings, Courier courier, InstantSource clock) {
    this.settings = settings;
    this.deliveries = ledger.deliveries();
    this.courier = courier;
    this.clock = clock;
    Task<Void> task =
        Tasks.custom(DELIVER)
            // Whoever died while telling it may have been heard or not.
            .onDeadExecution(
                (complete, operations) -> operations.reschedule(complete, clock.instant()))
            .onFailure(
                (complete, operations) ->
                    operations.reschedule(
                        complete,
                        clock
                            .instant()
                            .plus(settings.wait(complete.getExecution().consecutiveFailures + 1))))
            .execute((instance, context) -> deliver(instance));
    SchedulerBuilder builder =
        Scheduler.create(ledger.connections(), task)
            .tableName(TABLE)
            .schedulerName(new SchedulerName.Fixed(settings.name()))
            .threads(Math.max(1, settings.threads()))
            .pollingInterval(settings.poll())
            .heartbeatInterval(settings.heartbeat())
            .missedHeartbeatsLimit(settings.missed())
            .shutdownMaxWait(settings.leave());
    this.scheduler =
        (ledger.database().shared()
                ? builder.pollUsingLockAndFetch(0.5, 1.0)
                : builder.pollUsingFetch(0.5, 1.0))
            .build();
  }

  /** Begins to tell. */
  public void start() {
    if (settings.threads() > 0) {
      scheduler.start();
    }
  }

  @Override
  public void add(UUID delivery) {
    scheduler.schedule(DELIVER.instance(delivery.toString()).scheduledTo(clock.instant()));
  }

  private CompletionHandler<Void> deliver(TaskInstance<Void> instance) {
    UUID id = UUID.fromString(instance.getId());
    try {
      Optional<Delivery> found = deliveries.find(id);
      if (found.isEmpty() || found.get().state() != State.WAITING) {
        // It was made, and who made it was ended before the row was removed.
        return (complete, operations) -> operations.remove();
      }
      return deliver(found.get());
    } catch (InfrastructureFailure e) {
      throw new IllegalStateException("it is tried again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the process ends; it is tried again", e);
    }
  }

  private CompletionHandler<Void> deliver(Delivery delivery)
      throws InfrastructureFailure, InterruptedException {
    int attempt = delivery.attempts() + 1;
    Courier.Answer answer = courier.deliver(delivery);
    if (answer instanceof Courier.Taken) {
      deliveries.tried(delivery.id(), State.DELIVERED, answer.said());
      return (complete, operations) -> operations.remove();
    }
    if (answer instanceof Courier.NotTaken not && attempt < settings.attempts()) {
      deliveries.tried(delivery.id(), State.WAITING, answer.said());
      Duration wait = settings.wait(attempt);
      Duration wanted = not.after() == null ? wait : settings.shorter(not.after());
      Duration longer = wanted.compareTo(wait) > 0 ? wanted : wait;
      return (complete, operations) ->
          operations.reschedule(complete, clock.instant().plus(longer));
    }
    deliveries.tried(delivery.id(), State.DEAD, answer.said());
    LOG.error(
        "delivery {} to {} counts as dead after attempt {}: {}",
        delivery.id(),
        delivery.receiver(),
        attempt,
        answer.said());
    return (complete, operations) -> operations.remove();
  }

  /** Tells no more, and waits for what is being told, as long as the settings say. */
  @Override
  public void close() {
    scheduler.stop();
  }
}
