package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The sample class, graded in real containers by a real QEMU, as the demo does it. */
class SamplesIT {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path SAMPLES = Terminal.HOME.resolve("src/samples/double-faults");

  @TempDir private static Path out;
  private static final Terminal TERMINAL = new Terminal();

  @BeforeAll
  static void theClassIsGraded() {
    int code =
        TERMINAL.run(
            "grade", SAMPLES.toString(), "-o", out.toString(), "--json", Terminal.install());
    assertThat(code).as(TERMINAL.err()).isZero();
  }

  @TestFactory
  Stream<DynamicTest> everySampleGetsTheOutcomesItsExpectationNames() throws IOException {
    try (Stream<Path> samples = Files.list(SAMPLES)) {
      return samples.filter(Files::isDirectory).sorted().toList().stream()
          .map(
              sample ->
                  DynamicTest.dynamicTest(sample.getFileName().toString(), () -> matches(sample)));
    }
  }

  private static void matches(Path sample) throws IOException {
    JsonNode expected = MAPPER.readTree(sample.resolve("expected.json").toFile());
    JsonNode result =
        MAPPER.readTree(out.resolve(sample.getFileName()).resolve("result.json").toFile());
    Map<String, String> wanted = new TreeMap<>();
    expected
        .path("outcomes")
        .properties()
        .forEach(e -> wanted.put(e.getKey(), e.getValue().asText()));
    Map<String, String> found = new TreeMap<>();
    for (JsonNode criterion : result.path("criteria")) {
      found.put(criterion.path("id").asText(), criterion.path("outcome").asText());
    }
    assertThat(found).as(result.toPrettyString()).isEqualTo(wanted);
  }

  @Test
  void aRightSampleGetsEveryPoint() throws IOException {
    for (String right : new String[] {"modern-blog-os", "blog-os-2019", "osirs"}) {
      JsonNode result = MAPPER.readTree(out.resolve(right).resolve("result.json").toFile());
      assertThat(result.path("score").asText()).as(right).isEqualTo("100");
    }
  }

  @Test
  void theClassHasItsTableItsPageAndItsJson() throws IOException {
    assertThat(out.resolve("grades.csv")).content().contains("modern-blog-os");
    assertThat(out.resolve("index.html")).content().contains("modern-blog-os");
    assertThat(MAPPER.readTree(TERMINAL.out()))
        .isEqualTo(MAPPER.readTree(out.resolve("results.json").toFile()));
  }

  @Test
  void aSecondRunKeepsWhatIsGraded() {
    Terminal again = new Terminal();
    assertThat(again.run("grade", SAMPLES.toString(), "-o", out.toString())).isZero();
    assertThat(again.err()).contains("kept from an earlier run").doesNotContain("booting");
  }
}
