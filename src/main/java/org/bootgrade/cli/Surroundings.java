package org.bootgrade.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.bootgrade.batch.Roll;

/**
 * What a command knows of where it runs.
 *
 * @param home bootgrade's own folder: rubrics, graders, samples, Dockerfile
 * @param environment the environment variables
 * @param out standard output
 * @param err standard error
 * @param terminalOut whether standard output is a terminal
 * @param terminalErr whether standard error is a terminal
 */
record Surroundings(
    Path home,
    Map<String, String> environment,
    PrintStream out,
    PrintStream err,
    boolean terminalOut,
    boolean terminalErr) {

  /** The folder for what can be made again, by the XDG base directory specification. */
  Path cache() {
    return xdg("XDG_CACHE_HOME", ".cache");
  }

  /** The folder for what should last between runs, by the XDG base directory specification. */
  Path state() {
    return xdg("XDG_STATE_HOME", ".local/state");
  }

  /** The log file; where nothing names one, the place that logback.xml gives it. */
  Path log() {
    String named = environment.getOrDefault("BOOTGRADE_LOG", "");
    return (named.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "bootgrade.log")
            : Path.of(named))
        .toAbsolutePath();
  }

  /**
   * One submission that the command line names.
   *
   * @throws UsageError when there is nothing of that name
   */
  Roll.Entry submission(Path named) throws UsageError {
    if (!Files.exists(named)) {
      throw new UsageError("%s: there is no such file or folder.".formatted(named));
    }
    Path path = named.toAbsolutePath().normalize();
    Path name = path.getFileName();
    return new Roll.Entry(name == null ? "submission" : name.toString(), path);
  }

  /**
   * Where the evidence of a checked folder or archive is kept: one place for each, replaced at
   * every check.
   *
   * @param submission absolute and normal
   */
  Path checked(Path submission) {
    return own("check", submission);
  }

  /**
   * Where what a debugger needs of a submission is kept, replaced at every start.
   *
   * @param submission absolute and normal
   */
  Path debugged(Path submission) {
    return own("debug", submission);
  }

  private Path own(String purpose, Path submission) {
    CRC32 crc = new CRC32();
    crc.update(submission.toString().getBytes(StandardCharsets.UTF_8));
    Path name = submission.getFileName();
    return cache()
        .resolve(purpose)
        .resolve(
            (name == null ? "submission" : name)
                + "-"
                + HexFormat.of().toHexDigits((int) crc.getValue()));
  }

  private Path xdg(String variable, String otherwise) {
    String value = environment.getOrDefault(variable, "");
    // The specification says that a relative path is to be ignored.
    Path base = value.startsWith("/") ? Path.of(value) : userHome().resolve(otherwise);
    return base.resolve("bootgrade");
  }

  /** The user's folder, as {@code setup} takes it. The launcher sets HOME where nobody has. */
  private Path userHome() {
    String named = environment.getOrDefault("HOME", "");
    return Path.of(named.startsWith("/") ? named : System.getProperty("user.home", "/"));
  }

  /** Whether to colour what goes to standard output. */
  boolean color() {
    return terminalOut && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  /** Columns of the terminal, or 100 where there is none. */
  int width() {
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(columns) : 100;
  }

  Path rubric(String assignment) {
    return home.resolve("rubrics").resolve(assignment + ".yaml");
  }

  /** The assignments that have a rubric here. */
  List<String> assignments() {
    try (Stream<Path> files = Files.list(home.resolve("rubrics"))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.endsWith(".yaml"))
          .map(n -> n.substring(0, n.length() - ".yaml".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** This product's version. */
  static String version() {
    try (InputStream in = Surroundings.class.getResourceAsStream("version.txt")) {
      return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
