package org.bootgrade.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of the corpus are read strictly: what is not understood is an error that says where. */
class CorpusReaderTest {

  private static final String RIGHT =
      """
      sample: modern
      mutants:
        - id: one
          group: mistake
          why: It does not build.
          outcomes:
            builds: failed
          flags: [odd]
          edits:
            - file: a.rs
              find: "no"
              replace: "yes"
      """;

  private static final Map<String, String> FILES = Map.of("a.rs", "no\n", "b.rs", "no no\n");

  private static List<Mutant> read(String yaml) {
    return new CorpusReader("modern.yaml", Set.of("builds", "boots")).read(yaml);
  }

  @Test
  void aMutantSaysOnlyWhatDiffersFromPassed() {
    Mutant mutant = read(RIGHT).get(0);
    assertThat(mutant.expected("builds")).isEqualTo("failed");
    assertThat(mutant.expected("boots")).isEqualTo("passed");
    assertThat(mutant.flags()).containsExactly("odd");
    assertThat(mutant.applyTo(FILES))
        .containsEntry("a.rs", "yes\n")
        .containsEntry("b.rs", "no no\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          group: mistake  | grupe: mistake    | modern.yaml:4: unknown key "grupe"
          group: mistake  | group: misteak    | modern.yaml:4: one: unknown group "misteak"
          builds: failed  | built: failed     | modern.yaml:7: one: unknown key "built"
          builds: failed  | builds: fails     | modern.yaml:7: one: unknown outcome "fails"
          id: one         | id: One           | modern.yaml:3: an id has small letters
          find: "no"      | create: "no"      | modern.yaml:10: one: find and replace go together
          find: "no"      | fnid: "no"        | modern.yaml:11: one: unknown key "fnid"
          find: "no"      | find: ""          | modern.yaml:11: one: this text must not be empty
          group: mistake  | group: right      | modern.yaml:3: one: a right one passes every criterion
          why: It         | "id": "two"\\nwhy: It | modern.yaml:5: the key "id" is there twice
          """)
  void whatIsNotUnderstoodIsAnErrorWithItsPlace(String from, String to, String message) {
    String broken = RIGHT.replace(from, to.replace("\\n", "\n    "));
    assertThatThrownBy(() -> read(broken))
        .isInstanceOf(CorpusError.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file: a.rs | file: b.rs | occurs 2 times in b.rs, not 1 times: no
          file: a.rs | file: c.rs | there is no c.rs
          find: "no" | find: "nn" | occurs 0 times in a.rs, not 1 times: nn
          find: "no" | find: "yes" | occurs 0 times
          replace: "yes" | replace: "no" | its edits change nothing
          """)
  void anEditThatDoesNotFitIsAnErrorThatNamesTheMutant(String from, String to, String message) {
    Mutant mutant = read(RIGHT.replace(from, to)).get(0);
    assertThatThrownBy(() -> mutant.applyTo(FILES))
        .isInstanceOf(CorpusError.class)
        .hasMessageStartingWith("modern.yaml:3: one: ")
        .hasMessageContaining(message);
  }

  @Test
  void filesAreMadeReplacedRenamedAndTakenAway() {
    String edits =
        """
              - {file: new.rs, create: new}
              - {file: a.rs, rewrite: other}
              - {file: a.rs, rename: src/a.rs}
              - {file: b.rs, remove: true}
        """;
    String yaml = RIGHT.substring(0, RIGHT.indexOf("      - file")) + edits;
    assertThat(read(yaml).get(0).applyTo(FILES))
        .isEqualTo(Map.of("new.rs", "new", "src/a.rs", "other"));
  }

  @Test
  void aTextThatOccursAsOftenAsSaidIsReplacedEverywhere() {
    String yaml = RIGHT.replace("a.rs", "b.rs").replace("find:", "times: 2\n        find:");
    assertThat(read(yaml).get(0).applyTo(FILES)).containsEntry("b.rs", "yes yes\n");
  }

  @Test
  void anIdIsTakenOnlyOnce(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("a.yaml"), RIGHT);
    Files.writeString(folder.resolve("b.yaml"), RIGHT);
    assertThatThrownBy(() -> Corpus.read(folder, folder, Set.of("builds")))
        .isInstanceOf(CorpusError.class)
        .hasMessage("b.yaml:3: one: this id is taken, see a.yaml:3");
  }
}
