package org.bootgrade.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bootgrade.cli.Terminal;
import org.bootgrade.corpus.Mutant.Group;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.rubric.Criterion;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The mutants, graded in real containers by a real QEMU: a covering tenth of them, or with {@code
 * -Pcorpus} all.
 */
class CorpusIT {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void noMutantGetsAFalseVerdict() throws Exception {
    Rubric rubric = RubricReader.read(Terminal.HOME.resolve("rubrics/double-faults.yaml"));
    List<String> criteria = rubric.criteria().stream().map(Criterion::id).toList();
    Corpus all =
        Corpus.read(
            Terminal.HOME.resolve("src/corpus/double-faults"),
            Terminal.HOME.resolve("src/samples/double-faults"),
            Set.copyOf(criteria));
    boolean whole = "all".equals(System.getProperty("bootgrade.corpus"));
    Corpus corpus = whole ? all : all.covering();
    Path mutants = folder.resolve("mutants");
    Path out = folder.resolve("out");
    corpus.writeTo(mutants);

    Terminal terminal = new Terminal();
    int code =
        terminal.run(
            "grade", mutants.toString(), "-o", out.toString(), "--json", Terminal.install());
    assertThat(code).as(terminal.err()).isZero();

    ExitCodeJudge judge = new ExitCodeJudge(rubric.settings());
    VerdictTable table = new VerdictTable(criteria);
    List<String> wrong = new ArrayList<>();
    for (Mutant mutant : corpus.mutants()) {
      Path results = out.resolve(mutant.id());
      Map<String, JsonNode> found = criteria(results);
      Set<String> believed = believed(judge, results.resolve("evidence"));
      for (String criterion : criteria) {
        String expected = mutant.expected(criterion);
        String said = found.get(criterion).path("outcome").asText();
        table.add(
            criterion,
            expected.equals(Mutant.PASSED),
            said.equals(Mutant.PASSED),
            believed.contains(criterion));
        if (!said.equals(expected)) {
          wrong.add(
              "%s (%s): %s is %s and should be %s. Bootgrade says: %s\n  The mutant: %s"
                  .formatted(
                      mutant.id(),
                      mutant.place(),
                      criterion,
                      said,
                      expected,
                      found.get(criterion).path("reason").asText(),
                      mutant.why()));
        }
      }
      wrong.addAll(wrongFlags(mutant, results));
    }
    print(table, corpus.mutants().size(), all.mutants().size());
    assertThat(wrong).isEmpty();
  }

  private static Map<String, JsonNode> criteria(Path results) throws IOException {
    Map<String, JsonNode> found = new HashMap<>();
    JsonNode result = MAPPER.readTree(results.resolve("result.json").toFile());
    assertThat(result.path("status").asText()).as(result.toPrettyString()).isEqualTo("graded");
    result.path("criteria").forEach(c -> found.put(c.path("id").asText(), c));
    return found;
  }

  private static Set<String> believed(ExitCodeJudge judge, Path evidence)
      throws InfrastructureFailure {
    return judge.passed(new EvidenceStore(evidence).read());
  }

  /** Flags that are missing; and those on a right submission that nobody expects. */
  private static List<String> wrongFlags(Mutant mutant, Path results) throws IOException {
    List<String> raised = new ArrayList<>();
    JsonNode result = MAPPER.readTree(results.resolve("result.json").toFile());
    result.path("flags").forEach(f -> raised.add(f.path("id").asText()));
    List<String> wrong = new ArrayList<>();
    for (String flag : mutant.flags()) {
      if (!raised.contains(flag)) {
        wrong.add(
            "%s (%s): the flag %s is missing. The mutant: %s"
                .formatted(mutant.id(), mutant.place(), flag, mutant.why()));
      }
    }
    for (String flag : raised) {
      if (mutant.group() == Group.RIGHT && !mutant.flags().contains(flag)) {
        wrong.add(
            "%s (%s): it is right, but has the flag %s. The mutant: %s"
                .formatted(mutant.id(), mutant.place(), flag, mutant.why()));
      }
    }
    return wrong;
  }

  private static void print(VerdictTable table, int graded, int all) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("%d of %d mutants of src/corpus/double-faults".formatted(graded, all));
    lines.add("");
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(ExitCodeJudge.LEGEND);
    Path file = Terminal.HOME.resolve("target/corpus.txt");
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
    lines.forEach(System.out::println);
  }
}
