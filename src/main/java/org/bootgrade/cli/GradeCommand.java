package org.bootgrade.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bootgrade.batch.Selection;
import org.bootgrade.evidence.InfrastructureFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grade}: an instructor's class. */
@Command(
    name = "grade",
    mixinStandardHelpOptions = true,
    // The first of them stands in the list of commands as well.
    description = {
      "Grades a class, or the submissions that are named, into a folder.",
      "",
      "It gets result.json, report.html and evidence/ for each submission, and grades.csv,"
          + " criteria.csv, results.json and index.html for all. A folder that is no submission itself is a class: each folder and"
          + " archive in it is a submission. Run again, it grades only what has changed."
    })
final class GradeCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "SUBMISSION",
      description = "Folders, or .zip, .tar and .tar.gz files.")
  List<Path> submissions = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      defaultValue = "bootgrade-out",
      description = "The folder for the results (default: bootgrade-out).")
  Path out = Path.of("bootgrade-out");

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description =
          "How many submissions at once (default: as many as there are processors, one for each 4"
              + " GiB of memory at the most).")
  int jobs = Jobs.fitting();

  @Option(
      names = "--force",
      description =
          "Build and boot everything again. Otherwise that is done where a submission's files or"
              + " bootgrade's version have changed; else the evidence in OUT is judged.")
  boolean force;

  @Option(
      names = "--only",
      paramLabel = "ID",
      split = ",",
      description =
          "Grade only these submissions; * stands for any letters. The others keep what OUT holds.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--failed",
      description =
          "Grade only what has no score yet: what is new in OUT, or met a failure that was not its"
              + " own.")
  boolean failed;

  @Mixin CourseOptions course = new CourseOptions();

  @Mixin TimingsOption timings = new TimingsOption();

  @Mixin GradingOptions options = new GradingOptions();

  private final Surroundings here;

  GradeCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    return new GradeRun(here, options, course, timings)
        .grade(submissions, out, jobs, new Selection(only, failed, force));
  }
}
