package org.bootgrade.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.gradebook.GradeSheet;
import org.bootgrade.pipeline.ResultFile;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;

/** The output folder of a class: a folder for each submission, and the files about all of them. */
final class ClassFolder {

  private static final String EVIDENCE = "evidence";

  private final Path out;
  private final Reports reports = new Reports();
  private final SubmissionPages pages = new SubmissionPages(reports);

  ClassFolder(Path out) {
    this.out = out;
  }

  /** The folder of a submission. */
  Path of(String id) {
    return out.resolve(id);
  }

  /** What an earlier run left of a submission; what cannot be read counts as nothing. */
  Optional<Result> earlier(String id) {
    return new ResultFile(of(id)).read();
  }

  /**
   * All results that are there, in no order.
   *
   * @param workers who reads them
   * @throws InfrastructureFailure when the folder, or a result in it, cannot be read
   */
  List<Result> results(ExecutorService workers) throws InfrastructureFailure {
    List<Future<Optional<Result>>> reading = new ArrayList<>();
    for (Path folder : folders()) {
      reading.add(workers.submit(() -> result(folder)));
    }
    List<Result> results = new ArrayList<>();
    for (Future<Optional<Result>> read : reading) {
      Waiting.result(read).ifPresent(results::add);
    }
    return results;
  }

  /**
   * The submissions that a grading has begun with and that have no result: it was interrupted, or
   * somebody removed the result.
   *
   * @throws InfrastructureFailure when the folder cannot be read
   */
  List<String> withoutResult() throws InfrastructureFailure {
    return folders().stream()
        .filter(folder -> !new ResultFile(folder).exists())
        .filter(folder -> Files.exists(folder.resolve(EVIDENCE)) || pages.anyExists(folder))
        .map(folder -> folder.getFileName().toString())
        .toList();
  }

  /**
   * One of the results, where there is one.
   *
   * @throws InfrastructureFailure when the folder, or the result, cannot be read
   */
  Optional<Result> any() throws InfrastructureFailure {
    for (Path folder : folders()) {
      Optional<Result> result = result(folder);
      if (result.isPresent()) {
        return result;
      }
    }
    return Optional.empty();
  }

  private static Optional<Result> result(Path folder) throws InfrastructureFailure {
    ResultFile file = new ResultFile(folder);
    if (!file.exists()) {
      return Optional.empty();
    }
    Result result =
        file.read()
            .orElseThrow(
                () ->
                    new InfrastructureFailure(
                        "%s/result.json is damaged, or of another version of bootgrade"
                            .formatted(folder),
                        "Grade that submission again with --force."));
    if (!folder.getFileName().toString().equals(result.submission().id())) {
      throw new InfrastructureFailure(
          "%s/result.json is the result of another submission".formatted(folder),
          "Remove the folder if it is a copy, or grade that submission again with --force.");
    }
    return Optional.of(result);
  }

  private List<Path> folders() throws InfrastructureFailure {
    try (Stream<Path> entries = Files.list(out)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    } catch (NoSuchFileException nothingYet) {
      return List.of();
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s cannot be read (%s)".formatted(out, FileTrouble.reason(e, out)),
          "See that you may read it, then run the command again.",
          e);
    }
  }

  /**
   * The evidence that a result rests on.
   *
   * @throws InfrastructureFailure when it cannot be read, or is of another submission
   */
  Evidence evidence(Result result) throws InfrastructureFailure {
    return new EvidenceStore(of(result.submission().id()).resolve(EVIDENCE))
        .read(result.submission().digest());
  }

  /** Whether a submission has its pages. */
  boolean hasPages(String id) {
    return pages.exist(of(id));
  }

  /** Writes a submission's result, unless it is there, and its pages. */
  void write(Result result, Seen seen) throws InfrastructureFailure {
    Path folder = of(result.submission().id());
    new ResultFile(folder).write(result);
    pages.write(folder, result, seen);
  }

  /** The same, where the evidence has been read already. */
  void write(Result result, Seen seen, Evidence evidence) throws InfrastructureFailure {
    Path folder = of(result.submission().id());
    new ResultFile(folder).write(result);
    pages.write(folder, result, seen, evidence);
  }

  /**
   * Writes the files about all of them, and says of each whether others have handed in the same.
   *
   * @param results as they are in the folder
   */
  Graded finish(List<Result> results, ClassGrades grades) throws InfrastructureFailure {
    Map<String, Result> before = new HashMap<>();
    results.forEach(result -> before.put(result.submission().id(), result));
    List<Result> told = SameFiles.told(results.stream().map(grades::booked).toList());
    for (Result result : told) {
      if (!result.equals(before.get(result.submission().id()))) {
        write(result, grades.seen(result));
      }
    }
    ClassResults all = ClassResults.of(told);
    SubmissionPages.put(out.resolve("results.json"), reports.json(all));
    GradeSheet sheet = grades.sheet(told);
    SubmissionPages.put(out.resolve(GradeSheet.FILE), sheet.csv());
    SubmissionPages.put(out.resolve("criteria.csv"), reports.csv(all));
    SubmissionPages.put(out.resolve("index.html"), reports.classPage(all));
    return new Graded(all, grades.problems(told, sheet));
  }
}
