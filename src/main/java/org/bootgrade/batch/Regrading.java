package org.bootgrade.batch;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.StoredEvidence;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.gradebook.HandedIn;
import org.bootgrade.pipeline.Judge;
import org.bootgrade.report.Result;
import org.bootgrade.report.ResultChange;

/**
 * Judges a graded class again, from stored evidence alone: nothing is built and nothing booted.
 * What cannot be judged again keeps the result that it has.
 */
public final class Regrading {

  /** How many are named that keep their results for the same reason. */
  private static final int NAMED = 10;

  private final Judge judge;
  private final CourseFiles course;
  private final Path out;
  private final Instant now;

  /**
   * A regrading.
   *
   * @param judge what judges
   * @param course what the course says
   * @param out the folder of an earlier grading
   * @param now what students may see depends on it
   */
  public Regrading(Judge judge, CourseFiles course, Path out, Instant now) {
    this.judge = judge;
    this.course = course;
    this.out = out;
    this.now = now;
  }

  /**
   * What came of it.
   *
   * @param graded the class as it is now
   * @param changes of all that were judged again, also where nothing changed, and of others whose
   *     grade changed
   * @param kept those that were not judged again
   * @param lost those that have no result that can be read; they are in no table
   */
  public record Regraded(
      Graded graded, List<ResultChange> changes, List<Kept> kept, List<Lost> lost) {
    public Regraded {
      changes = List.copyOf(changes);
      kept = List.copyOf(kept);
      lost = List.copyOf(lost);
    }

    /** Who keeps a result and why, a sentence for each reason. */
    public List<String> keptBecause() {
      Map<String, List<String>> ids = new LinkedHashMap<>();
      kept.forEach(k -> ids.computeIfAbsent(k.reason(), reason -> new ArrayList<>()).add(k.id()));
      List<String> told = new ArrayList<>();
      ids.forEach(
          (reason, whose) -> {
            told.add(
                "%s%s: %s"
                    .formatted(
                        named(whose),
                        whose.size() == 1 ? " keeps its result" : " keep their results",
                        reason));
          });
      return told;
    }

    /** Whether every submission that is known has been judged again. */
    public boolean complete() {
      return kept.isEmpty() && lost.isEmpty();
    }
  }

  /**
   * A submission that keeps its result.
   *
   * @param id its id
   * @param reason why, and what to do
   */
  public record Kept(String id, String reason) {}

  /**
   * A submission that a grading had begun with, and whose result is missing or cannot be read.
   *
   * @param id its id
   * @param reason why, and what to do
   */
  public record Lost(String id, String reason) {}

  /** One submission: what it was and is, and why it was not judged again, where it was not. */
  private record One(ResultChange change, Optional<Kept> kept) {}

  /** The assignment of the results in a folder; empty where there are none. */
  public static Optional<String> assignment(Path out) throws InfrastructureFailure {
    return new ClassFolder(out, "").any().map(Result::assignment);
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
    ClassFolder folder = new ClassFolder(out, judge.build());
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try (OutputLock lock = write ? OutputLock.take(out) : null) {
      if (write) {
        course.keep();
      }
      ClassFolder.Stored stored = folder.stored(workers);
      List<Result> before = stored.results();
      ClassGrades grades =
          new ClassGrades(
              course,
              Stream.concat(
                      before.stream().map(Regrading::handedIn),
                      // They were handed in, whatever became of their results.
                      stored.lost().stream().map(lost -> new HandedIn(lost.id(), null)))
                  .toList(),
              now);
      SameFiles same = new SameFiles(before);
      List<Future<One>> running = new ArrayList<>();
      for (Result result : before) {
        running.add(workers.submit(() -> one(folder, grades, same, result, write)));
      }
      List<Result> results = new ArrayList<>();
      List<ResultChange> changes = new ArrayList<>();
      List<Kept> kept = new ArrayList<>();
      for (Future<One> future : running) {
        One one = Waiting.result(future);
        results.add(one.change().after());
        if (one.kept().isEmpty() || one.change().matters()) {
          changes.add(one.change());
        }
        one.kept().ifPresent(kept::add);
      }
      return new Regraded(
          told(write ? folder.finish(results, grades) : grades.graded(results), stored.unlisted()),
          changes,
          kept,
          stored.lost());
    } finally {
      workers.shutdownNow();
    }
  }

  /** Of whom something was left although the class had them no more when it was graded. */
  private Graded told(Graded graded, List<String> unlisted) {
    if (unlisted.isEmpty()) {
      return graded;
    }
    List<Problem> problems = new ArrayList<>(graded.problems());
    problems.add(
        new Problem(
            out.resolve(ClassFolder.RESULTS).toString(),
            0,
            "%s %s in the class when it was last graded, so what is left of %s in %s was let be"
                .formatted(
                    named(unlisted),
                    unlisted.size() == 1 ? "was not" : "were not",
                    unlisted.size() == 1 ? "it" : "them",
                    out),
            "grade the class again with whoever belongs to it, or remove what is left"));
    return new Graded(graded.results(), problems);
  }

  private static String named(List<String> ids) {
    int others = Math.max(0, ids.size() - NAMED);
    return String.join(", ", ids.subList(0, ids.size() - others))
        + (others == 0 ? "" : " and %d more".formatted(others));
  }

  private static HandedIn handedIn(Result result) {
    String modified = result.submission().modified();
    return new HandedIn(
        result.submission().id(), modified == null ? null : Instant.parse(modified));
  }

  private One one(
      ClassFolder folder, ClassGrades grades, SameFiles same, Result before, boolean write)
      throws InfrastructureFailure {
    String id = before.submission().id();
    Result after = before;
    StoredEvidence evidence = null;
    String reason = "";
    try {
      switch (before.status()) {
        case GRADED -> {
          evidence = folder.evidence(before);
          after = judge.judge(id, write ? evidence : evidence.unchanged());
        }
        case REJECTED -> after = judge.rejected(id, String.valueOf(before.message()));
        default -> reason = "it was not graded: " + before.message() + " Grade it again.";
      }
    } catch (InfrastructureFailure e) {
      reason = e.getMessage() + ". " + e.mend();
    }
    if (reason.isEmpty()) {
      after = after.modified(handedIn(before).modified());
    }
    // Also what keeps its result may have been adjusted by hand since.
    after = same.told(grades.booked(after));
    // A run that was ended, or somebody else, may have left other pages with the same result.
    if (write) {
      if (evidence != null) {
        folder.write(after, grades.seen(after), evidence);
      } else {
        folder.write(after, grades.seen(after));
      }
    }
    return new One(
        new ResultChange(before, after),
        reason.isEmpty() ? Optional.empty() : Optional.of(new Kept(id, reason)));
  }
}
