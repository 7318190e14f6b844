package org.bootgrade.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bootgrade.corpus.Mutant.Group;
import org.bootgrade.rubric.Criterion;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the corpus must hold to be worth its time, asked without grading it. */
class CorpusTest {

  private static final Path FOLDER = Path.of("src/corpus/double-faults");
  private static final Path SAMPLES = Path.of("src/samples/double-faults");
  private static final List<String> CRITERIA = criteria();
  private static final Corpus CORPUS = corpus();

  private static List<String> criteria() {
    try {
      return RubricReader.read(Path.of("rubrics/double-faults.yaml")).criteria().stream()
          .map(Criterion::id)
          .toList();
    } catch (RubricError e) {
      throw new IllegalStateException(e);
    }
  }

  private static Corpus corpus() {
    try {
      return Corpus.read(FOLDER, SAMPLES, Set.copyOf(CRITERIA));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyMutantCanBeMade() {
    return CORPUS.mutants().stream()
        .map(
            mutant ->
                DynamicTest.dynamicTest(
                    mutant.id(),
                    () ->
                        assertThat(CORPUS.filesOf(mutant))
                            .containsKey("Cargo.toml")
                            .doesNotContainKey("expected.json")));
  }

  @Test
  void thereAreEnoughMutantsOfThreeStyles() {
    assertThat(CORPUS.mutants()).hasSizeGreaterThanOrEqualTo(45);
    assertThat(styles()).hasSize(3);
  }

  @TestFactory
  Stream<DynamicTest> everyCriterionIsFailedAndPassedInEveryStyle() {
    return styles().stream()
        .flatMap(
            style ->
                CRITERIA.stream()
                    .map(
                        criterion ->
                            DynamicTest.dynamicTest(
                                style + ", " + criterion,
                                () ->
                                    bothWays(
                                        CORPUS.mutants().stream()
                                            .filter(m -> m.sample().equals(style))
                                            .toList(),
                                        criterion))));
  }

  @TestFactory
  Stream<DynamicTest> theCoveringTenthFailsAndPassesEveryCriterion() {
    return CRITERIA.stream()
        .map(
            criterion ->
                DynamicTest.dynamicTest(
                    criterion, () -> bothWays(CORPUS.covering().mutants(), criterion)));
  }

  @Test
  void theCoveringTenthIsATenth() {
    assertThat(CORPUS.covering().mutants())
        .hasSizeLessThanOrEqualTo((CORPUS.mutants().size() + 9) / 10)
        .extracting(Mutant::group)
        .contains(Group.values());
  }

  @Test
  void everyIndexOfTheInterruptStackTableIsTried() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Mutant mutant : CORPUS.mutants()) {
      if (mutant.group() == Group.RIGHT) {
        all.append(CORPUS.filesOf(mutant).get("src/gdt.rs"));
      }
    }
    for (int index = 0; index <= 6; index++) {
      assertThat(all.toString())
          .containsPattern("DOUBLE_FAULT_IST(_INDEX)?: u16 = %d;".formatted(index));
    }
  }

  private static Set<String> styles() {
    return CORPUS.mutants().stream().map(Mutant::sample).collect(Collectors.toSet());
  }

  private static void bothWays(List<Mutant> mutants, String criterion) {
    assertThat(mutants).anyMatch(m -> m.expected(criterion).equals("failed"));
    assertThat(mutants).anyMatch(m -> m.expected(criterion).equals("passed"));
  }

  @Test
  void mutantsAreWrittenAsFoldersOfTheirIds(@TempDir Path folder) throws IOException {
    Corpus two = new Corpus(SAMPLES, CORPUS.mutants().subList(0, 2));
    two.writeTo(folder);
    for (Mutant mutant : two.mutants()) {
      assertThat(Files.readString(folder.resolve(mutant.id()).resolve("src/gdt.rs")))
          .isEqualTo(two.filesOf(mutant).get("src/gdt.rs"));
    }
  }
}
