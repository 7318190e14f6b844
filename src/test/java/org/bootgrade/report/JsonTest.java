package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bootgrade.report.Result.Submission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private final Reports reports = new Reports();

  static Stream<Result> results() {
    return Samples.all().results().stream();
  }

  @Test
  void aGradedResultIsTheContract() {
    String digest = Samples.rubric().digest();

    assertThat(reports.json(Samples.poor()))
        .startsWith(
            """
            {
              "schema": "bootgrade/result/v1",
              "submission": {
                "id": "bob",
                "digest": "%s"
              },
              "assignment": "demo",
              "status": "graded",
              "score": 5,
              "maxScore": 100,
              "criteria": [
                {
                  "id": "builds",
                  "title": "The kernel and its tests build",
                  "outcome": "partial",
                  "points": 5,
                  "maxPoints": 10,
                  "reason": "The test double does not"""
                .formatted(Samples.DIGEST))
        .endsWith(
            """
                {
                  "id": "double-fault-handled",
                  "title": "A fault that no handler takes ends in the double fault handler which reports it",
                  "outcome": "failed",
                  "points": 0,
                  "maxPoints": 57.5,
                  "reason": "Expected a double fault, but the machine reset.",
                  "hint": "Look at the IDT.",
                  "evidence": [
                    {
                      "boot": "kernel/as-submitted",
                      "event": 2,
                      "source": "src/main.rs:30"
                    }
                  ]
                },
                {
                  "id": "test-is-sensitive",
                  "title": "The test can fail",
                  "outcome": "skipped",
                  "points": 0,
                  "maxPoints": 32.5,
                  "reason": "Skipped because double-fault-handled failed.",
                  "evidence": []
                }
              ],
              "notes": [
                "kernel.json is in the form of an older compiler; in the build's copy it is new"
              ],
              "flags": [
                {
                  "id": "build-script",
                  "detail": "build.rs runs code at build time"
                }
              ],
              "rubric": {
                "id": "demo",
                "digest": "%s"
              },
              "graders": {
                "digest": "%s"
              },
              "tool": {
                "version": "0.1.0"
              }
            }
            """
                .formatted(digest, Samples.GRADERS));
  }

  @Test
  void aFailureOfOursHasNoScore() {
    assertThat(reports.json(Samples.notGraded()))
        .contains("\"status\": \"infrastructure-failure\"")
        .contains("\"message\": \"The engine is gone.\"")
        .contains("\"mend\": \"Run ./bootgrade doctor.\"")
        .doesNotContain("core\"", "criteria");
  }

  @Test
  void aRejectedSubmissionScoresZeroAndIsFlagged() {
    assertThat(reports.json(Samples.rejected()))
        .contains("\"status\": \"rejected\",\n  \"score\": 0,\n  \"maxScore\": 100")
        .contains("\"criteria\": []")
        .contains("\"id\": \"rejected\"");
  }

  @Test
  void aResultOfAVersionThatDidNotNoteItsGradersIsRead() throws IOException {
    String json = reports.json(Samples.poor());
    String earlier =
        json.replaceFirst("  \"graders\": \\{\\s*\"digest\": \"[^\"]*\"\\s*\\},\n", "");

    assertThat(earlier).isNotEqualTo(json);
    assertThat(reports.readResult(earlier, "result.json").graders()).isNull();
    assertThat(schema("result").validate(earlier, InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("results")
  void whatIsWrittenIsReadBackTheSame(Result result) throws IOException {
    String json = reports.json(result);

    assertThat(reports.readResult(json, "result.json")).isEqualTo(result);
    assertThat(reports.json(reports.readResult(json, "result.json"))).isEqualTo(json);
  }

  @Test
  void aClassIsOrderedAndReadBackTheSame() throws IOException {
    String json = reports.json(Samples.all());

    assertThat(reports.readClass(json, "results.json")).isEqualTo(Samples.all());
    assertThat(Samples.all().results())
        .extracting(r -> r.submission().id())
        .isSorted()
        .contains("alice", "bob", "carol", "dave");
    assertThat(reports.json(ClassResults.of(List.of())))
        .isEqualTo("{\n  \"schema\": \"bootgrade/class/v1\",\n  \"results\": []\n}\n");
  }

  @ParameterizedTest
  @MethodSource("results")
  void resultsKeepToTheirSchema(Result result) throws IOException {
    assertThat(schema("result").validate(reports.json(result), InputFormat.JSON)).isEmpty();
  }

  @Test
  void aClassKeepsToItsSchema() throws IOException {
    assertThat(schema("class").validate(reports.json(Samples.all()), InputFormat.JSON)).isEmpty();
  }

  @Test
  void whatATerminalWouldActOnIsEscapedAndReadBackTheSame() throws IOException {
    String odd = "\u0000\u001b\u007f\u009b\u202e\u2028\ud800 ä山🦀\\\"";
    Result result =
        Result.rejected(new Submission(odd, null), Samples.rubric(), odd, List.of(), "0.1.0");

    String json = reports.json(result);

    assertThat(json)
        .contains("\\u0000\\u001B\\u007F\\u009B\\u202E\\u2028\\uD800 ä山\\uD83E\\uDD80\\\\\\\"");
    assertThat(reports.readResult(json, "result.json")).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"score\": 5            | \"score\": \"5\"",
        "\"score\": 5            | \"score\": null",
        "\"status\": \"graded\"  | \"status\": \"rejected\"",
        "\"status\": \"graded\"  | \"status\": \"infrastructure-failure\"",
        "\"outcome\": \"partial\"| \"outcome\": \"PARTIAL\"",
        "bootgrade/result/v1     | bootgrade/result/v2",
        "\"assignment\": \"demo\"| \"assignment\": \"demo\", \"extra\": 1",
        "\"title\": \"The test   | \"name\": \"The test",
      })
  void theSchemaAndTheReaderRefuseOtherThings(String right, String wrong) throws IOException {
    String json = reports.json(Samples.poor());
    assertThat(json).contains(right);
    String changed = json.replace(right, wrong);

    assertThat(schema("result").validate(changed, InputFormat.JSON)).isNotEmpty();
    if (!wrong.contains("\"5\"")) {
      assertThatIOException().isThrownBy(() -> reports.readResult(changed, "bob/result.json"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{",
        "42",
        "\u0000",
        "{\"schema\": \"bootgrade/result/v1\"}",
        "{\"score\": 1e999999999}"
      })
  void anUnreadableFileSaysWhereAndWhatToDo(String text) {
    assertThatIOException()
        .isThrownBy(() -> reports.readResult(text, "bob/result.json"))
        .withMessageContaining("bob/result.json")
        .withMessageContaining("--force");
  }

  @Test
  void aCutFileSaysItsLine() {
    String json = reports.json(Samples.good());

    assertThatIOException()
        .isThrownBy(() -> reports.readResult(json.substring(0, json.length() / 2), "result.json"))
        .withMessageMatching("(?s)result.json line [1-9].*--force");
  }

  @Test
  void anAmountWithAHugeExponentIsNotWrittenOut() {
    String json = reports.json(Samples.good()).replace("\"score\": 100", "\"score\": 0");

    assertThatIOException()
        .isThrownBy(
            () ->
                reports.readResult(
                    json.replace("\"points\": 10,", "\"points\": 1e999999999,"), "result.json"));
  }

  private static Schema schema(String name) throws IOException {
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemas(
                    Map.of(
                        "urn:bootgrade:result:v1", resource("result"),
                        "urn:bootgrade:class:v1", resource("class"))))
        .getSchema(resource(name));
  }

  private static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(JsonTest.class.getResourceAsStream(name + ".schema.json"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
