package org.bootgrade.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bootgrade.batch.SubmissionPages;
import org.bootgrade.contents.Contents;
import org.bootgrade.contents.FileList;
import org.bootgrade.dispatch.Job;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.Folders;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Attempt;
import org.bootgrade.ledger.Grading;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.ledger.Outgoing;
import org.bootgrade.ledger.Submission;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What a worker does with a submission: {@code grade}, from the store and into it. */
final class GradingJob implements Job {

  private static final Logger LOG = LoggerFactory.getLogger(GradingJob.class);

  /** In each line of the log that has to do with a submission. */
  private static final String SUBMISSION = "submission";

  private final Ledger ledger;
  private final Contents contents;
  private final Outgoing outbox;
  private final Bench.Shelf shelf;
  private final ServiceSettings settings;
  private final String worker;
  private final Path scratch;
  private final InstantSource clock;
  private final Reports reports = new Reports();

  /**
   * @param outbox what tells others
   * @param worker the name of this process
   * @param scratch a folder of this process
   */
  GradingJob(
      Ledger ledger,
      Contents contents,
      Outgoing outbox,
      Bench.Shelf shelf,
      ServiceSettings settings,
      String worker,
      Path scratch,
      InstantSource clock) {
    this.ledger = ledger;
    this.contents = contents;
    this.outbox = outbox;
    this.shelf = shelf;
    this.settings = settings;
    this.worker = worker;
    this.scratch = scratch;
    this.clock = clock;
  }

  @Override
  public End grade(UUID grading) throws InterruptedException {
    Optional<Attempt> begun;
    try {
      begun = ledger.begin(grading, worker);
    } catch (InfrastructureFailure e) {
      return new Failed(e.getMessage(), Duration.ofSeconds(settings.worker().retrySeconds()));
    }
    if (begun.isEmpty()) {
      // Another worker has ended it, and was ended itself before its job was removed.
      return new Done();
    }
    Attempt attempt = begun.get();
    MDC.put(SUBMISSION, attempt.submission().id().toString());
    try {
      LOG.info("attempt {} begins", attempt.number());
      return graded(attempt);
    } finally {
      MDC.remove(SUBMISSION);
    }
  }

  private End graded(Attempt attempt) throws InterruptedException {
    Path folder = scratch.resolve(attempt.grading() + "-" + attempt.number());
    InfrastructureFailure failure;
    try {
      try {
        Result result = result(attempt, folder);
        if (result.status() != Result.Status.INFRASTRUCTURE_FAILURE) {
          finish(attempt, result, folder);
          return new Done();
        }
        failure =
            new InfrastructureFailure(
                String.valueOf(result.message()), String.valueOf(result.mend()));
      } catch (InfrastructureFailure e) {
        failure = e;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("the worker ends");
      }
      LOG.warn("attempt {} failed", attempt.number(), failure);
      return failed(attempt, failure);
    } finally {
      remove(folder);
    }
  }

  private Result result(Attempt attempt, Path folder) throws InfrastructureFailure {
    Submission submission = attempt.submission();
    ServiceSettings.Assignment assignment =
        settings
            .assignment(submission.course(), submission.assignment())
            .orElseThrow(
                () ->
                    new InfrastructureFailure(
                        "this worker knows no assignment %s of a course %s"
                            .formatted(submission.assignment(), submission.course()),
                        "Give all processes of the service the same settings."));
    Bench bench = shelf.of(assignment);
    Path handedIn = folder.resolve("archive");
    make(handedIn);
    Path archive = handedIn.resolve(submission.name());
    contents.copy(submission.archive(), archive);
    Path out = folder.resolve("out");
    Progress progress = new Progress(ledger, attempt);
    Result result =
        bench.pipeline().grade(submission.name(), archive, out, null, progress).result();
    if (result.status() != Result.Status.INFRASTRUCTURE_FAILURE) {
      new SubmissionPages(reports, "")
          .write(out, result, SubmissionPages.seen(bench.rubric(), result, clock.instant()));
    }
    return result;
  }

  private void finish(Attempt attempt, Result result, Path folder) throws InfrastructureFailure {
    String files = FileList.keep(folder.resolve("out"), contents);
    Grading.Status status =
        switch (result.status()) {
          case GRADED -> Grading.Status.GRADED;
          case REJECTED -> Grading.Status.REJECTED;
          case INFRASTRUCTURE_FAILURE -> throw new IllegalArgumentException("no verdict");
        };
    if (end(attempt, Grading.Outcome.judged(status, reports.json(result), files))) {
      LOG.info("{} {} of {}", status.word(), result.score(), result.maxScore());
    } else {
      LOG.warn("attempt {} is not the last any more; its result is dropped", attempt.number());
    }
  }

  private boolean end(Attempt attempt, Grading.Outcome outcome) throws InfrastructureFailure {
    List<String> webhooks =
        settings.webhooks(attempt.submission().course()).stream()
            .map(ServiceSettings.Webhook::id)
            .toList();
    return ledger.finish(attempt, outcome, webhooks, outbox);
  }

  private End failed(Attempt attempt, InfrastructureFailure failure) {
    Duration again = settings.worker().again(attempt.number());
    try {
      if (again == null) {
        end(attempt, Grading.Outcome.failed(failure));
      } else {
        ledger.giveBack(attempt);
      }
      return new Failed(failure.getMessage(), again);
    } catch (InfrastructureFailure e) {
      // The database is gone. The grading stays what it is, and is begun anew.
      LOG.warn("a failure could not be written down", e);
      return new Failed(e.getMessage(), Duration.ofSeconds(settings.worker().retrySeconds()));
    }
  }

  private static void make(Path folder) throws InfrastructureFailure {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw disk(folder, e);
    }
  }

  private static void remove(Path folder) {
    try {
      Folders.remove(folder);
    } catch (IOException e) {
      // It lies in a folder that is removed as a whole when this process ends.
      LOG.warn("{} could not be removed", folder, e);
    }
  }

  private static InfrastructureFailure disk(Path folder, IOException e) {
    return new InfrastructureFailure(
        "folder %s could not be written (%s)".formatted(folder, FileTrouble.reason(e, folder)),
        "See that it can be written and the disk is not full.",
        e);
  }
}
