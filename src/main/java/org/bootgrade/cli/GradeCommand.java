package org.bootgrade.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bootgrade.evidence.InfrastructureFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grade}: an instructor's class. */
@Command(
    name = "grade",
    mixinStandardHelpOptions = true,
    description = {
      "Grades submissions into a folder: result.json and evidence/ for each, and results.json,",
      "grades.csv and index.html for all. A folder that is no submission itself is a class: one",
      "submission for each folder and archive in it."
    })
final class GradeCommand implements Callable<Integer> {

  @Parameters(
      arity = "1..*",
      paramLabel = "SUBMISSION",
      description = "Folders, .zip, .tar and .tar.gz files.")
  List<Path> submissions = new ArrayList<>();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "OUT",
      defaultValue = "bootgrade-out",
      description = "Where results go (default: bootgrade-out).")
  Path out = Path.of("bootgrade-out");

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      defaultValue = "1",
      description = "How many submissions at once (default: 1).")
  int jobs = 1;

  @Option(names = "--force", description = "Grade again what OUT already holds a score for.")
  boolean force;

  @Mixin GradingOptions options = new GradingOptions();

  private final Surroundings here;

  GradeCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    return new GradeRun(here, options).grade(submissions, out, jobs, force);
  }
}
