package org.bootgrade.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bootgrade.batch.ClassGrading;
import org.bootgrade.batch.CourseFiles;
import org.bootgrade.batch.Roll;
import org.bootgrade.batch.Selection;
import org.bootgrade.build.BuildSettings;
import org.bootgrade.cli.Terminal;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.gradebook.GradebookError;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.hostile.HostileCase.HandedIn;
import org.bootgrade.hostile.HostileCase.Twin;
import org.bootgrade.hostile.HostileCase.Verdict;
import org.bootgrade.machine.MachineSettings;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.setup.ReadyMachine;
import org.bootgrade.submission.IntakeLimits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Submissions that attack, graded in real containers by a real QEMU beside a good one: a covering
 * tenth of them, or with {@code -Phostile} all. {@code -Dbootgrade.hostile.only=REGEX} takes those
 * of some ids.
 */
class HostileIT {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A good submission is graded at the same time as this many hostile ones. */
  private static final int BESIDE_ONE_GOOD = 3;

  /** So many hostile ones make a class. */
  private static final int CLASS = 9;

  private static final int JOBS = 2;

  /** How often a class is graded again, as the product advises, where a machine was too busy. */
  private static final int AGAIN = 3;

  /** Control characters that are no line's end, which a terminal might act on. */
  private static final String COMMANDS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]";

  /** Production's limits but for time, and for how large a program may be. */
  private static final Pipeline.Limits LIMITS =
      new Pipeline.Limits(
          IntakeLimits.defaults(),
          new BuildSettings(
              BuildSettings.defaults().fetch(),
              BuildSettings.defaults().seed(),
              Duration.ofSeconds(30),
              Duration.ofSeconds(300),
              Duration.ofSeconds(30),
              16 << 20,
              20),
          MachineSettings.defaults());

  @TempDir private static Path ground;
  @TempDir private static Path scratch;

  private static ContainerSandbox containers;
  private static Pipeline.Settings settings;
  private static Grounds grounds;
  private static Engine engine;
  private static Unguarded unguarded;
  private static String baseline;

  @BeforeAll
  static void aGoodSubmissionIsGradedAlone() throws Exception {
    containers = ReadyMachine.sandbox();
    engine = new Engine();
    unguarded = new Unguarded(ReadyMachine.ready().toolchain().tag(), Engine.labels());
    grounds = new Grounds(ground.resolve("planted"));
    Rubric rubric = RubricReader.read(Terminal.HOME.resolve("rubrics/double-faults.yaml"));
    GraderSet graders =
        GraderSet.load(
            Terminal.HOME.resolve("graders/double-faults"),
            rubric.assignment(),
            Files.createDirectories(ground.resolve("scratch")));
    settings = new Pipeline.Settings(rubric, graders, "hostile", "");

    Path good = ground.resolve("good");
    Tree.right().writeTo(good);
    Path out = ground.resolve("alone");
    try (Pipeline pipeline = pipeline()) {
      pipeline.grade("good", good, out, null, step -> {});
    }
    JsonNode result = MAPPER.readTree(out.resolve("result.json").toFile());
    assertThat(result.path("score").asText()).as(result.toPrettyString()).isEqualTo("100");
    baseline = result.path("criteria").toPrettyString();
  }

  @AfterAll
  static void close() throws IOException {
    if (grounds != null) {
      grounds.close();
    }
    if (containers != null) {
      containers.close();
    }
  }

  /** One for each class, as for each run of the product: nothing of it is left at its end. */
  private static Pipeline pipeline() {
    return new Pipeline(new SmallSandbox(containers), settings, scratch, LIMITS);
  }

  @TestFactory
  Stream<DynamicContainer> hostileSubmissions() {
    List<HostileCase> cases = chosen();
    List<List<HostileCase>> classes = new ArrayList<>();
    for (int i = 0; i < cases.size(); i += CLASS) {
      classes.add(cases.subList(i, Math.min(cases.size(), i + CLASS)));
    }
    // Lazily: a class is graded when its tests are asked for.
    return classes.stream()
        .map(
            some ->
                dynamicContainer(
                    some.get(0).id() + " and others", Stream.of(some).flatMap(this::aClass)));
  }

  @TestFactory
  Stream<DynamicTest> whatTheGuardStopsGoesThroughWithoutIt() {
    return chosen().stream()
        .filter(c -> c.twin() != null)
        .map(c -> dynamicTest(c.id(), () -> reaches(c.twin())));
  }

  private static void reaches(Twin twin) throws Exception {
    assertThat(grounds.reached("")).isEmpty();
    String output = unguarded.run(twin.program(), grounds);
    assertThat(output).contains(Probe.RAN);
    assertThat(grounds.reached(output)).as(output).contains(twin.reaches());
  }

  private static List<HostileCase> chosen() {
    boolean all = "all".equals(System.getProperty("bootgrade.hostile"));
    String only = System.getProperty("bootgrade.hostile.only", "");
    return HostileCases.all().stream()
        .filter(c -> only.isEmpty() ? all || c.covering() : c.id().matches(only))
        .toList();
  }

  private Stream<DynamicNode> aClass(List<HostileCase> some) {
    Path folder = ground.resolve("class-" + some.get(0).id());
    Path out = folder.resolve("out");
    List<Roll.Entry> roll = new ArrayList<>();
    List<String> goods = new ArrayList<>();
    Host before;
    Host after;
    try {
      for (int i = 0; i < some.size(); i++) {
        if (i % BESIDE_ONE_GOOD == 0) {
          String id = "good-" + (goods.size() + 1);
          goods.add(id);
          // Other files than those beside it, or it would only be graded once.
          Path good = folder.resolve("handed-in").resolve(id);
          Tree.right().with("NOTES", id).writeTo(good);
          roll.add(new Roll.Entry(id, good));
        }
        HostileCase one = some.get(i);
        roll.add(new Roll.Entry(one.id(), handIn(one, folder.resolve("handed-in"))));
      }
      Files.createDirectories(out);
      before = host(out);
      try (Pipeline pipeline = pipeline()) {
        ClassGrading grading =
            new ClassGrading(
                pipeline,
                CourseFiles.read(settings.rubric(), out, CourseFiles.Named.none(), List.of()),
                out,
                Instant.now());
        ClassResults results =
            grading.grade(new Roll(roll, List.of()), Selection.all(), JOBS, new Told()).results();
        // What the product says itself where a limit was met on a machine with other work.
        for (int again = 0; again < AGAIN && tooBusy(results); again++) {
          results =
              grading.grade(new Roll(roll, List.of()), Selection.all(), 1, new Told()).results();
        }
      }
      after = host(out);
    } catch (IOException | InfrastructureFailure | GradebookError e) {
      throw new IllegalStateException("the class was not graded", e);
    }
    List<DynamicNode> tests = new ArrayList<>();
    for (HostileCase one : some) {
      tests.add(dynamicTest(one.id(), () -> hasItsVerdict(one, out)));
    }
    for (String good : goods) {
      tests.add(dynamicTest(good + " is graded as if it were alone", () -> isTheSame(good, out)));
    }
    tests.add(
        dynamicTest(
            "the host is as it was",
            () -> {
              assertThat(differences(before.files(), after.files())).isEmpty();
              assertThat(after.processes()).isEqualTo(before.processes());
              assertThat(after.containers()).isEqualTo(before.containers());
              assertThat(after.volumes()).isEqualTo(before.volumes());
              // What was put into the cache for the first time is not a change of what was there.
              SortedMap<String, String> cache = new TreeMap<>(after.cache());
              cache.keySet().retainAll(before.cache().keySet());
              assertThat(differences(before.cache(), cache)).isEmpty();
              assertThat(grounds.reached(everythingIn(out))).isEmpty();
              // The parser's libraries are unpacked anew for each pipeline.
              assertThat(names(scratch)).isSubsetOf("parser");
              holdsOnlyResults(out, roll);
            }));
    tests.add(dynamicTest("no report commands its reader's program", () -> areHarmless(out, roll)));
    return tests.stream();
  }

  private static boolean tooBusy(ClassResults results) {
    return results.results().stream()
        .map(Result::message)
        .anyMatch(message -> message != null && message.contains("the machine was too busy"));
  }

  private static Path handIn(HostileCase one, Path folder) throws IOException {
    if (one.handedIn() instanceof HandedIn.Archive archive) {
      Path file = Files.createDirectories(folder).resolve(one.id() + archive.extension());
      return Files.write(file, archive.content());
    }
    HandedIn.Folder tree = (HandedIn.Folder) one.handedIn();
    Path at = folder.resolve(one.id());
    SortedMap<String, byte[]> files = new TreeMap<>();
    tree.tree()
        .files()
        .forEach(
            (path, content) ->
                files.put(path, path.matches(".*\\.(rs|toml)") ? grounds.fill(content) : content));
    new Tree(files).writeTo(at);
    return at;
  }

  /** What an attack could change of this machine. */
  private record Host(
      SortedMap<String, String> files,
      List<Long> processes,
      List<String> containers,
      List<String> volumes,
      SortedMap<String, String> cache) {}

  /** What is not the same, so that a failure can be read: these are thousands of files. */
  private static List<String> differences(Map<String, String> before, Map<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(before.get(name), after.get(name)))
        .map(name -> "%s: %s, now %s".formatted(name, before.get(name), after.get(name)))
        .toList();
  }

  private static Host host(Path out) throws IOException, InfrastructureFailure {
    SortedMap<String, String> files = Grounds.listing(ground);
    // What is graded is written here, and looked at by itself.
    files.keySet().removeIf(name -> ground.resolve(name).startsWith(out));
    return new Host(
        files,
        ProcessHandle.current().descendants().map(ProcessHandle::pid).sorted().toList(),
        engine.containers(),
        engine.volumes(),
        engine.cache(containers));
  }

  private static void holdsOnlyResults(Path out, List<Roll.Entry> roll) throws IOException {
    List<String> expected =
        new ArrayList<>(List.of("criteria.csv", "grades.csv", "index.html", "results.json"));
    roll.forEach(entry -> expected.add(entry.id()));
    assertThat(names(out)).containsExactlyInAnyOrderElementsOf(expected);
    for (Roll.Entry entry : roll) {
      assertThat(names(out.resolve(entry.id())))
          .isSubsetOf("result.json", "evidence", "report.html", "instructor.html")
          .contains("result.json", "report.html", "instructor.html");
    }
    assertThat(Grounds.listing(out).values())
        .noneMatch(what -> what.startsWith("a link") || what.equals("something else"));
  }

  private static void areHarmless(Path out, List<Roll.Entry> roll) throws IOException {
    List<Path> pages = new ArrayList<>(List.of(out.resolve("index.html")));
    for (Roll.Entry entry : roll) {
      pages.add(out.resolve(entry.id()).resolve("report.html"));
      pages.add(out.resolve(entry.id()).resolve("instructor.html"));
    }
    for (Path page : pages) {
      assertThat(Files.readString(page))
          .contains("default-src 'none'")
          .doesNotContainPattern("<(script|img|iframe)")
          .doesNotContainPattern(COMMANDS);
    }
    assertThat(Files.readString(out.resolve("grades.csv")))
        .doesNotContainPattern("(^|[,\r\n])\"?\\s*[=+@-]")
        .doesNotContainPattern(COMMANDS);
    Reports reports = new Reports();
    for (Roll.Entry entry : roll) {
      String json = Files.readString(out.resolve(entry.id()).resolve("result.json"));
      assertThat(json).doesNotContainPattern(COMMANDS);
      Result result = reports.readResult(json, entry.id());
      assertThat(reports.console(Seen.whole(result), new ConsoleStyle(false, 100)))
          .doesNotContainPattern(COMMANDS);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private static void isTheSame(String good, Path out) throws IOException {
    JsonNode result = MAPPER.readTree(out.resolve(good).resolve("result.json").toFile());
    assertThat(result.path("criteria").toPrettyString())
        .as(result.toPrettyString())
        .isEqualTo(baseline);
  }

  private static void hasItsVerdict(HostileCase one, Path out) throws IOException {
    Path folder = out.resolve(one.id());
    JsonNode result = MAPPER.readTree(folder.resolve("result.json").toFile());
    String told =
        "%s%nIt attempts: %s%nThe guard: %s%n%s"
            .formatted(one.id(), one.attempts(), one.guard(), result.toPrettyString());
    if (one.verdict() instanceof Verdict.Rejected rejected) {
      assertThat(result.path("status").asText()).as(told).isEqualTo("rejected");
      assertThat(result.path("message").asText()).as(told).contains(rejected.reason());
      return;
    }
    Verdict.Graded expected = (Verdict.Graded) one.verdict();
    assertThat(result.path("status").asText()).as(told).isEqualTo("graded");
    SortedMap<String, String> outcomes = new TreeMap<>();
    SortedMap<String, String> wanted = new TreeMap<>();
    for (JsonNode criterion : result.path("criteria")) {
      String id = criterion.path("id").asText();
      outcomes.put(id, criterion.path("outcome").asText());
      wanted.put(id, expected.outcomes().getOrDefault(id, "passed"));
      assertThat(criterion.path("reason").asText()).as(told).isNotBlank();
    }
    assertThat(outcomes).as(told + logs(folder)).isEqualTo(wanted);
    TreeSet<String> flags = new TreeSet<>();
    result.path("flags").forEach(f -> flags.add(f.path("id").asText()));
    assertThat(flags).as(told).isEqualTo(new TreeSet<>(expected.flags()));
    String everything = everythingIn(folder);
    for (String text : expected.says()) {
      assertThat(everything.contains(text)).as("says '%s': %s", text, told + logs(folder)).isTrue();
    }
    String whole = everythingIn(out);
    for (String text : expected.never()) {
      assertThat(whole.lines().filter(line -> line.contains(text)))
          .as("never says '%s': %s", text, told)
          .isEmpty();
    }
  }

  /** What the compiler said, and how boots ended. */
  private static String logs(Path folder) throws IOException {
    Path build = folder.resolve("evidence/build");
    StringBuilder logs = new StringBuilder("\n");
    if (Files.isDirectory(build)) {
      logs.append(everythingIn(build));
    }
    Path evidence = folder.resolve("evidence/evidence.json");
    if (Files.exists(evidence)) {
      for (JsonNode boot : MAPPER.readTree(evidence.toFile()).path("boots")) {
        logs.append(
            "%s: %s, serial: %.300s%n"
                .formatted(
                    boot.path("id").asText(), boot.path("ending"), boot.path("serial").asText()));
      }
    }
    return logs.toString();
  }

  /** All texts of a folder, one after the other. */
  private static String everythingIn(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (!file.toString().matches(".*\\.(img|elf)")) {
          all.append(Files.readString(file, StandardCharsets.UTF_8));
        }
      }
    }
    return all.toString();
  }

  /** Prints what is done, for whoever waits. */
  private static final class Told implements ClassGrading.Progress {
    @Override
    public void step(Roll.Entry entry, String what) {}

    @Override
    public void done(Roll.Entry entry, Result result, boolean kept) {
      System.out.printf(
          "%s: %s %s %s%n", entry.id(), result.status(), result.score(), result.message());
    }
  }
}
