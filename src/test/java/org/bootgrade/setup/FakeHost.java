package org.bootgrade.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bootgrade.sandbox.HostCommand;
import org.jspecify.annotations.Nullable;

/** A machine made of a folder: what is on it, what its commands would do, and what was run. */
final class FakeHost implements Host {
  final Path root;
  final Map<String, String> environment = new HashMap<>();
  final Set<String> programs = new HashSet<>();
  final List<String> ran = new ArrayList<>();

  /** Output and effect of a command, by its beginning. Commands not named here succeed silently. */
  final Map<String, Supplier<String>> effects = new HashMap<>();

  /** Beginnings of commands that fail. */
  final Set<String> failing = new HashSet<>();

  boolean isRoot = true;
  Runnable onDaemon = () -> {};
  boolean daemonLives = true;
  private long now;

  FakeHost(Path root) {
    this.root = root;
    environment.put("HOME", root.resolve("home").toString());
    programs.add("apt-get");
  }

  void file(String path, String content) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Map<String, String> environment() {
    return environment;
  }

  @Override
  public boolean isRoot() {
    return isRoot;
  }

  @Override
  public Optional<Path> find(String program) {
    return programs.contains(program)
        ? Optional.of(Path.of("/usr/bin", program))
        : Optional.empty();
  }

  @Override
  public HostCommand.Result run(
      List<String> argv, Map<String, String> env, Duration limit, @Nullable Path log)
      throws IOException {
    String words = String.join(" ", argv);
    ran.add(words);
    StringBuilder output = new StringBuilder();
    effects.forEach(
        (beginning, effect) -> {
          if (words.startsWith(beginning)) {
            output.append(effect.get());
          }
        });
    if (log != null) {
      Files.writeString(
          log, "$ " + words + "\n" + output, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    boolean fails = failing.stream().anyMatch(words::startsWith);
    return new HostCommand.Result(
        fails ? 100 : 0,
        output.toString().getBytes(StandardCharsets.UTF_8),
        "",
        false,
        false,
        Duration.ZERO);
  }

  @Override
  public Daemon startDaemon(List<String> argv, Path log) throws IOException {
    ran.add(String.join(" ", argv));
    Files.writeString(log, "dockerd speaking\n", StandardOpenOption.CREATE);
    onDaemon.run();
    return () -> daemonLives;
  }

  @Override
  public void pause(Duration time) {
    now += time.toNanos();
  }

  @Override
  public long nanoTime() {
    return now;
  }
}
