package org.bootgrade.cli;

import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.bootgrade.batch.ClassGrading;
import org.bootgrade.batch.CourseFiles;
import org.bootgrade.batch.Graded;
import org.bootgrade.batch.Roll;
import org.bootgrade.batch.Selection;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;

/** Grades paths into a folder and prints the table. */
final class GradeRun {

  private final Surroundings here;
  private final GradingOptions options;
  private final CourseOptions course;
  private final TimingsOption timings;

  GradeRun(Surroundings here, GradingOptions options, CourseOptions course, TimingsOption timings) {
    this.timings = timings;
    this.here = here;
    this.options = options;
    this.course = course;
  }

  int grade(List<Path> submissions, Path out, int jobs, Selection selection)
      throws UsageError, InfrastructureFailure {
    if (jobs < 1 || jobs > Jobs.MOST) {
      throw new UsageError("--jobs %d: it must be 1 to %d.".formatted(jobs, Jobs.MOST));
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
    options.keepTo(out, here);
    Rubric rubric = Workbench.rubric(options, here);
    CourseFiles files = course.read(rubric, options, out, roll.entries());
    try (Workbench bench = Workbench.open(options, rubric, here, progress::say)) {
      Graded graded =
          new ClassGrading(bench.pipeline(), files, out, Instant.now())
              .grade(roll, selection, jobs, progress);
      ClassResults results = graded.results();
      progress.clear();
      CourseOptions.tell(graded, here);
      Reports reports = new Reports();
      if (options.json) {
        here.out().print(reports.json(results));
      } else {
        here.out()
            .print(reports.consoleClass(results, new ConsoleStyle(here.color(), here.width())));
        here.out().println("Results: " + out.toAbsolutePath().normalize());
      }
      timings.tell(bench.pipeline().timings(), here);
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
    if (path.getFileName().toString().contains("_assignsubmission_onlinetext")) {
      return "%s is not graded: it is a text and no project, beside the files of the same student."
          .formatted(path);
    }
    return path.getFileName().toString().startsWith(".")
        ? "%s is not graded: its name begins with a dot. Rename it if it was handed in."
            .formatted(path)
        : "%s is not graded: archives of its kind are not read. If it was handed in, ask for a .zip or .tar.gz, or unpack it into a folder."
            .formatted(path);
  }
}
