package org.bootgrade.machine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Workspace;

/**
 * Several files read and tools run in one command of a workspace: each command has a price, and
 * where it is an exec of the engine a tool here takes less.
 */
final class Errands {

  /** For all that is no tool. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * How long a tool may look at a program that was made to keep it busy. A kernel of a course takes
   * a tenth of a second.
   */
  static final Duration TOOL = Duration.ofSeconds(30);

  /** How much a tool may print, in units of 512 bytes: twice what is ever asked for. */
  private static final int PRINTED = 64 << 11;

  /**
   * Of a tool's output first its exit code and size, on a line, then its beginning, then a line's
   * end.
   */
  private static final String FUNCTIONS =
      """
      tool() {
        cap=$1; limit=$2; printed=$3; shift 3
        (ulimit -f "$printed"; exec timeout -s KILL "$limit" "$@") >errand.out 2>/dev/null
        code=$?; part errand.out; rm -f errand.out
      }
      file() { cap=$1; code=0; if [ -f "$2" ] && [ ! -h "$2" ]; then part "$2"; else echo "1 0"; echo; fi; }
      part() { echo "$code $(wc -c <"$1")"; head -c "$cap" "$1"; echo; }
      """;

  private static final byte[] NOTHING = {};

  /**
   * One of them.
   *
   * @param line the call of a shell function
   * @param cap how much of the output or the file is wanted
   */
  record Errand(String line, int cap) {

    /**
     * Runs a tool. One that takes longer than {@link #TOOL} is ended, and keeps what it printed.
     */
    static Errand tool(int cap, List<String> arguments) {
      return tool(cap, TOOL, arguments);
    }

    static Errand tool(int cap, Duration limit, List<String> arguments) {
      String words = arguments.stream().map(Errand::quoted).collect(Collectors.joining(" "));
      return new Errand("tool %d %d %d %s".formatted(cap, limit.toSeconds(), PRINTED, words), cap);
    }

    /** Reads a regular file; one that is not there is empty. */
    static Errand file(int cap, String path) {
      return new Errand("file %d %s".formatted(cap, quoted(path)), cap);
    }

    private static String quoted(String argument) {
      return "'" + argument.replace("'", "'\\''") + "'";
    }
  }

  /**
   * What came of it.
   *
   * @param exitCode of a tool, {@link #ENDED} where it took too long; of a file 1 where it is not
   *     there
   * @param size of the whole output or file, in bytes
   * @param head its beginning
   */
  record Result(int exitCode, long size, byte[] head) {

    /** The exit code of a shell that does not find a program. */
    static final int NO_PROGRAM = 127;

    /** 128 and SIGKILL. */
    static final int ENDED = 137;

    String text() {
      return new String(head, StandardCharsets.UTF_8);
    }
  }

  private Errands() {}

  /**
   * Runs them, one after the other.
   *
   * @return as many results
   * @throws InfrastructureFailure when the sandbox fails; a tool that fails is a result
   */
  static List<Result> run(Workspace workspace, List<Errand> errands) throws InfrastructureFailure {
    if (errands.isEmpty()) {
      return List.of();
    }
    String script =
        FUNCTIONS + errands.stream().map(Errand::line).collect(Collectors.joining("\n"));
    Duration limit = LIMIT.plus(TOOL.multipliedBy(errands.size()));
    int cap = errands.stream().mapToInt(e -> e.cap() + 64).sum();
    Outcome outcome =
        workspace.run(new Command(List.of("sh", "-c", script), "", Map.of(), limit, cap));
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "files of a boot could not be read (%s)".formatted(outcome.why()),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
    }
    return split(outcome.stdout(), errands);
  }

  private static List<Result> split(byte[] all, List<Errand> errands) {
    List<Result> results = new ArrayList<>();
    int at = 0;
    for (Errand errand : errands) {
      int lineEnd = at;
      while (lineEnd < all.length && all[lineEnd] != '\n') {
        lineEnd++;
      }
      String line = new String(all, at, lineEnd - at, StandardCharsets.US_ASCII).strip();
      if (!line.matches("[0-9]{1,3} [0-9]{1,18}")) {
        results.add(new Result(Result.NO_PROGRAM, 0, NOTHING));
        continue;
      }
      long size = Long.parseLong(line.substring(line.indexOf(' ') + 1));
      int from = Math.min(lineEnd + 1, all.length);
      int to = (int) Math.min(from + Math.min(size, errand.cap()), all.length);
      results.add(
          new Result(
              Integer.parseInt(line.substring(0, line.indexOf(' '))),
              size,
              Arrays.copyOfRange(all, from, to)));
      at = Math.min(to + 1, all.length);
    }
    return List.copyOf(results);
  }
}
