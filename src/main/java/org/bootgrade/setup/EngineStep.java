package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.HostCommand;
import org.bootgrade.setup.EngineAccess.Answer;

/** Finds an engine; else, where allowed, starts the one that is installed, or installs one. */
final class EngineStep {
  private static final Duration SETTLE = Duration.ofSeconds(4);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration SYSTEMCTL = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int TAIL = 15;

  private final Host host;
  private final EngineAccess engine;
  private final Apt apt;
  private final Folders folders;

  EngineStep(Host host, EngineAccess engine, Apt apt, Folders folders) {
    this.host = host;
    this.engine = engine;
    this.apt = apt;
    this.folders = folders;
  }

  /** The engine, started or installed if it had to be. */
  Answer.Here ensure(boolean mayInstall, Consumer<String> say)
      throws Obstacle, InfrastructureFailure, InterruptedException {
    Answer answer = engine.ping();
    if (answer instanceof Answer.Here here) {
      return here;
    }
    refuseWhatWeCannotMend((Answer.Silent) answer);
    if (host.find("dockerd").isEmpty()) {
      List<String> packages = packages();
      apt.require(
          "bootgrade builds and boots submissions in containers, and there is no container engine"
              + " (Docker) on this machine",
          packages,
          mayInstall);
      apt.install(packages, say);
      Optional<Answer.Here> started = await(SETTLE, () -> true); // the package may start it itself
      if (started.isPresent()) {
        return started.get();
      }
    } else if (!mayInstall) {
      throw new Obstacle(
          "bootgrade builds and boots submissions in containers, and the container engine (Docker) is"
              + " installed but not running: nothing answers at "
              + ((Answer.Silent) answer).address()
              + ".",
          "Start it as root (systemctl start docker), or run the same command as root with --install"
              + " (with Maven: -Dbootgrade.install).");
    } else if (!host.isRoot()) {
      throw new Obstacle(
          "The container engine (Docker) is installed but not running, and starting it needs root.",
          "Start it as root (systemctl start docker), or run the same command as root once.");
    }
    return start(say);
  }

  private static void refuseWhatWeCannotMend(Answer.Silent silent) throws Obstacle {
    if (silent.refused()) {
      throw new Obstacle(
          "The container engine (Docker) at %s does not let this user in (%s)."
              .formatted(silent.address(), silent.reason()),
          "Run this as root, or have root add this user to the group docker (usermod -aG docker"
              + " NAME), and log in again.");
    }
    if (silent.chosen()) {
      throw new Obstacle(
          "The container engine (Docker) that this account is set to use, %s, does not answer (%s)."
              .formatted(silent.address(), silent.reason()),
          "Start that engine. To use the one of this machine: unset DOCKER_HOST, and choose its"
              + " context with `docker context use default`.");
    }
  }

  private List<String> packages() {
    List<String> packages = new ArrayList<>(List.of("docker.io"));
    // docker.io only recommends this, and on a kernel with AppArmor no container starts without.
    Path enabled = host.root().resolve("sys/module/apparmor/parameters/enabled");
    try {
      if (Files.exists(enabled)
          && Files.readString(enabled).startsWith("Y")
          && host.find("apparmor_parser").isEmpty()) {
        packages.add("apparmor");
      }
    } catch (IOException e) {
      packages.add("apparmor"); // unreadable: better too much than an engine that starts nothing
    }
    return packages;
  }

  private Answer.Here start(Consumer<String> say)
      throws InfrastructureFailure, InterruptedException {
    if (Files.isDirectory(host.root().resolve("run/systemd/system"))) {
      return startService(say);
    }
    // Where nothing manages services, network bridges and packet filters are often not ours to
    // make either. Containers that boot kernels have no network, and the others use the host's.
    List<String> argv = List.of("dockerd", "--bridge=none", "--iptables=false");
    Path log = folders.log("dockerd");
    for (int attempt = 1; ; attempt++) {
      say.accept("Starting the Docker engine: " + String.join(" ", argv) + " (log: " + log + ")");
      try {
        Host.Daemon daemon = host.startDaemon(argv, log);
        Optional<Answer.Here> answer = await(START, daemon::isAlive);
        if (answer.isPresent()) {
          return answer.get();
        }
        if (attempt == 2 || daemon.isAlive()) {
          throw new InfrastructureFailure(
              "The Docker engine "
                  + (daemon.isAlive()
                      ? "did not answer within " + START.toSeconds() + " s of its start"
                      : "ended right after its start")
                  + ". The end of "
                  + log
                  + ":\n"
                  + Folders.tail(log, TAIL),
              "The lines above say why: mend that and run this again. `./bootgrade doctor` shows"
                  + " whether it answers.");
        }
      } catch (IOException e) {
        throw new InfrastructureFailure(
            "The Docker engine could not be started (%s).".formatted(FileTrouble.reason(e, null)),
            "See whether `dockerd` runs as root by hand, and run this again.",
            e);
      }
      // One that the package's own script had started may just have been on its way out.
    }
  }

  private Answer.Here startService(Consumer<String> say)
      throws InfrastructureFailure, InterruptedException {
    Path log = folders.log("dockerd");
    say.accept("Starting the Docker engine: systemctl start docker");
    try {
      HostCommand.Result result =
          host.run(List.of("systemctl", "start", "docker"), Map.of(), SYSTEMCTL, log);
      Optional<Answer.Here> answer = await(result.succeeded() ? START : SETTLE, () -> true);
      if (answer.isPresent()) {
        return answer.get();
      }
      throw new InfrastructureFailure(
          "systemctl start docker "
              + (result.succeeded() ? "succeeded, but the engine does not answer" : "failed")
              + ". The end of "
              + log
              + ":\n"
              + Folders.tail(log, TAIL),
          "`journalctl -u docker -n 50` says why: mend that and run this again.");
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "The Docker engine could not be started: systemctl cannot be run (%s)."
              .formatted(FileTrouble.reason(e, null)),
          "Start the engine as root by hand (dockerd, or service docker start), and run this again.",
          e);
    }
  }

  private Optional<Answer.Here> await(Duration limit, java.util.function.BooleanSupplier hope)
      throws InterruptedException {
    long deadline = host.nanoTime() + limit.toNanos();
    while (true) {
      boolean alive = hope.getAsBoolean(); // before the question: a last answer still counts
      if (engine.ping() instanceof Answer.Here here) {
        return Optional.of(here);
      }
      if (!alive || host.nanoTime() > deadline) {
        return Optional.empty();
      }
      host.pause(POLL);
    }
  }
}
