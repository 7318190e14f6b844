package org.bootgrade.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.pipeline.Judge;
import org.bootgrade.pipeline.ResultFile;

/**
 * Does what commands do without an engine, so that Java loads their classes: half of a start is the
 * reading and checking of classes, and Java keeps those of a run in an archive when told so ({@code
 * -XX:ArchiveClassesAtExit}). The launcher rehearses once after each compilation.
 */
final class Rehearsal {

  private Rehearsal() {}

  /**
   * Rehearses.
   *
   * @param arguments a folder with evidence of submissions, one folder each, and an empty one
   */
  public static void main(String[] arguments)
      throws IOException, UsageError, InfrastructureFailure {
    PrintStream nobody =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Path empty = Path.of(arguments[1]);
    Surroundings here =
        new Surroundings(
            Path.of(System.getProperty("bootgrade.home", ".")),
            Map.of("XDG_CACHE_HOME", empty.resolve("cache").toString()),
            nobody,
            System.err,
            false,
            false);
    Path out = Files.createDirectories(empty.resolve("out"));
    Judge judge =
        new Judge(
            Workbench.settings(
                new JudgingOptions(), Workbench.rubric(new JudgingOptions(), here), here, empty));
    for (Path recorded : recorded(Path.of(arguments[0]))) {
      String id = recorded.getFileName().toString();
      Evidence evidence = new EvidenceStore(recorded).read();
      new EvidenceStore(out.resolve(id).resolve("evidence")).write(evidence, Map.of());
      new ResultFile(out.resolve(id)).write(judge.judge(id, evidence));
    }
    if (Main.run(here, "regrade", out.toString()) != ExitCode.OK) {
      throw new IllegalStateException("regrade failed");
    }
  }

  private static List<Path> recorded(Path folder) throws IOException {
    try (Stream<Path> recorded = Files.list(folder)) {
      return recorded.sorted().toList();
    }
  }
}
