package org.bootgrade.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.setup.ReadyMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

/** What a workspace may do and what not, asked from inside of real containers. */
class ContainerSandboxIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static ContainerSandbox sandbox;
  private static String machineImage;

  @BeforeAll
  static void aReadyMachine() throws InfrastructureFailure {
    machineImage = ReadyMachine.ready().machine().tag();
    sandbox = ReadyMachine.sandbox();
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Test
  void aCommandWhoseContainerIsTakenAwaySaysNothing() throws Exception {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      CompletableFuture<Outcome> running =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return workspace.run(Command.of(LIMIT, "sh", "-c", "sleep 30; exit 1"));
                } catch (InfrastructureFailure e) {
                  throw new CompletionException(e);
                }
              });
      Thread.sleep(1500);
      DockerClient docker = DockerClientFactory.lazyClient();
      docker
          .listContainersCmd()
          .withLabelFilter(Map.of(Owner.PID_LABEL, Long.toString(ProcessHandle.current().pid())))
          .exec()
          .forEach(c -> docker.removeContainerCmd(c.getId()).withForce(true).exec());

      assertThat(running)
          .failsWithin(LIMIT)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(InfrastructureFailure.class);
    }
  }

  @Test
  void aSandboxThatIsClosedStartsNoMoreContainers() throws InfrastructureFailure {
    ContainerSandbox other = ReadyMachine.sandbox();
    Workspace workspace = other.open(Role.STORE);
    other.close();

    assertThatThrownBy(() -> workspace.run(Command.of(LIMIT, "true")))
        .isInstanceOf(InfrastructureFailure.class);
    assertThatThrownBy(() -> other.open(Role.STORE))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("bootgrade was ended");
  }

  @Test
  void aBuildHasNoNetworkNoRightsAndNoWritableRoot() throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      assertThat(sh(workspace, "id -u; id -g").out()).isEqualTo("1000\n1000\n");
      assertThat(sh(workspace, "ls /sys/class/net").out().strip()).isEqualTo("lo");
      assertThat(sh(workspace, "grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status").out())
          .containsPattern("CapEff:\\s+0+\\n")
          .containsPattern("CapBnd:\\s+0+\\n")
          .containsPattern("NoNewPrivs:\\s+1\\n");
      assertThat(sh(workspace, "touch /etc/x /usr/x /home/x").exitCode()).isNotZero();
      assertThat(sh(workspace, "touch " + workspace.cache() + "/x").err())
          .contains("Read-only file system");
      assertThat(sh(workspace, "touch x && ls").out()).contains("x");
      assertThat(sh(workspace, "ls /var/run/docker.sock").exitCode()).isNotZero();
    }
  }

  @Test
  void bootingCannotWriteToTheCacheAndHasNoNetwork() throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BOOT)) {
      assertThat(sh(workspace, "ls /sys/class/net").out().strip()).isEqualTo("lo");
      assertThat(sh(workspace, "touch " + workspace.cache() + "/x").err())
          .contains("Read-only file system");
      assertThat(sh(workspace, "command -v cargo").exitCode()).isNotZero();
    }
  }

  @Test
  void memoryDiskProcessesAndTimeAreLimited() throws InfrastructureFailure {
    Limits limits = new Limits(256L << 20, 32L << 20, 1, 40, Duration.ofMinutes(5));
    try (Workspace workspace = sandbox.open(Role.BUILD, limits)) {
      assertThat(sh(workspace, "head -c 100M /dev/zero >big").err())
          .contains("No space left on device");
      Outcome forks = sh(workspace, "rm -f big; for i in $(seq 100); do sleep 20 & done; wait");
      assertThat(forks.succeeded()).isFalse();
      assertThat(forks.err()).containsIgnoringCase("fork");
    }
    try (Workspace workspace = sandbox.open(Role.BUILD, limits)) {
      Outcome hog = sh(workspace, "head -c 1G /dev/zero | tail -c 900M | wc -c");
      assertThat(hog.out()).doesNotContain("943718400");
    }
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      Outcome endless =
          workspace.run(Command.of(Duration.ofSeconds(2), "sh", "-c", "sleep 600 & sleep 600"));
      assertThat(endless.end()).isEqualTo(Outcome.End.TIME_LIMIT);
    }
  }

  @Test
  void outputIsCutAndAFloodIsEnded() throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      Outcome cut =
          workspace.run(Command.of(LIMIT, "head", "-c", "5000", "/dev/zero").keeping(100));
      assertThat(cut.stdout()).hasSize(100);
      assertThat(cut.truncated()).isTrue();
      Outcome flood = workspace.run(Command.of(LIMIT, "cat", "/dev/zero").keeping(100));
      assertThat(flood.end()).isEqualTo(Outcome.End.OUTPUT_LIMIT);
    }
  }

  @Test
  void filesGoInAndComeOut(@TempDir Path folder) throws InfrastructureFailure, IOException {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      workspace.put(List.of(Upload.file("a/b/c", "text".getBytes(StandardCharsets.UTF_8))));
      assertThat(new String(workspace.read("a/b/c", 100), StandardCharsets.UTF_8))
          .isEqualTo("text");
      assertThat(workspace.read("a/b/c", 2)).hasSize(2);
      sh(workspace, "ln -s /etc/passwd a/link");
      assertThatThrownBy(() -> workspace.read("a/link", 100))
          .isInstanceOf(InfrastructureFailure.class);
      Path tar = folder.resolve("a.tar");
      workspace.pack("a", tar, 1 << 20);
      workspace.unpack(tar, workspace.root() + "/again");
      assertThat(sh(workspace, "cat again/b/c; ls again").out()).isEqualTo("textb\n");
      Files.delete(tar);
      sh(workspace, "head -c 2M /dev/zero >a/big");
      assertThatThrownBy(() -> workspace.pack("a", tar, 1 << 20))
          .isInstanceOf(InfrastructureFailure.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BUILD", "BOOT"})
  void aConversationCarriesBytesBothWaysAndTellsTheExitCode(Role role) throws Exception {
    try (Workspace workspace = sandbox.open(role);
        Conversation conversation =
            workspace.converse(
                Command.of(LIMIT, "sh", "-c", "read line; echo got $line; exit 33"))) {
      conversation.input().write("hello\n".getBytes(StandardCharsets.UTF_8));
      assertThat(new String(conversation.output().readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("got hello\n");
      assertThat(conversation.exitCode(LIMIT)).hasValue(33);
    }
  }

  @Test
  void aBootWorkspaceRunsManyCommandsOneAfterTheOther() throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BOOT)) {
      byte[] bytes = new byte[1 << 20];
      new Random(1).nextBytes(bytes);
      workspace.put(List.of(Upload.file("a/b", bytes), Upload.file("c", new byte[0])));
      assertThat(workspace.read("a/b", 2 << 20)).isEqualTo(bytes);
      assertThat(workspace.read("a/b", 10)).hasSize(10);
      sh(workspace, "ln -s /etc/passwd link");
      assertThatThrownBy(() -> workspace.read("link", 100))
          .isInstanceOf(InfrastructureFailure.class);
      for (int i = 0; i < 100; i++) {
        Outcome outcome = sh(workspace, "printf %s " + i + "; echo err >&2; exit " + i);
        assertThat(outcome.out()).isEqualTo(Integer.toString(i));
        assertThat(outcome.err()).isEqualTo("err\n");
        assertThat(outcome.exitCode()).isEqualTo(i);
      }
      Command settings = Command.of(LIMIT, "sh", "-c", "echo $A $HOME $TMPDIR $LC_ALL; pwd; id -u");
      assertThat(workspace.run(settings.with(Map.of("A", "a")).in("a")).out())
          .isEqualTo("a /work /work/tmp C.UTF-8\n/work/a\n1000\n");
      // The shell that stands ready, timeout and the one that asks, and the container's own two.
      assertThat(sh(workspace, "set -- /proc/[0-9]*; echo $#").out()).isEqualTo("5\n");
    }
  }

  @Test
  void aCommandRunsBesideAConversation() throws Exception {
    try (Workspace workspace = sandbox.open(Role.BOOT)) {
      for (int round = 0; round < 3; round++) {
        try (Conversation conversation =
            workspace.converse(Command.of(LIMIT, "sh", "-c", "echo $$ >number; exec cat >seen"))) {
          conversation.input().write("hello".getBytes(StandardCharsets.UTF_8));
          Outcome seen = sh(workspace, "until grep -q hello seen; do sleep 0.01; done; rm seen");
          assertThat(seen.succeeded()).isTrue();
          assertThat(sh(workspace, "kill -KILL $(cat number)").succeeded()).isTrue();
          assertThat(conversation.output().read()).isEqualTo(-1);
          assertThat(conversation.exitCode(LIMIT)).hasValue(137);
          conversation.input().write("$g#67".getBytes(StandardCharsets.UTF_8));
        }
      }
      assertThat(sh(workspace, "echo after").out()).isEqualTo("after\n");
    }
  }

  @Test
  void theLimitsOfABootHold() throws InfrastructureFailure {
    Limits limits = new Limits(256L << 20, 32L << 20, 1, 40, Duration.ofMinutes(5));
    try (Workspace workspace = sandbox.open(Role.BOOT, limits)) {
      assertThat(sh(workspace, "head -c 100M /dev/zero >big").err())
          .contains("No space left on device");
      assertThat(sh(workspace, "rm big; head -c 1G /dev/zero | tail -c 900M | wc -c").out())
          .doesNotContain("943718400");
      Outcome endless =
          workspace.run(Command.of(Duration.ofSeconds(2), "sh", "-c", "sleep 600 & sleep 600"));
      assertThat(endless.end()).isEqualTo(Outcome.End.TIME_LIMIT);
      Outcome forks = sh(workspace, "for i in $(seq 100); do sleep 20 & done; wait");
      assertThat(forks.succeeded()).isFalse();
      assertThat(forks.err()).containsIgnoringCase("fork");
      Outcome cut =
          workspace.run(Command.of(LIMIT, "head", "-c", "5000", "/dev/zero").keeping(100));
      assertThat(cut.stdout()).hasSize(100);
      assertThat(cut.truncated()).isTrue();
      Outcome flood = workspace.run(Command.of(LIMIT, "cat", "/dev/zero").keeping(100));
      assertThat(flood.end()).isEqualTo(Outcome.End.OUTPUT_LIMIT);
      assertThatThrownBy(() -> sh(workspace, "true")).isInstanceOf(InfrastructureFailure.class);
    }
  }

  @Test
  void aContainerThatIsRemovedDuringACommandIsAFailureAndNoOutcome() throws Exception {
    DockerClient docker = DockerClientFactory.lazyClient();
    Set<String> before = containers();
    try (Workspace workspace = sandbox.open(Role.BOOT);
        Conversation conversation = workspace.converse(Command.of(LIMIT, "cat"))) {
      Set<String> ours = containers();
      ours.removeAll(before);
      assertThat(ours).hasSize(1);
      Thread remover =
          new Thread(
              () -> docker.removeContainerCmd(ours.iterator().next()).withForce(true).exec());
      remover.start();
      assertThatThrownBy(() -> sh(workspace, "sleep 50")).isInstanceOf(InfrastructureFailure.class);
      remover.join();
      assertThat(conversation.output().read()).isEqualTo(-1);
      assertThatThrownBy(() -> conversation.exitCode(LIMIT))
          .isInstanceOf(InfrastructureFailure.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BUILD", "BOOT"})
  void anImageThatIsGoneIsNamedAndAskedOfNoRegistry(Role role) throws InfrastructureFailure {
    String gone = "bootgrade/toolchain:gone";
    try (ContainerSandbox without =
        new ContainerSandbox(new ContainerSandbox.Settings(gone, gone, new byte[0], Map.of()))) {
      long begin = System.nanoTime();
      assertThatThrownBy(() -> without.open(role))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessage("the engine has no image " + gone);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 100, 300, 500, 700, 1000})
  void nothingIsLeftOfAContainerWhoseOpeningIsInterrupted(int millis) throws Exception {
    Set<String> before = containers();
    Thread opening =
        new Thread(
            () -> {
              try (Workspace workspace = sandbox.open(Role.BOOT)) {
                assertThat(sh(workspace, "sleep 5").succeeded()).isTrue();
              } catch (InfrastructureFailure interrupted) {
                assertThat(interrupted).hasMessageContaining("interrupted");
              }
            });
    opening.start();
    Thread.sleep(millis);
    opening.interrupt();
    opening.join();
    assertThat(containers()).isEqualTo(before);
  }

  /** Of this process; others may use the engine as well. */
  private static Set<String> containers() {
    return DockerClientFactory.lazyClient()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(Owner.PID_LABEL, Long.toString(ProcessHandle.current().pid())))
        .exec()
        .stream()
        .map(container -> container.getId())
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void containersOfAKilledProcessAreRemovedAtTheNextStart() throws InfrastructureFailure {
    DockerClient docker = DockerClientFactory.lazyClient();
    Owner self = Owner.self();
    Owner dead = new Owner(self.boot(), self.pid(), self.started() - 1);
    CreateContainerResponse orphan =
        docker
            .createContainerCmd(machineImage)
            .withCmd("sleep", "600")
            .withLabels(dead.labels())
            .withNetworkDisabled(true)
            .exec();
    docker.startContainerCmd(orphan.getId()).exec();
    try (Workspace ours = sandbox.open(Role.BOOT);
        ContainerSandbox next =
            new ContainerSandbox(
                new ContainerSandbox.Settings(machineImage, machineImage, new byte[0], Map.of()))) {
      assertThat(next.isolates()).isTrue();
      assertThat(docker.listContainersCmd().withShowAll(true).exec())
          .extracting(c -> c.getId())
          .doesNotContain(orphan.getId());
      assertThat(sh(ours, "echo alive").out()).isEqualTo("alive\n");
    }
  }

  private static Outcome sh(Workspace workspace, String script) throws InfrastructureFailure {
    return workspace.run(Command.of(LIMIT, "sh", "-c", script));
  }
}
