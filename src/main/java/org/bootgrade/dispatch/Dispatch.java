package org.bootgrade.dispatch;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.ledger.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue of jobs, and the worker of this process that does them, where it has one. */
public final class Dispatch implements Queue, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private static final TaskDescriptor<Void> GRADE = TaskDescriptor.of("grade");

  /** What failed through no fault of its own has waited once already. */
  private static final int AGAIN = 300;

  private static final int SUBMITTED = 200;

  /** A job that met so many errors of ours has lost its turn. */
  private static final int ERRORS = 5;

  /** How often a pause is looked at. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  /**
   * How a worker works.
   *
   * @param name of this process among all
   * @param jobs how many it does at once; 0 for a process that only queues them
   * @param poll how often it looks for jobs where it has none
   * @param heartbeat how often it says that it lives
   * @param missed after how many of these that did not come it counts as dead; at least 4
   * @param leave how long a job may go on when the worker is told to end
   * @param failures so many jobs in a row that fail through no fault of theirs bring a pause
   * @param shortestPause the first
   * @param longestPause none is longer
   */
  public record Settings(
      String name,
      int jobs,
      Duration poll,
      Duration heartbeat,
      int missed,
      Duration leave,
      int failures,
      Duration shortestPause,
      Duration longestPause) {

    /** After how long a worker that says nothing counts as dead. */
    public Duration dead() {
      return heartbeat.multipliedBy(missed);
    }
  }

  /**
   * A pause that the worker takes.
   *
   * @param until when it ends
   * @param reason why the last job failed
   */
  public record Paused(Instant until, String reason) {}

  private final Ledger ledger;
  private final Settings settings;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final SelfPause selfPause;
  private final ScheduledExecutorService pauses;

  /**
   * A queue whose worker has not begun.
   *
   * @param ledger where jobs are kept
   * @param job what is done
   */
  public Dispatch(Ledger ledger, Settings settings, Job job, InstantSource clock) {
    this.ledger = ledger;
    this.settings = settings;
    this.clock = clock;
    this.selfPause =
        new SelfPause(
            settings.failures(), settings.shortestPause(), settings.longestPause(), clock);
    Task<Void> task =
        Tasks.custom(GRADE)
            // The turn stays; a job whose worker died has not had it.
            .onDeadExecution(
                (complete, operations) ->
                    operations.reschedule(complete, complete.getExecution().executionTime))
            .onFailure(
                (complete, operations) ->
                    operations.reschedule(
                        complete,
                        complete.getExecution().consecutiveFailures < ERRORS
                            ? complete.getExecution().executionTime
                            : clock.instant().plus(settings.longestPause())))
            .execute((instance, context) -> grade(instance, job));
    SchedulerBuilder builder =
        Scheduler.create(ledger.connections(), task)
            .schedulerName(new SchedulerName.Fixed(settings.name()))
            .threads(Math.max(1, settings.jobs()))
            .pollingInterval(settings.poll())
            .heartbeatInterval(settings.heartbeat())
            .missedHeartbeatsLimit(settings.missed())
            .shutdownMaxWait(settings.leave())
            .enablePriority();
    // No more than there are threads for: what is taken can be overtaken no more.
    this.scheduler =
        (ledger.database().shared()
                ? builder.pollUsingLockAndFetch(0.5, 1.0)
                : builder.pollUsingFetch(0.5, 1.0))
            .build();
    this.pauses =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "pauses of the worker");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins to do jobs. */
  @SuppressWarnings("FutureReturnValueIgnored") // it goes on until it is shut down
  public void start() {
    if (settings.jobs() == 0) {
      return;
    }
    scheduler.start();
    pauses.scheduleWithFixedDelay(
        this::endPause, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void add(UUID grading, long turn) {
    scheduler.schedule(
        GRADE
            .instance(grading.toString())
            .priority(SUBMITTED)
            .scheduledTo(Instant.ofEpochSecond(turn)));
  }

  /** Says that there is a job, so that this process looks for it at once. */
  public void nudge() {
    if (settings.jobs() > 0) {
      scheduler.triggerCheckForDueExecutions();
    }
  }

  /** The pause that the worker takes because of failures. */
  public Optional<Paused> paused() {
    SelfPause.Pause pause = selfPause.pause();
    return pause == null
        ? Optional.empty()
        : Optional.of(new Paused(pause.until(), pause.reason()));
  }

  private CompletionHandler<Void> grade(TaskInstance<Void> instance, Job job) {
    Job.End end;
    try {
      end = job.grade(UUID.fromString(instance.getId()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the worker ends; another one takes the job", e);
    }
    if (end instanceof Job.Failed failed) {
      if (selfPause.failed(failed.reason())) {
        scheduler.pause();
        LOG.error(
            "{} jobs in a row failed through no fault of theirs; no more are taken until {}."
                + " The last: {}",
            settings.failures(),
            paused().map(p -> p.until().toString()).orElse("soon"),
            failed.reason());
      }
      Duration again = failed.again();
      if (again != null) {
        return (complete, operations) -> later(instance, again, operations::remove);
      }
    } else {
      selfPause.well();
    }
    return (complete, operations) -> operations.remove();
  }

  /** A job's priority can only be changed by another one in its place. */
  private void later(TaskInstance<Void> instance, Duration again, Runnable remove) {
    try {
      ledger.together(
          () -> {
            remove.run();
            scheduler.schedule(
                GRADE
                    .instance(instance.getId())
                    .priority(AGAIN)
                    .scheduledTo(clock.instant().plus(again)));
          });
    } catch (InfrastructureFailure e) {
      throw new IllegalStateException("the job is taken again when its worker counts as dead", e);
    }
  }

  private void endPause() {
    if (selfPause.over()) {
      LOG.info("jobs are taken again");
      scheduler.resume();
      nudge();
    }
  }

  /** Takes no more jobs, and waits for those that are being done, as long as the settings say. */
  @Override
  public void close() {
    pauses.shutdownNow();
    scheduler.stop();
  }
}
