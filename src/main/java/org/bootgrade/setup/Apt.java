package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.HostCommand;

/** Debian's package manager, for the few packages we may install. */
final class Apt {
  private static final Duration UPDATE = Duration.ofMinutes(5);
  private static final Duration INSTALL = Duration.ofMinutes(15);
  private static final Duration FRESH = Duration.ofDays(1);
  private static final int TAIL = 15;

  private final Host host;
  private final Folders folders;

  Apt(Host host, Folders folders) {
    this.host = host;
    this.folders = folders;
  }

  /**
   * Whether we may and can install.
   *
   * @param what what is missing and what for, as a sentence without its full stop
   * @param packages what would be installed
   * @param mayInstall the caller allows it
   * @throws Obstacle we may not, or cannot
   */
  void require(String what, List<String> packages, boolean mayInstall) throws Obstacle {
    String words = String.join(" ", packages);
    if (host.find("apt-get").isEmpty()) {
      throw new Obstacle(
          what + ". bootgrade installs it on Debian, and this system has no apt-get.",
          "Install %s, or what this system calls it, with its package manager; then run this again."
              .formatted(words));
    }
    if (!mayInstall) {
      throw new Obstacle(
          what + ". Nothing was installed, because that was not asked for.",
          "Run the same command as root with --install (with Maven: -Dbootgrade.install), or have it"
              + " installed as root: apt-get install "
              + words);
    }
    if (!host.isRoot()) {
      throw new Obstacle(
          what + ". Installing it needs root, and this user is not root.",
          "Run the same command as root once, or have it installed as root: apt-get install "
              + words);
    }
  }

  /** Installs packages; says so first. */
  void install(List<String> packages, Consumer<String> say)
      throws InfrastructureFailure, InterruptedException {
    Path log = folders.log("apt");
    String words = String.join(" ", packages);
    boolean updated = false;
    if (!listsAreFresh()) {
      say.accept("Refreshing the package lists: apt-get update (log: " + log + ")");
      // A broken source of another vendor fails this without being in our way.
      run(List.of("apt-get", "update"), UPDATE, log);
      updated = true;
    }
    say.accept("Installing " + words + " from Debian: apt-get install (log: " + log + ")");
    List<String> install =
        new ArrayList<>(
            List.of(
                "apt-get",
                "install",
                "-y",
                "--no-install-recommends",
                "-o",
                "DPkg::Lock::Timeout=300"));
    install.addAll(packages);
    HostCommand.Result result = run(install, INSTALL, log);
    if (!result.succeeded() && !updated) {
      // Lists can be fresh by their date and still name versions that the mirror has dropped.
      say.accept("That failed; refreshing the package lists and trying once more.");
      run(List.of("apt-get", "update"), UPDATE, log);
      result = run(install, INSTALL, log);
    }
    if (!result.succeeded()) {
      throw new InfrastructureFailure(
          "apt-get could not install "
              + words
              + (result.timedOut()
                  ? " in " + INSTALL.toMinutes() + " minutes"
                  : " (exit code " + result.exitCode() + ")")
              + ". The end of "
              + log
              + ":\n"
              + Folders.tail(log, TAIL),
          "The lines above say why; often it is the network, a proxy or a package source. When"
              + " `apt-get install "
              + words
              + "` works as root, run this again.");
    }
  }

  private HostCommand.Result run(List<String> argv, Duration limit, Path log)
      throws InfrastructureFailure, InterruptedException {
    try {
      return host.run(
          argv,
          // needrestart asks questions of its own
          Map.of("DEBIAN_FRONTEND", "noninteractive", "NEEDRESTART_MODE", "l", "LC_ALL", "C.UTF-8"),
          limit,
          log);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "apt-get cannot be started (%s).".formatted(FileTrouble.reason(e, null)),
          "See that `apt-get update` works as root, and run this again.",
          e);
    }
  }

  private boolean listsAreFresh() {
    Path lists = host.root().resolve("var/lib/apt/lists");
    if (!Files.isDirectory(lists)) {
      return false;
    }
    Instant oldest = Instant.now().minus(FRESH);
    try (Stream<Path> files = Files.list(lists)) {
      return files
              .filter(file -> file.getFileName().toString().contains("_Packages"))
              .anyMatch(file -> Files.isRegularFile(file) && isAfter(file, oldest))
          && Files.getLastModifiedTime(lists).toInstant().isAfter(oldest);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isAfter(Path file, Instant time) {
    try {
      // apt gives a list the date of its publication, so what counts is when it was put there.
      Object changed = Files.getAttribute(file, "unix:ctime");
      return changed instanceof java.nio.file.attribute.FileTime at && at.toInstant().isAfter(time);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
