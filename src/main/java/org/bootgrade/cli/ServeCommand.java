package org.bootgrade.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: the service. What it needs is loaded when it runs, and by no other command. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Takes submissions in over HTTP and grades them, until it is ended.",
      "",
      "It needs no settings for a try-out: one process, with its database in a file. With a"
          + " PostgreSQL database there may be any number of processes, of either role."
    })
final class ServeCommand implements Callable<Integer> {

  /** What a process does. */
  enum Role {
    both,
    web,
    worker
  }

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The settings (TOML). What is missing in it has its default.")
  @Nullable Path config;

  @Option(names = "--print-config", description = "Print all settings, with their defaults.")
  boolean printConfig;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the database file and all that is handed in are kept.")
  @Nullable Path data;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "A PostgreSQL database: postgresql://USER@HOST/NAME.")
  @Nullable String database;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "What this process does: web (answers calls), worker (grades) or both (the default).")
  Role role = Role.both;

  @Option(names = "--port", paramLabel = "PORT", description = "Where calls are answered.")
  @Nullable Integer port;

  @Mixin SandboxOptions sandbox = new SandboxOptions();

  private final Surroundings here;

  ServeCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    if (printConfig) {
      here.out().print(ServeRun.defaults());
      return ExitCode.OK;
    }
    return new ServeRun(here, sandbox, role).serve(config, settings());
  }

  /** The environment, with the command line over it. */
  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(here.environment());
    put(settings, "DATA", data == null ? null : data.toAbsolutePath());
    put(settings, "DATABASE_URL", database);
    put(settings, "PORT", port);
    return settings;
  }

  private static void put(Map<String, String> settings, String name, @Nullable Object value) {
    if (value != null) {
      settings.put("BOOTGRADE_SERVE_" + name, value.toString());
    }
  }
}
