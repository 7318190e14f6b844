package org.bootgrade.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The process that a container or folder belongs to, in a form that another process can check
 * later.
 *
 * @param boot identity of this boot of the machine; a process number means nothing beyond it
 * @param pid the process number
 * @param started when the process started, in milliseconds since 1970; process numbers are used
 *     again
 */
record Owner(String boot, long pid, long started) {

  static final String BOOT_LABEL = "org.bootgrade.owner.boot";
  static final String PID_LABEL = "org.bootgrade.owner.pid";
  static final String STARTED_LABEL = "org.bootgrade.owner.started";

  /** This process. */
  static Owner self() {
    ProcessHandle self = ProcessHandle.current();
    return new Owner(bootId(), self.pid(), startOf(self));
  }

  Map<String, String> labels() {
    return Map.of(
        BOOT_LABEL, boot, PID_LABEL, Long.toString(pid), STARTED_LABEL, Long.toString(started));
  }

  /** The owner that labels name, if they do. */
  static Optional<Owner> from(Map<String, String> labels) {
    String boot = labels.get(BOOT_LABEL);
    String pid = labels.get(PID_LABEL);
    String started = labels.get(STARTED_LABEL);
    if (boot == null || pid == null || started == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Owner(boot, Long.parseLong(pid), Long.parseLong(started)));
    } catch (NumberFormatException notOurs) {
      return Optional.empty();
    }
  }

  /**
   * Whether what it owns can be removed by the process {@code self}: it ran on this machine and is
   * gone. What another machine owns (a shared engine) is left alone.
   */
  boolean goneFor(Owner self) {
    if (!boot.equals(self.boot)) {
      return machineOf(boot).equals(machineOf(self.boot));
    }
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).map(Owner::startOf).stream()
        .noneMatch(start -> start == started);
  }

  /** The machine's id; the same in every boot. */
  String machine() {
    return machineOf(boot);
  }

  private static String machineOf(String boot) {
    int slash = boot.indexOf('/');
    return slash < 0 ? boot : boot.substring(0, slash);
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Machine and boot: the machine's id, a slash, the boot's id. */
  private static String bootId() {
    return firstLine(Path.of("/etc/machine-id"))
        + "/"
        + firstLine(Path.of("/proc/sys/kernel/random/boot_id"));
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException notLinux) {
      return "unknown";
    }
  }
}
