package org.bootgrade.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.sandbox.Limits;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.setup.ReadyMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

/**
 * What whoever breaks out of a compiler or of QEMU finds himself in: what the engine says of such a
 * container, and what its processes say of themselves. That the engine keeps to it is its business.
 */
class ContainmentIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static ContainerSandbox sandbox;

  @BeforeAll
  static void aReadyMachine() throws InfrastructureFailure {
    sandbox = ReadyMachine.sandbox();
  }

  @AfterAll
  static void close() {
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BUILD", "BOOT"})
  void theEngineGivesAContainerNothing(Role role) throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(role)) {
      assertThat(workspace.root()).isEqualTo("/work");
      InspectContainerResponse container = inspect();
      HostConfig host = container.getHostConfig();
      Limits limits = Limits.of(role);
      assertThat(host.getNetworkMode()).isEqualTo("none");
      assertThat(host.getPrivileged()).isFalse();
      assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
      assertThat(host.getCapAdd()).isNullOrEmpty();
      assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
      assertThat(host.getReadonlyRootfs()).isTrue();
      assertThat(host.getDevices()).isNullOrEmpty();
      assertThat(host.getDeviceRequests()).isNullOrEmpty();
      assertThat(host.getVolumesFrom()).isNullOrEmpty();
      assertThat(host.getPidMode()).isNullOrEmpty();
      assertThat(host.getIpcMode()).isEqualTo("private");
      assertThat(host.getUsernsMode()).isNotEqualTo("host");
      assertThat(host.getPortBindings().getBindings()).isEmpty();
      assertThat(host.getMemory()).isEqualTo(limits.memoryBytes());
      assertThat(host.getMemorySwap()).isEqualTo(limits.memoryBytes());
      assertThat(host.getPidsLimit()).isEqualTo(limits.processes());
      assertThat(host.getTmpFs()).containsOnlyKeys("/work", "/tmp");
      assertThat(host.getTmpFs().values())
          .allMatch(options -> options.contains("nosuid") && options.contains("nodev"));
      Bind[] binds = host.getBinds() == null ? new Bind[0] : host.getBinds();
      assertThat(binds).hasSize(1);
      assertThat(binds[0].getPath()).startsWith("bootgrade-cache-");
      assertThat(binds[0].getAccessMode()).isEqualTo(AccessMode.ro);
      assertThat(Arrays.stream(container.getConfig().getEnv()).map(e -> e.split("=", 2)[0]))
          .as("variables of ours and of the image's")
          .isSubsetOf(
              "PATH",
              "HOME",
              "TMPDIR",
              "LC_ALL",
              "LANG",
              "RUSTC_BOOTSTRAP",
              "CARGO_HTTP_CAINFO",
              "SSL_CERT_FILE");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BUILD", "BOOT"})
  void itsProcessesHaveNoRightsAndNoWayOut(Role role) throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(role)) {
      String status = sh(workspace, "cat /proc/self/status");
      assertThat(status)
          .containsPattern("Uid:\\s+1000\\s+1000\\s+1000\\s+1000\\n")
          .containsPattern("Gid:\\s+1000\\s+1000\\s+1000\\s+1000\\n")
          .containsPattern("Groups:\\s*(1000)?\\s*\\n")
          .containsPattern("CapInh:\\s+0+\\n")
          .containsPattern("CapPrm:\\s+0+\\n")
          .containsPattern("CapEff:\\s+0+\\n")
          .containsPattern("CapBnd:\\s+0+\\n")
          .containsPattern("CapAmb:\\s+0+\\n")
          .containsPattern("NoNewPrivs:\\s+1\\n")
          .containsPattern("Seccomp:\\s+2\\n");
      assertThat(sh(workspace, "ls /sys/class/net").strip()).isEqualTo("lo");
      assertThat(sh(workspace, "cat /proc/net/route | wc -l").strip()).isEqualTo("1");
      assertThat(sh(workspace, "ls /dev").lines())
          .isSubsetOf(
              "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr",
              "stdin", "stdout", "tty", "urandom", "zero");
      assertThat(sh(workspace, "find / -xdev -type s 2>/dev/null | head")).isEmpty();
      assertThat(sh(workspace, "find / -xdev -writable ! -type l 2>/dev/null | head"))
          .as("what can be written on the root, which is read-only besides")
          .doesNotContain("/etc/", "/usr/bin");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BUILD", "BOOT"})
  void noProcessCanEndOrLookIntoWhatKeepsItsContainer(Role role) throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(role)) {
      // All that it may end, too, but in BOOT: there it would end the shell that asks.
      String all = role == Role.BUILD ? "kill -9 -1; " : "";
      String refused =
          sh(
              workspace,
              "exec 2>&1; for p in 1 $(cat /proc/1/task/1/children); do kill -9 $p; (cat"
                  + " /proc/$p/environ; ls /proc/$p/root/ /proc/$p/fd/) 2>/dev/null | wc -c;"
                  + " done; "
                  + all
                  + "true");
      assertThat(refused).contains("not permitted").doesNotContainPattern("(?m)^[1-9][0-9]*$");
      assertThat(sh(workspace, "echo still here")).isEqualTo("still here\n");
      assertThat(sh(workspace, "grep -h -E 'Cap(Prm|Eff|Bnd)' /proc/1/status"))
          .matches("(Cap\\w+:\\s+0+\\n){3}");
    }
  }

  @Test
  void whatIsLeftRunningIsEnded() throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      leaveRunning(workspace, 3);
      assertThat(running(workspace)).isEqualTo(3);
      Workspace.Tidied tidied = workspace.tidy();
      assertThat(tidied.usable()).isTrue();
      assertThat(tidied.leftRunning()).isTrue();
      assertThat(tidied.processorTime()).get().matches(time -> time.toMillis() > 0);
      assertThat(running(workspace)).isZero();
      assertThat(workspace.tidy().leftRunning()).isFalse();
    }
  }

  @Test
  void aContainerThatIsFullOfProcessesIsTidiedOrToldToBeOfNoUse() throws InfrastructureFailure {
    Limits few = new Limits(256L << 20, 32L << 20, 1, 40, Duration.ofMinutes(5));
    try (Workspace workspace = sandbox.open(Role.BUILD, few)) {
      leaveRunning(workspace, 60);
      Workspace.Tidied tidied = workspace.tidy();
      if (tidied.usable()) {
        assertThat(running(workspace)).isZero();
      }
    }
  }

  @Test
  void aCommandThatStopsWhatIsToEndItIsEndedAllTheSame() throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      Outcome outcome =
          workspace.run(
              Command.of(Duration.ofSeconds(2), "sh", "-c", "kill -STOP $PPID; sleep 300"));
      assertThat(outcome.end()).isEqualTo(Outcome.End.TIME_LIMIT);
      assertThat(workspace.tidy().usable()).isFalse();
    }
  }

  /** Starts processes that outlive the command. */
  private static void leaveRunning(Workspace workspace, int count) throws InfrastructureFailure {
    workspace.run(
        Command.of(
            LIMIT,
            "sh",
            "-c",
            "for i in $(seq \"$1\"); do setsid -f sleep 300 </dev/null >/dev/null 2>&1; done",
            "sh",
            Integer.toString(count)));
  }

  /** How many of them there are; what keeps the container is a sleep of another user. */
  private static int running(Workspace workspace) throws InfrastructureFailure {
    return Integer.parseInt(
        sh(
                workspace,
                "n=0; for p in /proc/[0-9]*; do [ -O \"$p\" ] && grep -q sleep \"$p/comm\" &&"
                    + " n=$((n+1)); done; echo $n")
            .strip());
  }

  private static InspectContainerResponse inspect() {
    DockerClient docker = DockerClientFactory.lazyClient();
    List<String> ids = new Engine().containers();
    assertThat(ids).hasSize(1);
    return docker.inspectContainerCmd(ids.get(0)).exec();
  }

  private static String sh(Workspace workspace, String script) throws InfrastructureFailure {
    Outcome outcome = workspace.run(Command.of(LIMIT, "sh", "-c", script));
    return outcome.out();
  }
}
