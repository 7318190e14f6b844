package org.bootgrade.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that grades. */
final class GradingOptions {

  static final String DEFAULT_ASSIGNMENT = "double-faults";

  String assignment = DEFAULT_ASSIGNMENT;
  boolean assignmentGiven;

  @Option(
      names = {"-a", "--assignment"},
      paramLabel = "ASSIGNMENT",
      description = "The assignment to grade by (default: double-faults).")
  void assignment(String value) {
    assignment = value;
    assignmentGiven = true;
  }

  @Option(
      names = "--rubric",
      paramLabel = "FILE",
      description = "Grade by this rubric (YAML) instead of the assignment's own.")
  @Nullable Path rubric;

  @Option(
      names = "--graders",
      paramLabel = "PATH",
      description =
          "Grade with these graders instead of the assignment's own: a jar, a folder of classes, a"
              + " .java file or a folder of them.")
  @Nullable Path graders;

  /** Where to build and boot. */
  enum SandboxKind {
    container,
    process
  }

  @Option(
      names = "--sandbox",
      paramLabel = "KIND",
      description =
          "Where to build and boot: container (the default; needs Docker), or process (needs the Rust"
              + " toolchain and QEMU on PATH, and isolates nothing: for your own work only).")
  @Nullable SandboxKind kind;

  @Option(
      names = "--install",
      description =
          "Install and start what is missing, as root: Debian's packages docker.io and mmdebstrap."
              + " Without it nothing is installed.")
  boolean install;

  @Option(
      names = "--json",
      description = "Print results.json to standard output instead of text for people.")
  boolean json;

  SandboxKind sandbox(Surroundings here) throws UsageError {
    if (kind != null) {
      return kind;
    }
    String wanted = here.environment().getOrDefault("BOOTGRADE_SANDBOX", "");
    return switch (wanted) {
      case "", "container" -> SandboxKind.container;
      case "process" -> SandboxKind.process;
      default ->
          throw new UsageError(
              "BOOTGRADE_SANDBOX is '%s': it must be container or process.".formatted(wanted));
    };
  }
}
