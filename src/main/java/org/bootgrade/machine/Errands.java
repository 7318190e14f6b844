package org.bootgrade.machine;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

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

  /** How many bytes at most are told of a file besides its own. */
  private static final long TOLD = 32;

  /** What errands call. */
  private static final String FUNCTIONS =
      """
      count=0
      tool() {
        limit=$1; count=$((count + 1)); out=$PWD/errand.$count; shift
        (ulimit -f %d; exec timeout -s KILL "$limit" "$@") >"$out" 2>/dev/null
        codes="$codes $?"
      }
      file() { out=$1 code=0; if [ ! -f "$1" ] || [ -h "$1" ]; then out=/dev/null code=1; fi; codes="$codes $code"; }
      """
          .formatted(PRINTED);

  /**
   * What a part ends with: its exit codes on a line, the sizes of its files on a line each, and
   * their beginnings, one after the other. So two processes read any number of files; nothing
   * writes to them meanwhile.
   */
  private static final String TELL =
      """
      echo $codes
      stat -c %%s -- "$@"
      head -q -c %d -- "$@"
      """;

  /**
   * One of them.
   *
   * @param line the call of a shell function
   * @param cap how much of the output or the file is wanted
   * @param into where that goes; null where the result is to have it
   */
  record Errand(String line, int cap, @Nullable OutputStream into) {

    /**
     * Runs a tool. One that takes longer than {@link #TOOL} is ended, and keeps what it printed.
     */
    static Errand tool(int cap, List<String> arguments) {
      return tool(cap, TOOL, arguments);
    }

    static Errand tool(int cap, Duration limit, List<String> arguments) {
      String words = arguments.stream().map(Errand::quoted).collect(Collectors.joining(" "));
      return new Errand("tool %d %s".formatted(limit.toSeconds(), words), cap, null);
    }

    /** Reads a regular file; one that is not there is empty. */
    static Errand file(int cap, String path) {
      return new Errand("file " + quoted(path), cap, null);
    }

    /** Reads a regular file that may be large, and passes it on as it comes. */
    static Errand file(int cap, String path, OutputStream into) {
      return new Errand("file " + quoted(path), cap, into);
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
   * @param head its beginning; nothing where it went elsewhere
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
    List<List<Errand>> parts = parts(errands);
    StringBuilder script = new StringBuilder(FUNCTIONS);
    long most = 0;
    for (List<Errand> part : parts) {
      int cap = part.get(0).cap();
      script.append("set --; codes=\n");
      part.forEach(e -> script.append(e.line()).append("; set -- \"$@\" \"$out\"\n"));
      script.append(TELL.formatted(cap));
      most += part.size() * (cap + TOLD);
    }
    script.append("[ $count = 0 ] || rm -f errand.*\n");
    Duration limit = LIMIT.plus(TOOL.multipliedBy(errands.size()));
    ErrandReader reader = new ErrandReader(parts);
    Outcome outcome =
        workspace.runTrusted(
            new Command(
                List.of("sh", "-c", script.toString()),
                "",
                Map.of(),
                limit,
                (int) Math.min(most, Integer.MAX_VALUE - 8)),
            reader);
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "files of a boot could not be read (%s)".formatted(outcome.why()),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
    }
    if (!reader.complete()) {
      throw garbled();
    }
    return reader.results();
  }

  /** Neighbours of which as much is wanted are told of together. */
  private static List<List<Errand>> parts(List<Errand> errands) {
    List<List<Errand>> parts = new ArrayList<>();
    int cap = -1;
    for (Errand errand : errands) {
      if (errand.cap() != cap) {
        parts.add(new ArrayList<>());
        cap = errand.cap();
      }
      parts.get(parts.size() - 1).add(errand);
    }
    return parts;
  }

  private static InfrastructureFailure garbled() {
    return new InfrastructureFailure(
        "files of a boot changed while they were read",
        "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
  }
}
