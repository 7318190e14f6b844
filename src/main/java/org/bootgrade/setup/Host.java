package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.sandbox.HostCommand;
import org.jspecify.annotations.Nullable;

/** This machine, as far as setting it up goes. */
interface Host {
  /** The folder that holds {@code etc}, {@code usr} and {@code proc}; {@code /} but for tests. */
  Path root();

  /** The environment of this program. */
  Map<String, String> environment();

  /** Whether we may install and start things. */
  boolean isRoot();

  /** Where a program is on the path, or in the administrator's folders that may not be on it. */
  Optional<Path> find(String program);

  /**
   * Runs a command to its end and appends what it says to a log file, if one is given.
   *
   * @throws IOException it could not be started
   */
  HostCommand.Result run(
      List<String> argv, Map<String, String> environment, Duration limit, @Nullable Path log)
      throws IOException, InterruptedException;

  /** Starts a program that outlives us, its output appended to a log file. */
  Daemon startDaemon(List<String> argv, Path log) throws IOException;

  /** Lets time pass. */
  void pause(Duration time) throws InterruptedException;

  /** A clock that only runs forward. */
  long nanoTime();

  /** A program that runs beside us. */
  @FunctionalInterface
  interface Daemon {
    boolean isAlive();
  }
}
