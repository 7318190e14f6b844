package org.bootgrade.cli;

import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bootgrade.batch.ClassGrading;
import org.bootgrade.batch.Roll;
import org.bootgrade.batch.Selection;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;

/** Grades paths into a folder and prints the table. */
final class GradeRun {

  private static final int MOST_JOBS = 64;

  private final Surroundings here;
  private final GradingOptions options;

  GradeRun(Surroundings here, GradingOptions options) {
    this.here = here;
    this.options = options;
  }

  int grade(List<Path> submissions, Path out, int jobs, Selection selection)
      throws UsageError, InfrastructureFailure {
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw new UsageError("--jobs %d: it must be 1 to %d.".formatted(jobs, MOST_JOBS));
    }
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new UsageError("%s is a file: name a folder for the results with -o.".formatted(out));
    }
    Roll roll;
    try {
      roll = Roll.of(submissions, out);
    } catch (Roll.Unclear e) {
      throw new UsageError(e.getMessage());
    }
    List<String> nobody = selection.fitNothing(roll);
    if (!nobody.isEmpty()) {
      throw new UsageError(
          "--only %s: no submission is called so. There are %d, for example %s."
              .formatted(
                  String.join(", ", nobody),
                  roll.entries().size(),
                  roll.entries().stream().limit(5).map(Roll.Entry::id).collect(joining(", "))));
    }
    ProgressLine progress = new ProgressLine(here, roll.entries().size());
    roll.leftOut().forEach(path -> progress.say(notGraded(path)));
    try (Workbench bench = Workbench.open(options, here, progress::say)) {
      ClassResults results =
          new ClassGrading(bench.pipeline(), out).grade(roll, selection, jobs, progress);
      progress.clear();
      Reports reports = new Reports();
      if (options.json) {
        here.out().print(reports.json(results));
      } else {
        here.out()
            .print(reports.consoleClass(results, new ConsoleStyle(here.color(), here.width())));
        here.out().println("Results: " + out.toAbsolutePath().normalize());
      }
      boolean failed =
          results.results().stream()
              .anyMatch(r -> r.status() == Result.Status.INFRASTRUCTURE_FAILURE);
      return failed ? ExitCode.INFRASTRUCTURE : ExitCode.OK;
    } finally {
      progress.clear();
    }
  }

  private static String notGraded(Path path) {
    if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
      return "%s is not graded: it is no file but a link that leads nowhere, a pipe or a device. Put the archive itself there if it was handed in."
          .formatted(path);
    }
    return path.getFileName().toString().startsWith(".")
        ? "%s is not graded: its name begins with a dot. Rename it if it was handed in."
            .formatted(path)
        : "%s is not graded: archives of its kind are not read. If it was handed in, ask for a .zip or .tar.gz, or unpack it into a folder."
            .formatted(path);
  }
}
