package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/**
 * A POSIX shell that stands ready and runs commands, one at a time: an exec of the engine costs a
 * tenth of a second, a command of a shell that is there already some milliseconds.
 *
 * <p>The shell's streams are those of its commands, too. So it is only for workspaces in which no
 * code of a submission runs as a process: such code could write into the streams.
 *
 * <h2>Protocol</h2>
 *
 * <ol>
 *   <li>We send a request, a line that begins with the shell's token: run a command. The command's
 *       standard input is empty, or the bytes that follow the line. The shell reads its requests
 *       with {@code read}, which takes no byte behind the line's end.
 *   <li>At the command's end the shell writes a mark to standard <em>error</em>: a number that was
 *       drawn at random for this command, the exit code, and whether processes were left behind in
 *       the command's group, which it has killed then. All that was written to standard error
 *       before it is the command's.
 *   <li>We answer by a second request: write the random number to standard <em>output</em>. All
 *       that comes before it is the command's. As it cannot come earlier than we ask for it, no
 *       byte of a command that is talked to has to be held back because it might be its beginning.
 *   <li>A line's end goes before the second request, and lines without the token are ignored; so
 *       input that the command did not read is read and forgotten.
 * </ol>
 *
 * <p>A shell whose command left processes behind is {@linkplain #usable() not to be used} again:
 * their last words could be taken for those of the next command. Neither is one that wrote when it
 * was not asked to.
 */
final class StandingShell implements AutoCloseable {

  /**
   * What the shell executes; its token is its first argument. Descriptor 3 is its input and 4 its
   * standard error, 5 is an empty input. Its own remarks, such as "Killed", go nowhere. A command
   * is started in the background, because only so its process number is told; it is the number of
   * the group as well that timeout(1) makes. Its streams are opened anew: a command that switches
   * them to not waiting (O_NONBLOCK, as QEMU does) and is killed would else leave them so to the
   * shell and all later commands, whose reads and writes then fail.
   */
  private static final String LOOP =
      """
      token=$1
      newline='
      '
      fd=/proc/self/fd
      exec 3<&0 4>&2 5</dev/null 2>/dev/null
      run() {
        number=$1 directory=$2 input=$3
        shift 3
        { cd -- "$directory" || exit 126; exec "$@"; } <"$fd/$input" >>"$fd/1" 2>>"$fd/4" 3<&- 4>&- 5<&- &
        process=$!
        wait "$process"
        code=$?
        left=0
        kill -s KILL -- "-$process" && left=1
        printf '%s%03d%d' "$number" "$code" "$left" >&4
      }
      mark() { printf %s "$1"; }
      while IFS= read -r request; do
        case $request in "$token "*) eval "${request#"$token "}" ;; esac
      done
      """;

  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String MEND =
      "Run ./bootgrade doctor to see whether the container engine is well.";

  private final String token = number();
  private final Attachment attachment;
  private final Object lock = new Object();
  private @Nullable Run current;
  private boolean spoiled;
  private boolean ended;
  private @Nullable Throwable broken;

  /**
   * Starts a shell.
   *
   * @throws InfrastructureFailure when it cannot be started
   */
  StandingShell(Attachment.Opener opener) throws InfrastructureFailure {
    this.attachment =
        opener.open(
            List.of("sh", "-c", LOOP, "sh", token),
            new Attachment.Listener() {
              @Override
              public void received(boolean error, byte[] bytes) {
                take(error, bytes);
              }

              @Override
              public void ended(@Nullable Throwable why) {
                end(why);
              }
            });
  }

  /** Who takes what a command writes. */
  interface Listener {
    /** Standard output, as it comes. */
    void output(byte[] bytes);

    /** Standard error, as it comes. */
    void errors(byte[] bytes);

    /** Nothing more comes: the command has ended, or the shell has. */
    void end();
  }

  /**
   * Starts a command.
   *
   * @param directory where it runs, absolute
   * @param input whether it reads what is {@linkplain Run#send sent} to it; else its input is empty
   * @throws IllegalStateException another command runs
   */
  Run start(Command command, String directory, boolean input, Listener listener) {
    Run run = new Run(command.arguments().get(0), listener);
    List<String> words = new ArrayList<>(List.of("run", run.number, directory, input ? "3" : "5"));
    if (!command.environment().isEmpty()) {
      words.add("env");
      words.add("--");
      words.addAll(command.settings());
    }
    words.addAll(command.limited());
    byte[] request = request(words);
    boolean gone;
    synchronized (lock) {
      if (current != null) {
        throw new IllegalStateException("the shell runs another command");
      }
      current = run;
      gone = ended;
    }
    if (gone) {
      run.fail();
    } else {
      attachment.send(request);
    }
    return run;
  }

  /** Whether it waits for the next command, and nothing can come between the two. */
  boolean usable() {
    synchronized (lock) {
      return current == null && !spoiled && !ended;
    }
  }

  /** Lets go of it. A command that still runs is ended by its time limit, or with its container. */
  @Override
  public void close() {
    end(null);
    attachment.close();
  }

  private byte[] request(List<String> words) {
    return (token
            + " "
            + words.stream().map(StandingShell::quoted).collect(Collectors.joining(" "))
            + "\n")
        .getBytes(UTF_8);
  }

  /**
   * One word of one line of the shell's language.
   *
   * @throws IllegalArgumentException it holds the character 0, which no argument of a process can
   */
  private static String quoted(String word) {
    if (word.indexOf(0) >= 0) {
      throw new IllegalArgumentException("an argument holds the character 0");
    }
    return "'" + word.replace("'", "'\\''").replace("\n", "'\"$newline\"'") + "'";
  }

  private static String number() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void take(boolean error, byte[] bytes) {
    Run run;
    synchronized (lock) {
      run = current;
      spoiled |= run == null;
    }
    if (run != null) {
      if (error) {
        run.takeErrors(bytes);
      } else {
        run.takeOutput(bytes);
      }
    }
  }

  private void end(@Nullable Throwable why) {
    Run run;
    synchronized (lock) {
      run = current;
      if (!ended) {
        ended = true;
        broken = why;
      }
    }
    if (run != null) {
      run.fail();
    }
  }

  private void spoil() {
    synchronized (lock) {
      spoiled = true;
    }
  }

  /** A command under way. */
  final class Run {

    private final String number = number();
    private final String name;
    private final Listener listener;
    private final Mark errorMark = new Mark(number.getBytes(US_ASCII), 4);
    private final Mark outputMark = new Mark(number.getBytes(US_ASCII), 0);
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    /** The command has ended, and the mark on standard output was asked for. */
    private volatile boolean over;

    private Run(String name, Listener listener) {
      this.name = name;
      this.listener = listener;
    }

    /** Passes bytes on to the command's standard input; after its end they are dropped. */
    void send(byte[] bytes) {
      synchronized (this) {
        if (!over) {
          attachment.send(bytes);
        }
      }
    }

    /**
     * Waits for the command's end.
     *
     * @return its exit code, or empty where it still runs
     * @throws InfrastructureFailure the shell ended before it told
     */
    OptionalInt exitCode(Duration wait) throws InfrastructureFailure {
      return await(exitCode, wait) ? OptionalInt.of(exitCode.join()) : OptionalInt.empty();
    }

    /**
     * Waits until the command has ended and the listener has all that it wrote.
     *
     * @throws InfrastructureFailure the shell ended before
     */
    boolean finished(Duration wait) throws InfrastructureFailure {
      return await(finished, wait);
    }

    private boolean await(CompletableFuture<?> what, Duration wait) throws InfrastructureFailure {
      try {
        what.get(wait.toNanos(), TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException notYet) {
        return false;
      } catch (ExecutionException shellEnded) {
        Throwable cause = shellEnded.getCause() == null ? shellEnded : shellEnded.getCause();
        throw new InfrastructureFailure(
            "the shell in a container ended while '%s' ran (%s)"
                .formatted(name, FileTrouble.reason(cause, null)),
            MEND,
            cause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InfrastructureFailure("interrupted", "Run the command again.", e);
      }
    }

    private void takeErrors(byte[] bytes) {
      if (over) {
        spoil();
        return;
      }
      if (!errorMark.read(bytes, listener::errors)) {
        return;
      }
      String told = new String(errorMark.behind(), US_ASCII);
      if (!told.matches("[0-9]{3}[01]")) {
        end(new IOException("it told '" + told + "' in the place of an exit code"));
        return;
      }
      if (told.endsWith("1") || errorMark.moreCame()) {
        spoil();
      }
      synchronized (this) {
        over = true;
      }
      exitCode.complete(Integer.valueOf(told.substring(0, 3)));
      attachment.send(("\n" + token + " mark " + number + "\n").getBytes(US_ASCII));
    }

    private void takeOutput(byte[] bytes) {
      if (!over) {
        listener.output(bytes);
      } else if (outputMark.read(bytes, listener::output)) {
        synchronized (lock) {
          spoiled |= outputMark.moreCame();
          current = null;
        }
        finished.complete(null);
        listener.end();
      }
    }

    private void fail() {
      Throwable why;
      synchronized (lock) {
        why = broken == null ? new IOException("its streams came to their end") : broken;
      }
      exitCode.completeExceptionally(why);
      finished.completeExceptionally(why);
      listener.end();
    }
  }
}
