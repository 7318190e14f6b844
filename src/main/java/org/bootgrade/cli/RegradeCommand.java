package org.bootgrade.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bootgrade.batch.CourseFiles;
import org.bootgrade.batch.Regrading;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.pipeline.Judge;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.sandbox.OwnedFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code regrade}: another rubric, other graders, the same evidence. */
@Command(
    name = "regrade",
    mixinStandardHelpOptions = true,
    description = {
      "Judges a graded class again by the rubric and graders of now, from stored evidence.",
      "",
      "Nothing is built and nothing is booted. It tells what changed for whom, and rewrites the"
          + " results and reports in OUT."
    })
final class RegradeCommand implements Callable<Integer> {

  @Parameters(arity = "1", paramLabel = "OUT", description = "The folder of an earlier grade.")
  Path out = Path.of("bootgrade-out");

  @Option(
      names = {"-n", "--dry-run"},
      description = "Only tell what would change.")
  boolean dryRun;

  @Mixin CourseOptions course = new CourseOptions();

  @Mixin JudgingOptions options = new JudgingOptions();

  private final Surroundings here;

  RegradeCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    Optional<String> assignment =
        Files.isDirectory(out) ? Regrading.assignment(out) : Optional.empty();
    if (assignment.isEmpty()) {
      throw new UsageError(
          "%s: there are no results in it. Name the folder of an earlier grade (its -o)."
              .formatted(out));
    }
    options.keepTo(out, here);
    if (!options.assignmentGiven && options.rubric == null) {
      options.assignment = assignment.get();
    }
    Rubric rubric = Workbench.rubric(options, here);
    CourseFiles files = course.read(rubric, options, out, List.of());
    Regrading.Regraded regraded;
    try (OwnedFolder scratch = OwnedFolder.make(here.cache().resolve("scratch"))) {
      Judge judge = new Judge(Workbench.settings(options, rubric, here, scratch.path()));
      regraded =
          new Regrading(judge, files, out, Instant.now())
              .run(Runtime.getRuntime().availableProcessors(), !dryRun);
    }
    CourseOptions.tell(regraded.graded(), here);
    for (String kept : regraded.keptBecause()) {
      here.err().println(Reports.harmless(kept));
    }
    for (Regrading.Lost lost : regraded.lost()) {
      here.err()
          .println(
              Reports.harmless(
                  "%s has no result: %s Until then it is in no table."
                      .formatted(lost.id(), lost.reason())));
    }
    Reports reports = new Reports();
    if (options.json) {
      here.out().print(reports.json(regraded.graded().results()));
    } else {
      here.out()
          .print(reports.changes(regraded.changes(), new ConsoleStyle(here.color(), here.width())));
      here.out()
          .println(
              dryRun
                  ? "Nothing was written. Without --dry-run it is."
                  : "Results: " + out.toAbsolutePath().normalize());
    }
    return regraded.complete() ? ExitCode.OK : ExitCode.INFRASTRUCTURE;
  }
}
