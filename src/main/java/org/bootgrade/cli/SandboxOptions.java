package org.bootgrade.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that builds and boots. */
final class SandboxOptions {

  /** Where to build and boot. */
  enum Kind {
    container,
    process
  }

  @Option(
      names = "--sandbox",
      paramLabel = "KIND",
      description =
          "Where to build and boot: container (the default; needs Docker), or process (needs the Rust"
              + " toolchain and QEMU on PATH, and isolates nothing: for your own work only).")
  @Nullable Kind kind;

  @Option(
      names = "--install",
      description =
          "Install and start what is missing, as root: Debian's packages docker.io and mmdebstrap."
              + " Without it nothing is installed.")
  boolean install;

  /** Where to, by these options or the environment. */
  Kind kind(Surroundings here) throws UsageError {
    if (kind != null) {
      return kind;
    }
    String wanted = here.environment().getOrDefault("BOOTGRADE_SANDBOX", "");
    return switch (wanted) {
      case "", "container" -> Kind.container;
      case "process" -> Kind.process;
      default ->
          throw new UsageError(
              "BOOTGRADE_SANDBOX is '%s': it must be container or process.".formatted(wanted));
    };
  }
}
