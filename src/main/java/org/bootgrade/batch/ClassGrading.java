package org.bootgrade.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;

/** Grades the submissions of a roll into an output folder. */
public final class ClassGrading {

  /** Told how a class is getting on; called by several threads. */
  public interface Progress {
    /** A submission is at some step. */
    void step(Roll.Entry entry, String what);

    /** A submission is done, or was done by an earlier run. */
    void done(Roll.Entry entry, Result result, boolean kept);
  }

  private final Pipeline pipeline;
  private final Path out;
  private final Reports reports = new Reports();
  private final SubmissionPages pages = new SubmissionPages(reports);

  /**
   * A class's grading.
   *
   * @param pipeline what grades one submission
   * @param out the output folder
   */
  public ClassGrading(Pipeline pipeline, Path out) {
    this.pipeline = pipeline;
    this.out = out;
  }

  /**
   * Grades a roll and writes {@code results.json}, {@code grades.csv} and {@code index.html}, and
   * the pages of each submission.
   *
   * @param roll the submissions
   * @param jobs how many at once, at least 1
   * @param force whether to grade again what the output folder already holds a score for
   * @throws InfrastructureFailure when the output folder cannot be written
   */
  public ClassResults grade(Roll roll, int jobs, boolean force, Progress progress)
      throws InfrastructureFailure {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<Result>> running = new ArrayList<>();
      for (Roll.Entry entry : roll.entries()) {
        running.add(workers.submit(() -> one(entry, force, progress)));
      }
      List<Result> results = new ArrayList<>();
      for (Future<Result> result : running) {
        results.add(get(result));
      }
      ClassResults all = ClassResults.of(results);
      write(all);
      return all;
    } finally {
      workers.shutdownNow();
    }
  }

  private static Result get(Future<Result> result) throws InfrastructureFailure {
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InfrastructureFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("grading failed in an unforeseen way", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure(
          "interrupted", "Run the same command again: what was graded is kept.", e);
    }
  }

  private Result one(Roll.Entry entry, boolean force, Progress progress)
      throws InfrastructureFailure {
    Path folder = out.resolve(entry.id());
    Result earlier = force ? null : earlier(folder);
    Pipeline.Graded graded =
        pipeline.grade(
            entry.id(), entry.path(), folder, earlier, what -> progress.step(entry, what));
    pages.write(folder, graded.result());
    progress.done(entry, graded.result(), graded.kept());
    return graded.result();
  }

  /** What an earlier run left. */
  private @org.jspecify.annotations.Nullable Result earlier(Path folder) {
    Path file = folder.resolve("result.json");
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return reports.readResult(Files.readString(file), file.toString());
    } catch (IOException unreadable) {
      // Not one of ours, or cut off by an earlier version: it is graded again and replaced.
      return null;
    }
  }

  private void write(ClassResults results) throws InfrastructureFailure {
    put("results.json", reports.json(results));
    put("grades.csv", reports.csv(results));
    put("index.html", reports.classPage(results));
  }

  private void put(String name, String text) throws InfrastructureFailure {
    try {
      Files.createDirectories(out);
      Path unfinished = out.resolve(name + ".new");
      Files.writeString(unfinished, text);
      Files.move(
          unfinished,
          out.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s could not be written (%s)".formatted(out.resolve(name), FileTrouble.reason(e, out)),
          "See that the folder can be written and the disk is not full, then run the command again.",
          e);
    }
  }
}
