package org.bootgrade.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bootgrade.sandbox.HostCommand;
import org.jspecify.annotations.Nullable;

/** The machine we run on. */
final class LocalHost implements Host {
  @Override
  public Path root() {
    return Path.of("/");
  }

  @Override
  public Map<String, String> environment() {
    return System.getenv();
  }

  @Override
  public boolean isRoot() {
    try {
      // The JDK has no getuid; a process owns its own entry.
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  @Override
  public Optional<Path> find(String program) {
    Set<Path> folders = new LinkedHashSet<>();
    for (String folder : environment().getOrDefault("PATH", "").split(":", -1)) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
    for (String folder : List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
      folders.add(Path.of(folder));
    }
    return folders.stream()
        .map(folder -> folder.resolve(program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  @Override
  public HostCommand.Result run(
      List<String> argv, Map<String, String> environment, Duration limit, @Nullable Path log)
      throws IOException, InterruptedException {
    HostCommand command = HostCommand.of(argv).with(environment).within(limit);
    if (log == null) {
      return command.run();
    }
    append(log, "$ " + String.join(" ", argv));
    return command.tellingLines(line -> append(log, line)).run();
  }

  @Override
  public Daemon startDaemon(List<String> argv, Path log) throws IOException {
    append(log, "$ " + String.join(" ", argv));
    return HostCommand.startDaemon(argv, log)::isAlive;
  }

  @Override
  public void pause(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  private static void append(Path log, String line) {
    try {
      Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + log, e);
    }
  }
}
