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
    LeftOut leftOut = new LeftOut(roll.leftOut());
    leftOut.told().forEach(progress::say);
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
      leftOut.inShort().ifPresent(here.err()::println);
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
}
