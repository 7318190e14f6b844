package org.bootgrade.gradebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.bootgrade.gradebook.GradescopeMetadata.Entry;
import org.bootgrade.gradebook.GradescopeMetadata.Submitter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradescopeMetadataTest {

  private static GradescopeMetadata read(String yaml) throws GradebookError {
    return GradescopeMetadata.read("m.yml", yaml.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void submittersAndTimesAreReadAndNoTagMeansAnything() throws GradebookError {
    GradescopeMetadata metadata =
        read(
            """
            ---
            submission_1:
              :submitters:
              - :name: Jane Doe
                :sid: '007'
                :email: jane@uni.example
              - :name: Max Roe
                :sid:
                :email: ~
              :created_at: 2026-10-01 23:59:01.123456000 -07:00
              :score: 10.0
              :results: !ruby/object:ActiveSupport::HashWithIndifferentAccess
                tests: []
            submission_2:
              :submitters: []
              :created_at: !ruby/object:ActiveSupport::TimeWithZone
                utc: &1 2026-10-01 21:59:00.000000000 Z
                zone: &2 !ruby/object:ActiveSupport::TimeZone
                  name: Etc/UTC
                time: *1
            submission_3:
              :created_at: !ruby/object:Gem::Installer [i]
            """);

    assertThat(metadata.entries())
        .containsOnlyKeys("submission_1", "submission_2", "submission_3")
        .containsEntry(
            "submission_1",
            new Entry(
                Instant.parse("2026-10-02T06:59:01Z"),
                List.of(
                    new Submitter("Jane Doe", "007", "jane@uni.example"),
                    new Submitter("Max Roe", "", ""))))
        .containsEntry("submission_2", new Entry(Instant.parse("2026-10-01T21:59:00Z"), List.of()))
        .containsEntry("submission_3", new Entry(null, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-01 23:59:01 UTC, 2026-10-01T23:59:01Z",
    "2026-10-01T23:59:01Z, 2026-10-01T23:59:01Z",
    "2026-10-01 23:59:01 +0530, 2026-10-01T18:29:01Z",
  })
  void aTimeMayBeWrittenInSeveralWays(String written, Instant time) throws GradebookError {
    Entry entry = read("s:\n  :created_at: " + written + "\n").entries().get("s");

    assertThat(entry).isEqualTo(new Entry(time, List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-10-01 23:59:01",
        "2026-10-01",
        "2026-02-30 00:00:00 Z",
        "[]",
        "",
        "{utc: {}}"
      })
  void aTimeThatIsNoneIsLeftOut(String written) throws GradebookError {
    Entry entry = read("s:\n  :created_at: " + written + "\n").entries().get("s");

    assertThat(entry).isEqualTo(new Entry(null, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [ | m.yml:2: this is no YAML",
        "a: !!javax.script.ScriptEngineManager [] | m.yml:1: this is no YAML as Gradescope writes it",
        "just text | m.yml: this is no metadata of Gradescope's",
        "'' | m.yml: this is no metadata of Gradescope's",
        "a: {}\\na: {} | m.yml:2: \"a\" is there a second time",
      })
  void somethingElseIsRefused(String yaml, String problem) {
    GradebookError error =
        catchThrowableOfType(GradebookError.class, () -> read(yaml.replace("\\n", "\n") + "\n"));

    assertThat(error).hasMessageStartingWith(problem);
  }

  @Test
  void aFileOfAliasesOfAliasesIsReadInNoTime() throws GradebookError {
    StringBuilder yaml = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < 60; i++) {
      yaml.append("a%d: &a%d {x: *a%d, y: *a%d}\n".formatted(i, i, i - 1, i - 1));
    }

    assertThat(read(yaml.toString()).entries()).hasSize(60);
  }
}
