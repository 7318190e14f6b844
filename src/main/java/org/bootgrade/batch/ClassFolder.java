package org.bootgrade.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.StoredEvidence;
import org.bootgrade.gradebook.GradeSheet;
import org.bootgrade.pipeline.ResultFile;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;

/** The output folder of a class: a folder for each submission, and the files about all of them. */
final class ClassFolder {

  /** Results of all of them, and so the list of the class. */
  static final String RESULTS = "results.json";

  private static final String EVIDENCE = "evidence";

  private final Path out;
  private final Reports reports = new Reports();
  private final SubmissionPages pages;

  /**
   * @param build which build of bootgrade writes there; empty where that cannot be told
   */
  ClassFolder(Path out, String build) {
    this.out = out;
    this.pages = new SubmissionPages(reports, build);
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
   * What there is of the class.
   *
   * @param results those of the class that can be read, in no order
   * @param lost the submissions of the class that have none of these
   * @param unlisted the ids of others that something was left of: the class did not have them when
   *     it was last graded
   */
  record Stored(List<Result> results, List<Regrading.Lost> lost, List<String> unlisted) {}

  /**
   * All results of the class: of those that it had when it was last graded, or where nothing tells
   * that, of all that a grading has begun with. One that cannot be read keeps no other from being
   * used.
   *
   * @param workers who reads them
   * @throws InfrastructureFailure when the folder cannot be read
   */
  Stored stored(ExecutorService workers) throws InfrastructureFailure {
    Future<Optional<ClassListing>> listing =
        workers.submit(() -> ClassListing.read(out.resolve(RESULTS)));
    Map<Path, Future<Optional<Result>>> reading = new LinkedHashMap<>();
    for (Path folder : folders()) {
      reading.put(folder, workers.submit(() -> result(folder)));
    }
    Optional<Set<String>> listed = Waiting.result(listing).map(ClassListing::ids);
    Set<String> gone = new TreeSet<>(listed.orElse(Set.of()));
    List<String> unlisted = new ArrayList<>();
    List<Result> results = new ArrayList<>();
    List<Regrading.Lost> lost = new ArrayList<>();
    for (Map.Entry<Path, Future<Optional<Result>>> read : reading.entrySet()) {
      Path folder = read.getKey();
      String id = name(folder);
      if (!gone.remove(id) && listed.isPresent()) {
        if (begun(folder)) {
          unlisted.add(id);
        }
        continue;
      }
      try {
        Optional<Result> result = Waiting.result(read.getValue());
        result.ifPresent(results::add);
        if (result.isEmpty() && (listed.isPresent() || begun(folder))) {
          lost.add(
              new Regrading.Lost(
                  id,
                  "%s is missing. Grade that submission again."
                      .formatted(folder.resolve(ResultFile.NAME))));
        }
      } catch (InfrastructureFailure e) {
        lost.add(new Regrading.Lost(id, "%s. %s".formatted(e.getMessage(), e.mend())));
      }
    }
    for (String id : gone) {
      lost.add(
          new Regrading.Lost(
              id,
              "the folder %s is missing. Grade that submission again, unless you removed it."
                  .formatted(of(id))));
    }
    return new Stored(results, lost, unlisted);
  }

  /** Whether a grading has left anything there but a result: it was interrupted, or one removed. */
  private boolean begun(Path folder) {
    return Files.exists(folder.resolve(EVIDENCE)) || pages.anyExists(folder);
  }

  private static String name(Path folder) {
    return folder.getFileName().toString();
  }

  /**
   * One of the results, where there is one.
   *
   * @throws InfrastructureFailure when the folder cannot be read, or no result that is there
   */
  Optional<Result> any() throws InfrastructureFailure {
    InfrastructureFailure first = null;
    for (Path folder : folders()) {
      try {
        Optional<Result> result = result(folder);
        if (result.isPresent()) {
          return result;
        }
      } catch (InfrastructureFailure e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
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
                        "%s is damaged, or of another version of bootgrade"
                            .formatted(folder.resolve(ResultFile.NAME)),
                        "Grade that submission again with --force."));
    if (!name(folder).equals(result.submission().id())) {
      throw new InfrastructureFailure(
          "%s is the result of another submission".formatted(folder.resolve(ResultFile.NAME)),
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
   * @throws InfrastructureFailure when there is none
   */
  StoredEvidence evidence(Result result) throws InfrastructureFailure {
    return new EvidenceStore(of(result.submission().id()).resolve(EVIDENCE))
        .stored(result.submission().digest());
  }

  /** Writes a submission's result and its pages, where they are not what is there. */
  void write(Result result, Seen seen) throws InfrastructureFailure {
    Path folder = of(result.submission().id());
    new ResultFile(folder).write(result);
    pages.write(folder, result, seen);
  }

  /** The same, where the evidence is at hand. */
  void write(Result result, Seen seen, StoredEvidence evidence) throws InfrastructureFailure {
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
    SubmissionPages.put(out.resolve(RESULTS), reports.json(all));
    GradeSheet sheet = grades.sheet(told);
    SubmissionPages.put(out.resolve(GradeSheet.FILE), sheet.csv());
    SubmissionPages.put(out.resolve("criteria.csv"), reports.csv(all));
    SubmissionPages.put(out.resolve("index.html"), reports.classPage(all));
    return new Graded(all, grades.problems(told, sheet));
  }
}
