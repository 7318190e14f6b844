package org.bootgrade.sandbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One command to run in a workspace.
 *
 * @param arguments the program and its arguments; no shell sees them
 * @param directory where it runs, relative to the workspace; empty for its top
 * @param environment additions to the workspace's environment
 * @param limit wall-clock time after which it is killed with all its children
 * @param outputBytes how much of each stream is kept; a command that writes much more is killed
 */
public record Command(
    List<String> arguments,
    String directory,
    Map<String, String> environment,
    Duration limit,
    int outputBytes) {

  /** How much of each stream is kept unless said otherwise. */
  public static final int DEFAULT_OUTPUT_BYTES = 1 << 20;

  public Command {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** A command at the workspace's top with the default cap on its output. */
  public static Command of(Duration limit, String... arguments) {
    return new Command(List.of(arguments), "", Map.of(), limit, DEFAULT_OUTPUT_BYTES);
  }

  /** The same command in another directory. */
  public Command in(String otherDirectory) {
    return new Command(arguments, otherDirectory, environment, limit, outputBytes);
  }

  /** The same command with another environment. */
  public Command with(Map<String, String> otherEnvironment) {
    return new Command(arguments, directory, otherEnvironment, limit, outputBytes);
  }

  /** The same command with another cap on its output. */
  public Command keeping(int bytes) {
    return new Command(arguments, directory, environment, limit, bytes);
  }

  /** The words that run it under its time limit. */
  List<String> limited() {
    List<String> words = new ArrayList<>();
    // timeout(1) makes a process group of its own and kills all of it.
    words.addAll(List.of("timeout", "-s", "KILL", Long.toString(Math.max(1, limit.toSeconds()))));
    words.addAll(arguments);
    return List.copyOf(words);
  }

  /** Exit code of {@link #limited} where the limit killed it; a command may end with it, too. */
  public static final int KILLED = 137;

  /** The additions to the environment, as {@code name=value}. */
  List<String> settings() {
    return environment.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .sorted()
        .toList();
  }
}
