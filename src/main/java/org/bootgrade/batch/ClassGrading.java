package org.bootgrade.batch;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.pipeline.Timings;
import org.bootgrade.report.Result;
import org.jspecify.annotations.Nullable;

/** Grades the submissions of a roll into an output folder. */
public final class ClassGrading {

  /** Told how a class is getting on; called by several threads. */
  public interface Progress {
    /** So many submissions are graded or kept. */
    default void begins(int total) {}

    /** A submission is at some step. */
    void step(Roll.Entry entry, String what);

    /** A submission is done, or was done by an earlier run. */
    void done(Roll.Entry entry, Result result, boolean kept);
  }

  private final Pipeline pipeline;
  private final CourseFiles course;
  private final Path out;
  private final Instant now;
  private final ClassFolder folder;

  /**
   * A class's grading.
   *
   * @param pipeline what grades one submission
   * @param course what the course says
   * @param out the output folder
   * @param now what students may see depends on it
   */
  public ClassGrading(Pipeline pipeline, CourseFiles course, Path out, Instant now) {
    this.pipeline = pipeline;
    this.course = course;
    this.out = out;
    this.now = now;
    this.folder = new ClassFolder(out, pipeline.build());
  }

  /**
   * Grades a roll and writes {@code results.json}, {@code grades.csv}, {@code criteria.csv}, {@code
   * index.html} and the pages of each submission.
   *
   * @param roll the submissions
   * @param selection which of them are graded; of the others the results are what was left of them
   * @param jobs how many at once, at least 1
   * @throws InfrastructureFailure when the output folder cannot be written, or another run writes
   *     there
   */
  @SuppressWarnings("try") // a lock is held, not used
  public Graded grade(Roll roll, Selection selection, int jobs, Progress progress)
      throws InfrastructureFailure {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try (OutputLock lock = OutputLock.take(out)) {
      course.keep();
      ClassGrades grades =
          new ClassGrades(course, roll.entries().stream().map(Roll.Entry::handedIn).toList(), now);
      List<Result> results = new ArrayList<>();
      List<Callable<Result>> work = new ArrayList<>();
      for (Roll.Entry entry : roll.entries()) {
        Optional<Result> earlier = folder.earlier(entry.id());
        if (selection.wants(entry.id(), earlier)) {
          Result kept = selection.force() ? null : earlier.orElse(null);
          work.add(() -> one(entry, kept, grades, progress));
        } else {
          earlier.ifPresent(results::add);
        }
      }
      progress.begins(work.size());
      List<Future<Result>> running = work.stream().map(workers::submit).toList();
      for (Future<Result> result : running) {
        results.add(Waiting.result(result));
      }
      return folder.finish(results, grades);
    } finally {
      workers.shutdownNow();
    }
  }

  @SuppressWarnings("try") // the span is closed, not used
  private Result one(
      Roll.Entry entry, @Nullable Result earlier, ClassGrades grades, Progress progress)
      throws InfrastructureFailure {
    Pipeline.Graded graded =
        pipeline.grade(
            entry.id(),
            entry.content(),
            folder.of(entry.id()),
            earlier,
            what -> progress.step(entry, what));
    try (Timings.Span span = pipeline.timings().start(Timings.Stage.REPORTING)) {
      Result booked = grades.booked(graded.result().modified(entry.modified().orElse(null)));
      folder.write(booked, grades.seen(booked));
      progress.done(entry, booked, graded.kept());
      return booked;
    }
  }
}
