package org.bootgrade.batch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.pipeline.Judge;
import org.bootgrade.pipeline.ResultFile;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.Result;
import org.bootgrade.report.ResultChange;

/**
 * Judges a graded class again, from stored evidence alone: nothing is built and nothing booted.
 * What cannot be judged again keeps the result that it has.
 */
public final class Regrading {

  private final Judge judge;
  private final Path out;

  /**
   * A regrading.
   *
   * @param judge what judges
   * @param out the folder of an earlier grading
   */
  public Regrading(Judge judge, Path out) {
    this.judge = judge;
    this.out = out;
  }

  /**
   * What came of it.
   *
   * @param results all results of the class, old or new
   * @param changes of all that were judged again, also where nothing changed
   * @param kept those that were not
   */
  public record Regraded(ClassResults results, List<ResultChange> changes, List<Kept> kept) {
    public Regraded {
      changes = List.copyOf(changes);
      kept = List.copyOf(kept);
    }
  }

  /**
   * A submission that keeps its result.
   *
   * @param id its id
   * @param reason why, and what to do
   */
  public record Kept(String id, String reason) {}

  /** One submission: its result, and either what changed or why it was not judged again. */
  private record One(Result result, Optional<ResultChange> change, Optional<Kept> kept) {}

  /** The assignment of the results in a folder; empty where there are none. */
  public static Optional<String> assignment(Path out) throws InfrastructureFailure {
    return new ClassFolder(out).results().stream().map(Result::assignment).findFirst();
  }

  /**
   * Judges all of them again.
   *
   * @param jobs how many at once, at least 1
   * @param write whether to keep the new results
   * @throws InfrastructureFailure when the folder cannot be read or written
   */
  @SuppressWarnings("try") // a lock is held, not used
  public Regraded run(int jobs, boolean write) throws InfrastructureFailure {
    ClassFolder folder = new ClassFolder(out);
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try (OutputLock lock = write ? OutputLock.take(out) : null) {
      List<Future<One>> running = new ArrayList<>();
      for (Result result : folder.results()) {
        running.add(workers.submit(() -> one(folder, result, write)));
      }
      List<Result> results = new ArrayList<>();
      List<ResultChange> changes = new ArrayList<>();
      List<Kept> kept = new ArrayList<>();
      for (Future<One> future : running) {
        One one = Waiting.result(future);
        results.add(one.result());
        one.change().ifPresent(changes::add);
        one.kept().ifPresent(kept::add);
      }
      ClassResults all = write ? folder.finish(results) : ClassResults.of(SameFiles.told(results));
      return new Regraded(all, changes, kept);
    } finally {
      workers.shutdownNow();
    }
  }

  private One one(ClassFolder folder, Result before, boolean write) throws InfrastructureFailure {
    String id = before.submission().id();
    Result after;
    try {
      switch (before.status()) {
        case GRADED -> after = judge.judge(id, evidence(folder, before));
        case REJECTED -> after = judge.rejected(id, String.valueOf(before.message()));
        default -> {
          return kept(before, "it was not graded: " + before.message() + " Grade it again.");
        }
      }
    } catch (InfrastructureFailure e) {
      return kept(before, e.getMessage() + ". " + e.mend());
    }
    after = SameFiles.carried(before, after);
    if (write) {
      new ResultFile(folder.of(id)).write(after);
      folder.writePages(after);
    }
    return new One(after, Optional.of(new ResultChange(before, after)), Optional.empty());
  }

  private static One kept(Result result, String reason) {
    return new One(
        result, Optional.empty(), Optional.of(new Kept(result.submission().id(), reason)));
  }

  private static Evidence evidence(ClassFolder folder, Result result) throws InfrastructureFailure {
    Evidence evidence =
        new EvidenceStore(folder.of(result.submission().id()).resolve("evidence")).read();
    if (!evidence.submissionDigest().equals(result.submission().digest())) {
      throw new InfrastructureFailure(
          "its evidence is of another submission than its result",
          "Grade the submission again with --force.");
    }
    return evidence;
  }
}
