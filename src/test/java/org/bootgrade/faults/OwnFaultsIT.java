package org.bootgrade.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.bootgrade.cli.Terminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/**
 * What fails of ours is told, tried again, and never a score. Each test runs bootgrade as a process
 * of its own, on an engine that is reached by a {@link EngineProxy}.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class OwnFaultsIT {

  private static final Path SAMPLES = Terminal.HOME.resolve("src/samples/double-faults");
  private static final Path ENGINE = Path.of("/var/run/docker.sock");
  private static final String KILL =
      """
      for file in /proc/[0-9]*/cmdline; do
        if tr '\\0' ' ' <"$file" 2>/dev/null | grep -q '^qemu-system'; then
          process=${file%/cmdline}
          kill -9 "${process#/proc/}" && exit 0
        fi
      done
      exit 1
      """;

  private static final String OWNER = "org.bootgrade.owner.pid";

  @TempDir Path folder;
  private Path out;
  private EngineProxy proxy;
  private DockerClient docker;
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void everythingIsReady() {
    Terminal terminal = new Terminal();
    int code =
        terminal.run(
            "check", SAMPLES.resolve("does-not-build").toString(), Terminal.install(), "--json");
    assertThat(code).as(terminal.err()).isEqualTo(1);
    assertThat(ENGINE).as("these tests need the engine's usual socket").exists();
  }

  @BeforeEach
  void aProxy() throws IOException {
    out = folder.resolve("out");
    proxy = new EngineProxy(folder.resolve("engine.sock"), ENGINE);
    docker = DockerClientFactory.lazyClient();
  }

  @AfterEach
  void nothingRunsOn() throws Exception {
    proxy.set(EngineProxy.Mode.PASS);
    for (Process process : started) {
      process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
      containersOf(process).forEach(this::removed);
    }
    proxy.close();
  }

  private Process bootgrade(String... arguments) throws IOException {
    return start(List.of(), arguments);
  }

  private Process start(List<String> before, String... arguments) throws IOException {
    List<String> line = new ArrayList<>(before);
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dbootgrade.home=" + Terminal.HOME,
            "-cp",
            Terminal.HOME.resolve("target/lib") + "/*",
            "org.bootgrade.cli.Main"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("printed").toFile()));
    builder.environment().put("DOCKER_HOST", "unix://" + folder.resolve("engine.sock"));
    builder.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
    builder.environment().put("BOOTGRADE_LOG", folder.resolve("log").toString());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private String printed() throws IOException {
    return Files.readString(folder.resolve("printed"));
  }

  private int end(Process process, Duration limit) throws Exception {
    assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS))
        .as("bootgrade ends within %s; it printed:%n%s", limit, printed())
        .isTrue();
    return process.exitValue();
  }

  private void waitFor(Process process, String what, BooleanSupplier seen) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!seen.getAsBoolean()) {
      assertThat(process.isAlive())
          .as("%s was not seen before the end:%n%s", what, printed())
          .isTrue();
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private boolean says(String words) {
    try {
      return printed().contains(words);
    } catch (IOException notYet) {
      return false;
    }
  }

  private List<String> containersOf(Process process) {
    return docker
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(List.of(OWNER + "=" + process.pid()))
        .exec()
        .stream()
        .map(Container::getId)
        .toList();
  }

  private JsonNode result(String id) throws IOException {
    return new ObjectMapper().readTree(out.resolve(id).resolve("result.json").toFile());
  }

  private Path classOf(String... samples) throws IOException {
    Path submissions = Files.createDirectories(folder.resolve("class"));
    for (String sample : samples) {
      Path from = SAMPLES.resolve(sample);
      try (Stream<Path> files = Files.walk(from)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path to = submissions.resolve(sample).resolve(from.relativize(file).toString());
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
    return submissions;
  }

  private void isWhole(String id, String score) throws IOException {
    assertThat(result(id).path("status").asText()).isEqualTo("graded");
    assertThat(result(id).path("score").asText()).isEqualTo(score);
  }

  private void hasNoScore(String id, String reason) throws IOException {
    JsonNode result = result(id);
    assertThat(result.path("status").asText()).isEqualTo("infrastructure-failure");
    assertThat(result.path("score").isMissingNode() || result.path("score").isNull()).isTrue();
    assertThat(result.path("message").asText()).contains(reason);
  }

  @Test
  void anEngineThatGoesDownCostsNoScoreAndARerunCompletesTheRest() throws Exception {
    Path submissions = classOf("does-not-build", "no-stack-index");
    Process first = bootgrade("grade", submissions.toString(), "-o", out.toString(), "--jobs", "1");
    waitFor(first, "the second build", () -> says("no-stack-index: building kernel"));
    assertThat(containersOf(first)).isNotEmpty();
    proxy.set(EngineProxy.Mode.CUT);

    assertThat(end(first, Duration.ofMinutes(3))).as(printed()).isEqualTo(3);
    isWhole("does-not-build", "0");
    hasNoScore("no-stack-index", "engine");
    assertThat(out.resolve("no-stack-index/evidence")).doesNotExist();

    proxy.set(EngineProxy.Mode.PASS);
    long kept = Files.getLastModifiedTime(out.resolve("does-not-build/result.json")).toMillis();
    Process again = bootgrade("grade", submissions.toString(), "-o", out.toString());
    assertThat(end(again, Duration.ofMinutes(3))).as(printed()).isZero();
    isWhole("no-stack-index", "55");
    assertThat(Files.getLastModifiedTime(out.resolve("does-not-build/result.json")).toMillis())
        .isEqualTo(kept);
    assertThat(containersOf(first)).isEmpty();
    assertThat(containersOf(again)).isEmpty();
  }

  @Test
  void aContainerThatIsTakenAwayAndAnEmulatorThatIsKilledAreTriedAgain() throws Exception {
    Path submissions = classOf("no-stack-index");
    Process process = bootgrade("grade", submissions.toString(), "-o", out.toString());
    waitFor(process, "the build", () -> says("building kernel"));
    takeAway(containersOf(process));
    assertThat(end(process, Duration.ofMinutes(3))).as(printed()).isZero();
    assertThat(printed()).contains("trying again");
    isWhole("no-stack-index", "55");

    int before = experiments();
    Process second = bootgrade("grade", submissions.toString(), "-o", out.toString(), "--force");
    waitFor(second, "the emulator's end", () -> experiments() > before && killEmulator(second));
    assertThat(end(second, Duration.ofMinutes(3))).as(printed()).isZero();
    isWhole("no-stack-index", "55");
    assertThat(containersOf(second)).isEmpty();
  }

  /** How often experiments on a kernel were begun so far. */
  private int experiments() {
    try {
      return printed().split("experimenting on kernel", -1).length - 1;
    } catch (IOException nothingPrinted) {
      return 0;
    }
  }

  private void takeAway(List<String> containers) {
    assertThat(containers.stream().filter(this::removed).count()).isPositive();
  }

  /** Removes a container; tells whether it was still there. */
  private boolean removed(String container) {
    try {
      docker.removeContainerCmd(container).withForce(true).exec();
      return true;
    } catch (ConflictException | NotFoundException goingAlready) {
      // One that bootgrade itself has done with, or the engine, which was told so earlier.
      return false;
    }
  }

  /** Kills QEMU where it boots a program; tells whether there was one. */
  private boolean killEmulator(Process owner) {
    for (String container : containersOf(owner)) {
      try {
        String exec =
            docker
                .execCreateCmd(container)
                .withUser("1000:1000")
                .withCmd("sh", "-c", KILL)
                .exec()
                .getId();
        docker.execStartCmd(exec).exec(new ResultCallback.Adapter<>()).awaitCompletion();
        Long code = null;
        while (code == null) {
          Thread.sleep(10);
          code = docker.inspectExecCmd(exec).exec().getExitCodeLong();
        }
        if (code == 0) {
          return true;
        }
      } catch (ConflictException | NotFoundException notRunningYetOrAnyMore) {
        // The next look finds another.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return false;
  }

  @Test
  @Tag("hostile")
  void anEngineThatNoLongerAnswersIsGivenUp() throws Exception {
    Path submissions = classOf("no-stack-index");
    Process process = bootgrade("grade", submissions.toString(), "-o", out.toString());
    waitFor(process, "the build", () -> says("building kernel"));
    proxy.set(EngineProxy.Mode.STALL);

    assertThat(end(process, Duration.ofMinutes(8))).as(printed()).isEqualTo(3);
    hasNoScore("no-stack-index", "did not");
  }

  @Test
  @Tag("hostile")
  void aDiskThatIsFullIsNamedAndScoresNothing() throws Exception {
    Path submissions = classOf("no-stack-index");
    Process process =
        start(
            List.of("sh", "-c", "ulimit -f 2000; exec \"$@\"", "sh"),
            "grade",
            submissions.toString(),
            "-o",
            out.toString());

    assertThat(end(process, Duration.ofMinutes(4))).as(printed()).isEqualTo(3);
    hasNoScore("no-stack-index", "written");
    assertThat(out.resolve("no-stack-index/evidence")).doesNotExist();
  }

  @Test
  @Tag("hostile")
  void aToolThatIsKilledAtAnyMomentLosesNothingAndLeavesNothing() throws Exception {
    Path submissions = classOf("does-not-build", "no-stack-index", "osirs");
    Random random = new Random(4);
    List<Process> killed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Process process =
          bootgrade("grade", submissions.toString(), "-o", out.toString(), "--jobs", "2");
      process.waitFor(1500 + random.nextInt(9000), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      killed.add(process);
      for (String id : List.of("does-not-build", "no-stack-index", "osirs")) {
        if (Files.exists(out.resolve(id).resolve("result.json"))) {
          assertThat(result(id).path("status").asText()).isEqualTo("graded");
        }
      }
    }
    Process last = bootgrade("grade", submissions.toString(), "-o", out.toString());
    assertThat(end(last, Duration.ofMinutes(5))).as(printed()).isZero();
    isWhole("does-not-build", "0");
    isWhole("no-stack-index", "55");
    isWhole("osirs", "100");
    killed.add(last);
    for (Process process : killed) {
      assertThat(containersOf(process)).isEmpty();
    }
    try (Stream<Path> left = Files.walk(out)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .noneMatch(n -> n.endsWith(".new") || n.startsWith("taken-"));
    }
  }
}
