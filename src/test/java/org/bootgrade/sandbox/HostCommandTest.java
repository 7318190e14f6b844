package org.bootgrade.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCommandTest {
  @TempDir Path temp;

  @Test
  void bothStreamsAndTheExitCodeAreReported() throws Exception {
    HostCommand.Result result = sh("echo out; echo err >&2; exit 7").run();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(result.stdout()).isEqualTo("out\n");
    assertThat(result.stderr()).isEqualTo("err\n");
    assertThat(result.succeeded()).isFalse();
    assertThat(result.timedOut()).isFalse();
    assertThat(result.truncated()).isFalse();
  }

  @Test
  void wordsReachTheProgramAsTheyAre() throws Exception {
    HostCommand.Result result =
        HostCommand.of("printf", "%s|", "a b", "", "\"quoted\"", "${HOME}", "$(id)", "'").run();
    assertThat(result.stdout()).isEqualTo("a b||\"quoted\"|${HOME}|$(id)|'|");
  }

  @Test
  void theDirectoryAndTheAddedEnvironmentAreInForce() throws Exception {
    HostCommand.Result result =
        sh("pwd; echo $ADDED; test -n \"$PATH\" && echo inherited")
            .in(temp)
            .with(Map.of("ADDED", "yes"))
            .run();
    assertThat(result.stdout()).isEqualTo(temp.toRealPath() + "\nyes\ninherited\n");
  }

  @Test
  void withoutOurEnvironmentNothingOfOursLeaks() throws Exception {
    HostCommand.Result result =
        HostCommand.of("/usr/bin/env").withoutOurEnvironment().with(Map.of("ONLY", "this")).run();
    assertThat(result.stdout()).isEqualTo("ONLY=this\n");
  }

  @Test
  void standardInputIsFedAndClosed() throws Exception {
    HostCommand.Result result =
        HostCommand.of("cat").fedWith("hello".getBytes(StandardCharsets.UTF_8)).run();
    assertThat(result.stdout()).isEqualTo("hello");
  }

  @Test
  void standardInputIsEmptyByDefault() throws Exception {
    assertThat(HostCommand.of("cat").within(Duration.ofSeconds(5)).run().timedOut()).isFalse();
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> HostCommand.of("no-such-program-here").run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-program-here");
  }

  @Test
  void aFloodIsCutAtTheCapAndDoesNotBlockTheCommand() throws Exception {
    HostCommand.Result result =
        sh("head -c 3000000 /dev/zero | tr '\\0' x; echo done >&2").keeping(1000).run();
    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout()).hasSize(1000);
    assertThat(result.stderr()).isEqualTo("done\n");
    assertThat(result.truncated()).isTrue();
  }

  @Test
  void everyLineIsToldAsItComes() throws Exception {
    List<String> told = new ArrayList<>();
    sh("printf 'one\\ntwo\\rthree'").keeping(1).tellingLines(told::add).run();
    assertThat(told).containsExactly("one", "two", "three");
  }

  @Test
  void atTheLimitTheWholeTreeDies() throws Exception {
    Path pid = temp.resolve("pid");
    long start = System.nanoTime();
    HostCommand.Result result =
        sh("sleep 300 & echo $! >" + pid + "; wait").within(Duration.ofMillis(700)).run();
    assertThat(result.timedOut()).isTrue();
    assertThat(result.succeeded()).isFalse();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(isGone(pid)).isTrue();
  }

  @Test
  void anOrphanHoldingThePipeDiesWithTheRestAtTheLimit() throws Exception {
    Path pid = temp.resolve("pid");
    HostCommand.Result result =
        sh("sh -c 'sleep 300 & echo $! >" + pid + "; sleep 0.4'; sleep 300")
            .within(Duration.ofSeconds(1))
            .run();
    assertThat(result.timedOut()).isTrue();
    assertThat(isGone(pid)).isTrue();
  }

  @Test
  void whatACommandLeavesRunningDoesNotHoldUsAndStays() throws Exception {
    Path pid = temp.resolve("pid");
    HostCommand.Result result = sh("sleep 60 & echo $! >" + pid).run();
    assertThat(result.exitCode()).isZero();
    assertThat(result.time()).isLessThan(Duration.ofSeconds(10));
    assertThat(isRunning(handle(pid).orElseThrow())).isTrue();
    handle(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void leavingNothingBehindKillsWhatStays() throws Exception {
    Path pid = temp.resolve("pid");
    sh("sleep 60 & echo $! >" + pid + "; sleep 0.4").leavingNothingBehind().run();
    assertThat(isGone(pid)).isTrue();
  }

  @Test
  void aDaemonRunsInItsOwnSessionAndLogs() throws Exception {
    Path log = temp.resolve("state/daemon.log");
    ProcessHandle daemon =
        HostCommand.startDaemon(
            List.of("sh", "-c", "echo hello; ps -o sid= -p $$ || true; sleep 60"), log);
    try {
      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (!Files.readString(log).contains("hello") && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
      assertThat(Files.readString(log)).startsWith("hello");
      assertThat(daemon.isAlive()).isTrue();
      // Field 6 of stat is the session; the name in field 2 is "(sh)".
      String stat = Files.readString(Path.of("/proc/" + daemon.pid() + "/stat"));
      assertThat(List.of(stat.split(" ", -1))).element(5).isEqualTo(daemon.pid() + "");
    } finally {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly();
    }
  }

  private static HostCommand sh(String script) {
    return HostCommand.of("sh", "-c", script);
  }

  private static Optional<ProcessHandle> handle(Path pidFile) throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
  }

  /** A killed orphan may stay a zombie for as long as its init does not reap it. */
  private static boolean isGone(Path pidFile) throws Exception {
    Optional<ProcessHandle> process = handle(pidFile);
    long deadline = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (process.isPresent() && isRunning(process.get()) && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    return process.isEmpty() || !isRunning(process.get());
  }

  private static boolean isRunning(ProcessHandle process) throws IOException {
    Path stat = Path.of("/proc/" + process.pid() + "/stat");
    return process.isAlive() && Files.exists(stat) && !Files.readString(stat).contains(") Z ");
  }
}
