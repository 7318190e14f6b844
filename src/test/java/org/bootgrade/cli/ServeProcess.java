package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code serve} as a process of its own. */
final class ServeProcess {

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Process process;
  private final String address;

  private ServeProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts one and waits until it has begun.
   *
   * @param folder where what it prints is kept
   * @param name its own among those that keep it there
   */
  static ServeProcess start(Path folder, String name, List<String> arguments) throws Exception {
    Path said = folder.resolve(name + ".said");
    Files.deleteIfExists(said);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dbootgrade.home=" + Terminal.HOME,
                "-cp",
                System.getProperty("java.class.path"),
                "org.bootgrade.cli.Main",
                "serve"));
    command.addAll(arguments);
    if (!Terminal.install().isEmpty()) {
      command.add(Terminal.install());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve(name + ".out").toFile())
            .redirectError(said.toFile());
    builder.environment().put("BOOTGRADE_LOG", folder.resolve(name + ".log").toString());
    Process process = builder.start();
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      String text = Files.exists(said) ? Files.readString(said) : "";
      assertThat(process.isAlive()).as(text).isTrue();
      assertThat(Instant.now()).as(text).isBefore(end);
      if (text.contains("End it with")) {
        return new ServeProcess(
            process,
            text.lines()
                .filter(l -> l.startsWith("Answering at "))
                .map(l -> l.substring("Answering at ".length()))
                .findFirst()
                .orElse(""));
      }
      Thread.sleep(100);
    }
  }

  /** Where it answers; empty where it does not. */
  String address() {
    return address;
  }

  /** As {@code kill -9} does it. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Tells it to end. */
  void end() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends when it is told to").isTrue();
  }

  /** Ends it, one way or the other. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(70, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
