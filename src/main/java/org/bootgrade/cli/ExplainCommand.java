package org.bootgrade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code explain}: the story of what was seen. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Tells what happened in each boot, from stored evidence.",
      "",
      "What faulted and where, which stack and handler took it, what was printed, how it ended, and"
          + " what each experiment shows. It starts no container."
    })
final class ExplainCommand implements Callable<Integer> {

  private static final String EVIDENCE = "evidence";

  /** How many submissions or boots a message names. */
  private static final int MOST_NAMED = 40;

  @Parameters(
      arity = "0..1",
      paramLabel = "RESULT",
      defaultValue = ".",
      description =
          "OUT/SUBMISSION of an earlier grade, its evidence/ folder, or a submission that was"
              + " checked (default: the current folder).")
  Path result = Path.of(".");

  @Option(
      names = {"-b", "--boot"},
      paramLabel = "ID",
      description =
          "Tell only this: a program (test/stack_overflow) or a boot of it"
              + " (test/stack_overflow/as-submitted). May be given several times.")
  Set<String> only = new LinkedHashSet<>();

  private final Surroundings here;

  ExplainCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    Evidence evidence = store().read();
    Reports reports = new Reports();
    Set<String> known = reports.explainable(evidence);
    for (String id : only) {
      if (!known.contains(id)) {
        throw new UsageError(
            "--boot %s: there is no such program or boot. There are:%n  %s"
                .formatted(
                    id,
                    String.join(
                        System.lineSeparator() + "  ",
                        known.stream().filter(ExplainCommand::plain).limit(MOST_NAMED).toList())));
      }
    }
    here.out().print(reports.explain(evidence, only, new ConsoleStyle(here.color(), here.width())));
    return ExitCode.OK;
  }

  /** Whether a name can be printed as it is, whoever chose it. */
  private static boolean plain(String id) {
    return id.matches("[A-Za-z0-9_./-]{1,200}");
  }

  private EvidenceStore store() throws UsageError {
    if (!Files.exists(result)) {
      throw new UsageError("%s: there is no such folder.".formatted(result));
    }
    Path path = result.toAbsolutePath().normalize();
    for (Path folder :
        List.of(path, path.resolve(EVIDENCE), here.checked(path).resolve(EVIDENCE))) {
      EvidenceStore store = new EvidenceStore(folder);
      if (store.exists()) {
        return store;
      }
    }
    List<String> graded = graded(path);
    throw new UsageError(
        graded.isEmpty()
            ? "%s: there is no evidence here. Name OUT/SUBMISSION of a grade, or check the submission first: ./bootgrade check %s"
                .formatted(result, result)
            : "%s holds the results of several submissions. Name one of them: %s"
                .formatted(result, String.join(", ", graded)));
  }

  private static List<String> graded(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(c -> new EvidenceStore(c.resolve(EVIDENCE)).exists())
          .map(c -> c.getFileName().toString())
          .filter(ExplainCommand::plain)
          .sorted()
          .limit(MOST_NAMED)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
