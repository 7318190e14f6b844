package org.bootgrade.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Recorded;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line says where it is wrong. No engine is asked for anything. */
class CommandLineTest {

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path submission;
  private Path xdg;

  @BeforeEach
  void aSubmission() throws IOException {
    submission = Files.createDirectories(folder.resolve("alice"));
    Files.writeString(submission.resolve("Cargo.toml"), "");
    xdg = Files.createDirectories(folder.resolve("xdg"));
  }

  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    try (Stream<Path> left = Files.walk(xdg)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private int run(String... arguments) {
    Surroundings here =
        new Surroundings(
            Path.of("").toAbsolutePath(),
            Map.of(
                "HOME", xdg.toString(),
                "XDG_CACHE_HOME", xdg.resolve("cache").toString(),
                "BOOTGRADE_LOG", "log/of/mine",
                "XDG_STATE_HOME", xdg.resolve("state").toString(),
                // Were a command to get that far after all, it would still find no engine.
                "BOOTGRADE_SANDBOX", "process"),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false);
    int code = Main.run(here, arguments);
    assertThat(err.toString(UTF_8)).doesNotContain("Exception", "\tat ");
    return code;
  }

  private String refused(String... arguments) {
    return refused(2, arguments);
  }

  private String refused(int code, String... arguments) {
    assertThat(run(arguments)).isEqualTo(code);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).startsWith("bootgrade: ");
    return err.toString(UTF_8);
  }

  @Test
  void whatOfAClassIsNotGradedIsTold() throws IOException {
    Path members = Files.createDirectories(folder.resolve("class"));
    for (String name : List.of("bob.zip", ".carol.zip", "eve.rar", "notes.txt")) {
      Files.writeString(members.resolve(name), "");
    }
    Files.createSymbolicLink(members.resolve("gina.tgz"), Path.of("nowhere.tgz"));
    assertThat(run("grade", members.toString(), "--rubric", "nowhere.yaml")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains(members.resolve(".carol.zip") + " is not graded: its name begins with a dot.")
        .contains(members.resolve("eve.rar") + " is not graded: archives of its kind")
        .contains(members.resolve("gina.tgz") + " is not graded: it is no file but a link")
        .doesNotContain("bob.zip", "notes.txt");
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeAnythingIsDone() {
    assertThat(refused("check", alice(), "--report", folder.resolve("no/r.html").toString()))
        .contains("there is no folder " + folder.resolve("no"));
    err.reset();
    assertThat(refused("check", alice(), "--report", folder.toString()))
        .contains("that is a folder. Name a file.");
  }

  private String alice() {
    return submission.toString();
  }

  @Test
  void helpGoesToStandardOutput() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("demo", "check", "grade", "doctor", "Exit codes");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "check", "grade", "regrade", "explain", "debug", "doctor"})
  void everyCommandHasHelp(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("Usage: bootgrade " + command);
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "check", "grade", "regrade", "explain", "debug", "doctor"})
  void helpCanBeAskedForByItsOwnCommand(String command) {
    assertThat(run("help", command)).isZero();
    assertThat(out.toString(UTF_8)).contains("Usage: bootgrade " + command);
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void helpOfNothingIsThatOfAllAndOfAnUnknownCommandIsRefused() {
    assertThat(run("help")).isZero();
    assertThat(out.toString(UTF_8)).contains("Exit codes");
    out.reset();
    assertThat(refused("help", "graed")).contains("graed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "demo", "check", "grade", "doctor"})
  void helpFitsEightyColumnsAndIsBrokenNowhereElse(String command) {
    assertThat(command.isEmpty() ? run("--help") : run(command, "--help")).isZero();
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertThat(lines).allMatch(line -> line.length() <= 80);
    for (int i = 0; i + 1 < lines.size(); i++) {
      String line = lines.get(i);
      String next = lines.get(i + 1);
      // A line that ends within a sentence is full: the next word would not have fitted.
      if (line.matches(".*[a-z,.]") && next.matches("[a-z].*")) {
        assertThat(line.length() + 1 + next.split(" ", 2)[0].length()).as(line).isGreaterThan(79);
      }
    }
  }

  @Test
  void eachCommandIsListedWithAWholeSentence() {
    run("--help");
    assertThat(out.toString(UTF_8))
        .containsPattern(
            "(?s)  grade +Grades [^:]*?\\.\n  explain +[^:]*?\\.\n  debug +[^:]*?\\.\n  doctor +[^:]*?\\.\n\n");
  }

  @Test
  void aFailureOfOursNamesItsReasonAndTheWholePathOfTheLog() throws IOException {
    Files.writeString(xdg.resolve("cache"), "a file in the place of a folder");
    int code = run("check", alice());
    Files.delete(xdg.resolve("cache"));
    assertThat(code).isEqualTo(3);
    assertThat(err.toString(UTF_8))
        .contains(
            "bootgrade: no folder could be made in " + xdg.resolve("cache/bootgrade/scratch"),
            "(a file is where a folder should be: " + xdg.resolve("cache/bootgrade") + ")",
            "  Log: " + Path.of("log/of/mine").toAbsolutePath());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../rubrics/double-faults", "/etc/passwd", "Double-Faults", ""})
  void anAssignmentIsNoPath(String assignment) {
    assertThat(refused("check", alice(), "-a", assignment)).contains("'" + assignment + "'");
  }

  @Test
  void theVersionGoesToStandardOutput() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString(UTF_8)).matches("bootgrade [0-9]+\\.[0-9]+\\.[0-9]+\\s*");
  }

  @Test
  void withoutACommandTheUsageGoesToStandardError() {
    assertThat(run()).isEqualTo(2);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).contains("Usage: bootgrade", "grade");
  }

  @Test
  void anUnknownOptionIsNamed() {
    assertThat(refused("grade", "--frobnicate", alice()))
        .contains("--frobnicate", "bootgrade grade --help");
  }

  @Test
  void anUnknownCommandIsNamed() {
    assertThat(refused("graed", alice())).contains("graed", "bootgrade --help");
  }

  @Test
  void onlyWhomThereIsNoSubmissionOfIsRefused() {
    assertThat(
            refused("grade", alice(), "-o", folder.resolve("out").toString(), "--only", "a*,bob"))
        .contains("--only bob", "no submission is called so", "for example alice");
  }

  @Test
  void regradeWantsTheFolderOfAnEarlierGrade() {
    assertThat(refused("regrade", submission.toString()))
        .contains("alice", "there are no results in it");
    assertThat(refused("regrade", folder.resolve("nobody").toString())).contains("nobody");
    assertThat(refused("regrade", submission.resolve("Cargo.toml").toString()))
        .contains("Cargo.toml", "there are no results in it");
  }

  @Test
  void gradeWantsASubmission() {
    assertThat(refused("grade")).contains("SUBMISSION");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grade", "check"})
  void aMissingPathIsNamed(String command) {
    assertThat(refused(command, folder.resolve("nobody").toString()))
        .contains("nobody", "no such file or folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grade", "check"})
  void anUnknownAssignmentIsNamedWithThoseThereAre(String command) {
    assertThat(refused(command, alice(), "-a", "tripple-faults"))
        .contains("'tripple-faults'", "double-faults", "--rubric");
  }

  @Test
  void demoOfAnUnknownAssignmentIsRefused() {
    assertThat(refused("demo", "-a", "tripple-faults")).contains("tripple-faults", "double-faults");
  }

  @Test
  void anUnknownKeyOfARubricIsNamedWithFileAndLine() throws IOException {
    Path rubric = folder.resolve("mine.yaml");
    String text = Files.readString(Path.of("rubrics/double-faults.yaml"));
    Files.writeString(rubric, "assignment: double-faults\npionts: 5\n" + text);
    assertThat(refused("grade", alice(), "--rubric", rubric.toString()))
        .contains("mine.yaml:2", "pionts");
  }

  @Test
  void aTableOfTheCourseThatCannotBeUsedIsNamedWithFileAndLine() throws IOException {
    Path table = folder.resolve("by-hand.csv");
    Files.writeString(table, "submission,points,reason\nalice,+5,\n");
    assertThat(refused("grade", alice(), "--adjustments", table.toString()))
        .contains("by-hand.csv:2");
    err.reset();
    assertThat(refused("grade", alice(), "--roster", folder.resolve("no.csv").toString()))
        .contains("no.csv", "--roster");
  }

  @Test
  void aRubricThatIsNotThereIsNamed() {
    assertThat(refused("check", alice(), "--rubric", folder.resolve("none.yaml").toString()))
        .contains("none.yaml");
  }

  @Test
  void aRubricOfAnotherAssignmentIsRefused() throws IOException {
    Path rubric = folder.resolve("other.yaml");
    String text = Files.readString(Path.of("rubrics/double-faults.yaml"));
    Files.writeString(rubric, text.replace("assignment: double-faults", "assignment: paging"));
    assertThat(refused("grade", alice(), "-a", "double-faults", "--rubric", rubric.toString()))
        .contains("other.yaml", "'paging'", "'double-faults'");
  }

  @Test
  void aRubricWhoseAssignmentNoGraderIsForIsNamedWithItsLineAndTheMend() throws IOException {
    Path rubric = folder.resolve("other.yaml");
    String text = Files.readString(Path.of("rubrics/double-faults.yaml"));
    Files.writeString(rubric, text.replace("assignment: double-faults", "assignment: other"));
    assertThat(
            refused(
                "grade",
                alice(),
                "--rubric",
                rubric.toString(),
                "--graders",
                "target/graders-classes"))
        .contains("other.yaml:3: ", "'other'", "\"assignment: double-faults\"", "--graders PATH");
  }

  @Test
  void aRubricThatTheGradersDoNotDecideIsRefused() throws IOException {
    Path rubric = folder.resolve("more.yaml");
    String text = Files.readString(Path.of("rubrics/double-faults.yaml"));
    Files.writeString(rubric, text.replace("- id: builds", "- id: bilds"));
    assertThat(
            refused(
                "grade",
                alice(),
                "--rubric",
                rubric.toString(),
                "--graders",
                "target/graders-classes"))
        .contains("more.yaml", "bilds");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "65", "many", "1.5", ""})
  void aNumberOfJobsThatMakesNoSenseIsRefused(String jobs) {
    assertThat(refused("grade", alice(), "--jobs", jobs)).contains("--jobs", jobs);
  }

  @Test
  void anOutputThatIsAFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("results"), "mine");
    assertThat(refused("grade", alice(), "-o", file.toString()))
        .contains("results is a file", "-o");
    assertThat(file).hasContent("mine");
  }

  @Test
  void anOutputThatIsWhatWasHandedInIsRefusedWithBothPaths() throws IOException {
    assertThat(refused("grade", alice(), "-o", alice() + "/out"))
        .contains(alice() + "/out", "inside of " + alice() + ":", "-o");
    assertThat(submission.resolve("out")).doesNotExist();
  }

  @Test
  void gradersThatAreNotThereAreNamed() {
    assertThat(refused("grade", alice(), "--graders", folder.resolve("none.jar").toString()))
        .contains("none.jar", "no graders");
  }

  @Test
  void gradersThatDoNotCompileAreNamedWithFileAndLine() throws IOException {
    Path grader = folder.resolve("Mine.java");
    Files.writeString(grader, "class Mine {\n  oops\n}\n");
    assertThat(refused("check", alice(), "--graders", grader.toString()))
        .contains("do not compile", "Mine.java:2");
  }

  @Test
  void gradersOfAnotherAssignmentAreRefused() throws IOException {
    Path grader = folder.resolve("Mine.java");
    Files.writeString(
        grader,
        """
        @org.bootgrade.grading.Assignment("paging")
        class Mine {
          @org.bootgrade.grading.Criterion("maps")
          void maps() {}
        }
        """);
    assertThat(refused("check", alice(), "--graders", grader.toString()))
        .contains("Mine.java", "paging", "'double-faults'");
  }

  @Test
  void anEmptyClassIsRefused() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThat(refused("grade", empty.toString())).contains("empty", "no submission found");
  }

  @Test
  void anUnknownSandboxIsRefusedWithThoseThereAre() {
    assertThat(refused("check", alice(), "--sandbox", "chroot"))
        .contains("chroot", "container", "process");
  }

  @Test
  void explainWantsAFolderThatIsThere() {
    assertThat(refused("explain", folder.resolve("nobody").toString()))
        .contains("nobody", "no such folder");
  }

  @Test
  void explainNamesTheCommandThatMakesEvidence() {
    assertThat(refused("explain", alice())).contains("no evidence", "./bootgrade check");
  }

  @Test
  void explainOfAClassNamesItsSubmissions() throws IOException {
    evidence("class/bob/evidence", "{}");
    evidence("class/carol/evidence", "{}");
    assertThat(refused("explain", folder.resolve("class").toString())).contains("bob, carol");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1, 2",
        "nonsense \u001b[2J",
        "{\"schema\": \"bootgrade/evidence/v1\"}",
        "{\"schema\": \"bootgrade/evidence/v1\", \"boots\": 7}",
        "{\"schema\": \"\u001b[2J\"}"
      })
  void damagedEvidenceIsNamedAndNotQuoted(String text) throws IOException {
    String said = refused(3, "explain", evidence("bob/evidence", text));
    assertThat(said).contains("evidence.json", "--force").doesNotContain("\u001b");
  }

  @Test
  void evidenceOfAnotherVersionIsToldWithBothForms() throws IOException {
    String said =
        refused(3, "explain", evidence("bob/evidence", "{\"schema\": \"bootgrade/evidence/v9\"}"));
    assertThat(said).contains("bootgrade/evidence/v9", "bootgrade/evidence/v1", "--force");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bob", "bob/evidence"})
  void storedEvidenceIsTold(String named) throws InfrastructureFailure {
    new EvidenceStore(folder.resolve("bob/evidence")).write(Recorded.right().evidence(), Map.of());
    assertThat(run("explain", folder.resolve(named).toString())).isZero();
    assertThat(out.toString(UTF_8))
        .contains("kernel/overflow", "test/stack_overflow/as-submitted")
        .doesNotContain("\u001b");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void oneBootIsToldAlone() throws InfrastructureFailure {
    new EvidenceStore(folder.resolve("bob/evidence")).write(Recorded.right().evidence(), Map.of());
    String named = folder.resolve("bob").toString();
    assertThat(run("explain", named, "--boot", "test/stack_overflow/as-submitted")).isZero();
    assertThat(out.toString(UTF_8))
        .contains("test/stack_overflow/as-submitted")
        .doesNotContain("kernel/overflow:", "ist-knocked-out:");
  }

  @Test
  void anUnknownBootIsRefusedWithThoseThereAre() throws InfrastructureFailure {
    new EvidenceStore(folder.resolve("bob/evidence")).write(Recorded.right().evidence(), Map.of());
    assertThat(refused("explain", folder.resolve("bob").toString(), "--boot", "test/none"))
        .contains("test/none", "kernel/inspected", "test/stack_overflow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "many"})
  void aPortThatIsNoneIsRefused(String port) {
    assertThat(refused("debug", alice(), "--port", port)).contains("--port", port);
  }

  @Test
  void aPortThatIsTakenIsNamedBeforeAnythingIsStarted() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(refused("debug", alice(), "--port", port)).contains(port, "--port");
    }
  }

  @Test
  void debugWantsASubmissionThatIsThereAndPrintsNoResults() {
    assertThat(refused("debug", folder.resolve("nobody").toString())).contains("nobody");
    err.reset();
    assertThat(refused("debug", alice(), "--json")).contains("--json");
  }

  private String evidence(String path, String text) throws IOException {
    Path there = Files.createDirectories(folder.resolve(path));
    Files.writeString(there.resolve("evidence.json"), text);
    return there.toString();
  }
}
