package org.bootgrade.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bootgrade.cli.Terminal;
import org.junit.jupiter.api.Test;

/** The table of threats in ARCHITECTURE.md says what proves each row; what it names must exist. */
class ThreatsTest {

  private static final Pattern NAME = Pattern.compile("`([^`]+)`");

  private static List<List<String>> rows(String heading) throws IOException {
    String page = Files.readString(Terminal.HOME.resolve("ARCHITECTURE.md"));
    String section = page.substring(page.indexOf("\n## " + heading + "\n") + 1);
    return section
        .lines()
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
        .toList();
  }

  private static Set<String> tests() throws IOException {
    try (Stream<Path> files = Files.walk(Terminal.HOME.resolve("src/test/java"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\w+(Test|IT)\\.java"))
          .map(name -> name.replace(".java", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> cases() {
    return HostileCases.all().stream().map(HostileCase::id).collect(Collectors.toSet());
  }

  private static List<String> names(String cell) {
    return NAME.matcher(cell).results().map((MatchResult r) -> r.group(1)).toList();
  }

  @Test
  void everyThreatNamesWhatHoldsItAndWhatProvesThat() throws IOException {
    Set<String> known = new TreeSet<>(tests());
    known.addAll(cases());
    List<List<String>> rows = rows("Threats");
    assertThat(rows).hasSizeGreaterThan(15);
    for (List<String> row : rows) {
      assertThat(row).hasSize(5).noneMatch(String::isBlank);
      assertThat(names(row.get(4))).as(row.get(0)).isNotEmpty().isSubsetOf(known);
    }
  }

  @Test
  void everyHostileCaseStandsForAThreat() throws IOException {
    Set<String> named =
        rows("Threats").stream()
            .flatMap(row -> names(row.get(4)).stream())
            .collect(Collectors.toSet());
    assertThat(named).containsAll(cases());
  }

  @Test
  void everyInvariantsTestExists() throws IOException {
    Set<String> tests = tests();
    for (List<String> row : rows("Invariants")) {
      assertThat(names(row.get(1)).stream().filter(name -> name.matches("\\w+(Test|IT)")))
          .as(row.get(0))
          .isSubsetOf(tests);
    }
  }
}
