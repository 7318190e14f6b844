package org.bootgrade.rubric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.bootgrade.grading.CourseSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RubricReaderTest {

  private static final String GOOD =
      """
      assignment: demo
      title: A demo
      points: 12.5
      criteria:
        - id: builds
          title: It builds
          points: 10
        - id: runs
          title: It runs
          points: 2.50
          requires: [builds]
          hint: Look closely.
      """;

  @TempDir private Path folder;

  @Test
  void aRubricIsReadWithDefaultsForWhatItDoesNotSay() throws RubricError {
    Rubric rubric = RubricReader.read("demo.yaml", GOOD);

    assertThat(rubric.assignment()).isEqualTo("demo");
    assertThat(rubric.title()).isEqualTo("A demo");
    assertThat(rubric.settings()).isEqualTo(CourseSettings.defaults());
    assertThat(rubric.toolchainImage()).isNull();
    assertThat(rubric.leftOut()).isEmpty();
    assertThat(rubric.maxScore()).isEqualTo(new BigDecimal("12.5"));
    assertThat(rubric.criteria())
        .containsExactly(
            new Criterion(
                "builds",
                "It builds",
                BigDecimal.TEN,
                List.of(),
                null,
                null,
                false,
                Criterion.Partial.PROPORTION,
                null),
            new Criterion(
                "runs",
                "It runs",
                new BigDecimal("2.5"),
                List.of("builds"),
                "Look closely.",
                null,
                false,
                Criterion.Partial.PROPORTION,
                null));
    assertThat(rubric.groups()).isEmpty();
    assertThat(rubric.zone()).isNull();
    assertThat(rubric.late()).isNull();
    assertThat(rubric.lmsColumn()).isNull();
    assertThat(rubric.origin().line("runs")).isEqualTo(8);
  }

  @Test
  void settingsAreReadInEitherBase() throws RubricError {
    Rubric rubric =
        RubricReader.read(
            "demo.yaml",
            """
            settings:
              qemu-pass: [0x10, 10, 0x7f, 0]
              pass-texts: ["[ok]", fine]
              smallest-ist-stack: 0x2000
            toolchain-image: some/image:2026
            left-out: [other]
            """
                + GOOD);

    assertThat(rubric.settings())
        .isEqualTo(new CourseSettings(List.of(16, 10, 127, 0), List.of("[ok]", "fine"), 8192));
    assertThat(rubric.toolchainImage()).isEqualTo("some/image:2026");
    assertThat(rubric.leftOut()).containsExactly("other");
  }

  private static final String FULL =
      """
      assignment: demo
      title: A demo
      points: 10
      zone: Europe/Berlin
      lms-column: "Demo (12345)"
      late:
        due: 2026-10-01T23:59
        grace: 15 min
        per-day: 10 %
        most: 5
        closed: 2026-10-08T23:59:59
      groups:
        - {id: kernel, title: The kernel}
        - {id: rest, title: The rest}
      criteria:
        - id: builds
          title: It builds
          points: 10
          group: kernel
          partial: all-or-nothing
        - id: runs
          title: It runs
          points: 5
          extra-credit: true
          group: rest
          partial: proportion
          hidden-until: 2026-12-10 12:00
      """;

  @Test
  void whatIsForTheGradebookIsRead() throws RubricError {
    Rubric rubric = RubricReader.read("demo.yaml", FULL);

    assertThat(rubric.zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(rubric.lmsColumn()).isEqualTo("Demo (12345)");
    assertThat(rubric.late())
        .isEqualTo(
            new LatePolicy(
                Instant.parse("2026-10-01T21:59:00Z"),
                Duration.ofMinutes(15),
                new LatePolicy.Amount(BigDecimal.TEN, true),
                new LatePolicy.Amount(new BigDecimal("5"), false),
                Instant.parse("2026-10-08T21:59:59Z"),
                ZoneId.of("Europe/Berlin")));
    assertThat(rubric.groups())
        .containsExactly(
            new Rubric.Group("kernel", "The kernel"), new Rubric.Group("rest", "The rest"));
    assertThat(rubric.maxScore()).isEqualTo(BigDecimal.TEN);
    assertThat(rubric.criteria().get(0).partial()).isEqualTo(Criterion.Partial.ALL_OR_NOTHING);
    Criterion extra = rubric.criteria().get(1);
    assertThat(extra.extraCredit()).isTrue();
    assertThat(extra.hiddenUntil()).isEqualTo(Instant.parse("2026-12-10T11:00:00Z"));
    assertThat(extra.isHidden(Instant.parse("2026-12-10T10:59:59Z"))).isTrue();
    assertThat(extra.isHidden(Instant.parse("2026-12-10T11:00:00Z"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "zone: Europe/Berlin | zone: Europe/Berlim | 4: zone is \"Europe/Berlim\", which is no time zone; did you mean \"Europe/Berlin\"?",
        "zone: Europe/Berlin | zone: CET | 4: zone is \"CET\", which is no time zone",
        "zone: Europe/Berlin | zone: +02:00 | 4: zone is \"+02:00\", which is no time zone",
        "zone: Europe/Berlin | `` | 7: due is a local time, and the rubric has no zone; add",
        "zone: Europe/Berlin | `` | 27: hidden-until of \"runs\" is a local time",
        "2026-10-01T23:59 | 2026-10-01 | 7: due is \"2026-10-01\", which is no date and time",
        "2026-10-01T23:59 | 2026-02-29T23:59 | 7: due is \"2026-02-29T23:59\", which is no date",
        "2026-10-01T23:59 | 2026-10-01T24:00 | 7: due is \"2026-10-01T24:00\", which is no date",
        "due: 2026 | Due: 2026 | 7: late has the unknown key \"Due\"; did you mean \"due\"?",
        "15 min | 15 | 8: grace is \"15\", which is no time span; write minutes, hours or days",
        "15 min | -1 h | 8: grace is \"-1 h\", which is no time span",
        "10 % | 101 % | 9: per-day is \"101 %\", which is neither points nor a percentage",
        "10 % | 100.5 % | 9: per-day is \"100.5 %\", which is neither",
        "per-day: 10 % | # | 10: late has \"most\" and no \"per-day\"",
        "10-08T23:59:59 | 09-08T23:59:59 | 11: closed is before a submission is late at all",
        "10-08T23:59:59 | 10-02T00:10 | 11: closed is before a submission is late at all",
        "id: rest, | id: kernel, | 14: there is a second group \"kernel\"",
        "group: rest | group: test | 25: the group of \"runs\" is \"test\", which is no group here; did you mean \"rest\"?",
        "extra-credit: true | extra-credit: yes | 24: extra-credit of \"runs\" is \"yes\"; write false or true",
        "partial: proportion | partial: half | 26: partial of \"runs\" is \"half\"; write all-or-nothing or proportion",
        "group: kernel | requires: [runs] | 19: \"builds\" requires \"runs\", which is hidden for longer",
        "points: 10\\nzone | points: 15\\nzone | 3: the criteria are worth 10 points together without extra credit, not 15",
      })
  void whatIsWrongForTheGradebookHasItsLineAndMend(String right, String wrong, String problem) {
    String from = right.replace("\\n", "\n");
    assertThat(FULL).contains(from);

    assertThat(problems(FULL.replace(from, wrong.replace("\\n", "\n"))))
        .anySatisfy(p -> assertThat(p).startsWith("demo.yaml:" + problem).contains("; "));
  }

  @Test
  void aPolicyThatCostsNothingIsNone() {
    assertThat(problems(GOOD + "zone: UTC\nlate: {due: 2026-10-01T23:59, grace: 1 d}\n"))
        .singleElement()
        .asString()
        .contains("neither \"per-day\" nor \"closed\"");
  }

  @Test
  void whatIsHiddenMustNotRequireWhatIsHiddenForLonger() {
    String yaml =
        FULL.replace("    partial: all-or-nothing", "    hidden-until: 2026-12-10 12:01")
            .replace("    partial: proportion", "    requires: [builds]");

    assertThat(problems(yaml))
        .singleElement()
        .asString()
        .startsWith("demo.yaml:26: \"runs\" requires \"builds\", which is hidden for longer");
  }

  @Test
  void whatIsHiddenMayRequireWhatIsHiddenNoLonger() throws RubricError {
    String later = "hidden-until: 2026-12-10 12:00";
    String yaml =
        FULL.replace("    partial: all-or-nothing", "    " + later)
            .replace("    partial: proportion", "    requires: [builds]");

    assertThat(RubricReader.read("demo.yaml", yaml).criteria()).hasSize(2);
  }

  @Test
  void theDigestIsOfTheBytesOfTheFile() throws RubricError, IOException {
    Path file = folder.resolve("demo.yaml");
    Files.writeString(file, GOOD);

    assertThat(RubricReader.read(file).digest())
        .isEqualTo(RubricReader.read("other-name.yaml", GOOD).digest())
        .matches("sha256:[0-9a-f]{64}");
    assertThat(RubricReader.read("demo.yaml", GOOD + "\n").digest())
        .isNotEqualTo(RubricReader.read(file).digest());
  }

  @Test
  void linesOfWindowsAndAByteOrderMarkAreRead() throws RubricError {
    Rubric rubric = RubricReader.read("demo.yaml", "\ufeff" + GOOD.replace("\n", "\r\n"));

    assertThat(rubric.criteria()).hasSize(2);
    assertThat(rubric.origin().line("runs")).isEqualTo(8);
  }

  @Test
  void everyProblemIsReportedInTheOrderOfLines() {
    String yaml =
        """
        asignment: demo
        title: no
        points: 010
        criteria:
          - id: Builds
            title: ""
            points: -1
        """;

    assertThat(problems(yaml))
        .containsExactly(
            "demo.yaml:1: the rubric has the unknown key \"asignment\"; did you mean"
                + " \"assignment\"?",
            "demo.yaml:1: the rubric has no \"assignment\"; add \"assignment: ID\", as the graders'"
                + " @Assignment names it",
            "demo.yaml:2: the rubric's title is \"no\", which YAML does not read as a text; put it"
                + " in quotes",
            "demo.yaml:3: \"points\" of the rubric is \"010\", which is no plain amount of points; write"
                + " a decimal number from 0 to 999999, such as 10 or 2.5, with no sign, exponent or"
                + " leading zero and at most 4 decimals",
            "demo.yaml:5: the id of criterion 1 \"Builds\" is not in kebab-case; write lower-case"
                + " letters and digits joined by hyphens, such as handler-diverges, at most 64",
            "demo.yaml:6: the title of criterion 1 is empty; write one, or remove the key if it may"
                + " be missing",
            "demo.yaml:7: \"points\" of criterion 1 is \"-1\", which is no plain amount of points;"
                + " write a decimal number from 0 to 999999, such as 10 or 2.5, with no sign,"
                + " exponent or leading zero and at most 4 decimals");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no",
        "010",
        "1e1",
        "1E+1",
        ".nan",
        "NaN",
        ".inf",
        "-10",
        "+10",
        "0x0a",
        "1_0",
        "10.",
        ".5",
        "1:30",
        "ten",
        "'10'",
        "\"10\"",
        "[10]",
        "{a: 1}",
        "~",
        "",
        "1.00001",
        "1000000",
        "99999999999999999999999",
        "10 points"
      })
  void pointsAreWrittenPlainly(String points) {
    assertThat(problems(GOOD.replace("points: 10\n", "points: " + points + "\n")))
        .singleElement()
        .asString()
        .startsWith("demo.yaml:7: \"points\" of \"builds\" ");
  }

  @ParameterizedTest
  @CsvSource({"0,10", "10.0,10", "10.25,10.25", "0.0001,0.0001", "99999,99999"})
  void pointsAreExactDecimals(String written, String read) throws RubricError {
    BigDecimal total = new BigDecimal(read).add(new BigDecimal("2.5"));
    if (written.equals("0")) {
      total = new BigDecimal("2.5");
    }
    Rubric rubric =
        RubricReader.read(
            "demo.yaml",
            GOOD.replace("points: 10\n", "points: " + written + "\n")
                .replace("points: 12.5", "points: " + total));

    assertThat(rubric.maxScore()).isEqualByComparingTo(total);
  }

  @ParameterizedTest
  @ValueSource(strings = {"010", "0x80", "128", "-1", "1.5", "'16'", "0x", "yes", "16, 0x10", ""})
  void valuesOfQemuPassFitTheExitPort(String value) {
    assertThat(problems("settings: {qemu-pass: [" + value + "]}\n" + GOOD))
        .singleElement()
        .asString()
        .startsWith("demo.yaml:1: ")
        .contains("qemu-pass");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "settings: {qemu-pass: 0x10}         | qemu-pass is not a list",
        "settings: {qemu-passs: [0x10]}      | did you mean \"qemu-pass\"?",
        "settings: {pass-texts: [[ok]]}      | a pass text is not a text; write it in \"quotes\"",
        "settings: {pass-texts: [yes]}       | put it in quotes",
        "settings: {smallest-ist-stack: 4k}  | smallest-ist-stack is \"4k\"",
        "settings: {smallest-ist-stack: 0}   | out of range",
        "settings: [1]                       | settings is not a mapping",
        "toolchain-image: --privileged       | is no image",
        "toolchain-image: 'a b'              | is no image",
        "left-out: builds                    | left-out is not a list",
        "left-out: [builds]                  | is a criterion and left out at once",
        "left-out: [a, a]                    | lists \"a\" twice",
        "title: again                        | has the key \"title\" a second time",
        "colour: red                         | known keys are assignment, title",
        "? [a, b] : c                        | has a key that is no plain word",
        "<<: {title: x}                      | merge keys (<<) are not allowed",
        "left-out: &x [a]                    | the anchor &x is not allowed",
        "left-out: [*x]                      | the alias *x is not allowed",
        "left-out: !!set {a}                 | the tag \"tag:yaml.org,2002:set\" is not allowed",
        "toolchain-image: !ruby/object:A b   | the tag \"!ruby/object:A\" is not allowed",
        "toolchain-image: \"a\\e[31m\"       | holds a control character",
      })
  void whatDoesNotBelongInARubricIsNamed(String line, String message) {
    List<String> problems = problems(line + "\n" + GOOD);

    assertThat(problems).isNotEmpty();
    assertThat(String.join("\n", problems)).contains(message).doesNotContain("\u001b");
  }

  @Test
  void aPrerequisiteMustBeACriterion() {
    assertThat(problems(GOOD.replace("[builds]", "\n      - bulids")))
        .containsExactly(
            "demo.yaml:12: \"runs\" requires \"bulids\", which is no criterion here; did you mean"
                + " \"builds\"?");
  }

  @Test
  void aCircleOfPrerequisitesIsReportedOnce() {
    String yaml =
        GOOD.replace("points: 10\n", "points: 10\n    requires: [runs]\n")
            .replace("requires: [builds]", "requires: [builds, runs]");

    assertThat(problems(yaml))
        .containsExactly(
            "demo.yaml:12: criteria require each other in a circle: builds → runs → builds; remove"
                + " one of these from requires",
            "demo.yaml:12: criteria require each other in a circle: runs → runs; remove one of"
                + " these from requires");
  }

  @Test
  void twoCriteriaCannotShareAnId() {
    assertThat(problems(GOOD.replace("id: runs", "id: builds")))
        .containsExactly(
            "demo.yaml:8: there is a second criterion \"builds\", the first is in line 5; remove"
                + " one of them or change its id");
  }

  @Test
  void pointsMustAddUp() {
    assertThat(problems(GOOD.replace("12.5", "100")))
        .containsExactly(
            "demo.yaml:3: the criteria are worth 12.5 points together, not 100; write points: 12.5"
                + " here, or change the criteria's");
  }

  @Test
  void somethingMustBeWorthPoints() {
    assertThat(
            problems(
                GOOD.replace("12.5", "0").replace("points: 10", "points: 0").replace("2.50", "0")))
        .containsExactly(
            "demo.yaml:3: no criterion is worth a point; give at least one criterion points");
  }

  @Test
  void aTabInTheIndentationIsCalledATab() {
    assertThat(problems(GOOD.replace("    title: It runs", "\ttitle: It runs")))
        .containsExactly("demo.yaml:9: this line is indented with a tab; indent it with spaces");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "title: \"open",
        "criteria: [",
        "a: b: c",
        "- a\nb: c",
        "title: 'x' y",
        "@x: 1",
        "a: |x",
        "%YAML 9.9\n---\na: b",
        "title: \"\\q\"",
        "a:\n   - b\n  - c"
      })
  void aSyntaxErrorHasALine(String yaml) {
    assertThat(problems(yaml)).singleElement().asString().matches("demo.yaml:[1-9].*; .*");
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertThat(problems(GOOD + "---\n" + GOOD))
        .containsExactly(
            "demo.yaml:13: a second YAML document begins here; write one rubric a file, without"
                + " ---");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "\n\n"})
  void anEmptyFileIsNoRubric(String yaml) {
    assertThat(problems(yaml)).singleElement().asString().contains("the file is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"just text", "[a, b]", "42", "criteria: []", "criteria: {}", "criteria:"})
  void somethingElseIsNoRubric(String yaml) {
    assertThat(problems(yaml)).isNotEmpty();
  }

  @Test
  void aCriterionMustBeAMapping() {
    assertThat(problems(GOOD + "  - just-an-id\n"))
        .containsExactly(
            "demo.yaml:13: criterion 3 is not a mapping; write \"- id: …\" and its other keys"
                + " below");
  }

  @Test
  void deepNestingEndsAtItsLimitAndNotInTheStack() {
    assertThat(problems("a: " + "[".repeat(300_000)))
        .containsExactly(
            "demo.yaml:1: lists or keys are nested deeper than a rubric goes; see the"
                + " documentation");
  }

  @Test
  void aFileOfManyMistakesIsCutShort() {
    assertThat(problems("x: 1\n".repeat(10_000))).hasSize(50);
  }

  @Test
  void aControlCharacterHasALine() {
    assertThat(problems(GOOD.replace("Look closely", "Look\u0007closely")))
        .containsExactly("demo.yaml:12: the character U+0007 is not allowed in YAML; remove it");
  }

  @Test
  void aFileThatIsNotUtf8HasALine() throws IOException {
    Path file = folder.resolve("latin.yaml");
    Files.write(file, GOOD.replace("closely", "n\u00e4her").getBytes(StandardCharsets.ISO_8859_1));

    assertThat(error(file))
        .hasMessage(file + ":12: the file is not UTF-8 from this line on; save" + " it as UTF-8");
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("none.yaml");

    assertThat(error(file))
        .hasMessage(file + ": there is no such file; check --rubric and the folder");
  }

  @Test
  void aFolderIsNoRubric() {
    assertThat(error(folder)).hasMessageContaining("the file cannot be read");
  }

  @Test
  void aHugeFileIsNotRead() throws IOException {
    Path file = folder.resolve("huge.yaml");
    Files.write(file, new byte[(1 << 20) + 1]);

    assertThat(error(file)).hasMessageContaining("larger than 1 MiB");
  }

  @Test
  void aChainOfCriteriaIsBounded() throws RubricError {
    assertThat(RubricReader.read("chain.yaml", chain(500)).criteria()).hasSize(500);
    assertThat(problems(chain(501)).get(0)).contains("there are more than 500 criteria");
  }

  /** Criteria each of which requires the next. */
  private static String chain(int length) {
    StringBuilder yaml =
        new StringBuilder("assignment: a\ntitle: t\npoints: %d\ncriteria:\n".formatted(length));
    for (int i = 1; i <= length; i++) {
      yaml.append("  - {id: c%d, title: t, points: 1".formatted(i));
      yaml.append(i < length ? ", requires: [c%d]}\n".formatted(i + 1) : "}\n");
    }
    return yaml.toString();
  }

  private static List<String> problems(String yaml) {
    RubricError error =
        catchThrowableOfType(RubricError.class, () -> RubricReader.read("demo.yaml", yaml));
    assertThat(error).as("the error for\n%s", yaml).isNotNull();
    assertThat(error.getMessage())
        .isEqualTo(
            error.problems().stream().map(Object::toString).collect(Collectors.joining("\n")));
    return error.problems().stream().map(Object::toString).toList();
  }

  private static RubricError error(Path file) {
    return catchThrowableOfType(RubricError.class, () -> RubricReader.read(file));
  }
}
