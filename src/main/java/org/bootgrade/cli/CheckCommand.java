package org.bootgrade.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.bootgrade.batch.OutputLock;
import org.bootgrade.batch.Roll;
import org.bootgrade.batch.SubmissionPages;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Finding;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code check}: a student's own work. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks one submission and tells what passes, what does not and why.")
final class CheckCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The kernel's folder, or an archive of it (default: the current folder).")
  Path submission = Path.of(".");

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Also write what was seen as a page for a browser: reasons, what the kernel printed, and"
              + " pictures of its boots and memory.")
  @Nullable Path report;

  @Mixin TimingsOption timings = new TimingsOption();

  @Mixin GradingOptions options = new GradingOptions();

  private final Surroundings here;

  CheckCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  @SuppressWarnings("try") // a lock is held, not used
  public Integer call() throws UsageError, InfrastructureFailure {
    Roll.Entry entry = here.submission(submission);
    Path page = report == null ? null : page(report);
    Path path = entry.path();
    Rubric rubric = Workbench.rubric(options, here);
    ProgressLine progress = new ProgressLine(here, 1);
    try (Workbench bench = Workbench.open(options, rubric, here, progress::say);
        OutputLock lock = OutputLock.take(here.checked(path))) {
      Result whole =
          bench
              .pipeline()
              .grade(
                  entry.id(),
                  entry.content(),
                  here.checked(path),
                  null,
                  what -> progress.step(entry, what))
              .result();
      progress.clear();
      Seen seen = SubmissionPages.seen(rubric, whole, Instant.now());
      Result result = seen.result();
      Reports reports = new Reports();
      if (options.json) {
        here.out().print(reports.json(ClassResults.of(List.of(result))));
      } else {
        here.out().print(reports.console(seen, new ConsoleStyle(here.color(), here.width())));
        here.out().println();
        here.out().println("Evidence and logs: " + here.checked(path));
      }
      if (page != null) {
        new SubmissionPages(reports, "").write(here.checked(path), seen, page);
        if (!options.json) {
          here.out().println("Report: " + page);
        }
      }
      timings.tell(bench.pipeline().timings(), here);
      return exitCode(result);
    } finally {
      progress.clear();
    }
  }

  /** Where the page goes; what is wrong with that is told before anything is built. */
  private static Path page(Path named) throws UsageError {
    Path page = named.toAbsolutePath().normalize();
    Path folder = page.getParent();
    if (Files.isDirectory(page)) {
      throw new UsageError("--report %s: that is a folder. Name a file.".formatted(named));
    }
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageError(
          "--report %s: there is no folder %s. Make it, or name a file elsewhere."
              .formatted(named, folder));
    }
    return page;
  }

  private static int exitCode(Result result) {
    if (result.status() == Result.Status.INFRASTRUCTURE_FAILURE) {
      return ExitCode.INFRASTRUCTURE;
    }
    @Nullable List<ScoredCriterion> criteria = result.criteria();
    boolean allPassed =
        result.status() == Result.Status.GRADED
            && criteria != null
            && criteria.stream().allMatch(c -> c.outcome() == Finding.Outcome.PASSED);
    return allPassed ? ExitCode.OK : ExitCode.NOT_PASSED;
  }
}
