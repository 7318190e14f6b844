package org.bootgrade.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bootgrade.batch.Selection;
import org.bootgrade.evidence.InfrastructureFailure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code demo}: the sample class. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Grades the sample class that comes with bootgrade: kernels that are right, and kernels with"
            + " typical mistakes.")
final class DemoCommand implements Callable<Integer> {

  @Mixin GradingOptions options = new GradingOptions();

  private final Surroundings here;

  DemoCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    Path samples = here.home().resolve("src/samples").resolve(options.assignment);
    if (!Files.isDirectory(samples)) {
      throw new UsageError(
          "there are no samples of assignment '%s'. There are: %s."
              .formatted(options.assignment, String.join(", ", here.assignments())));
    }
    return new GradeRun(here, options, new CourseOptions(), new TimingsOption())
        .grade(
            List.of(samples),
            here.state().resolve("demo"),
            1,
            new Selection(List.of(), false, true));
  }
}
