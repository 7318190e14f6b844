package org.bootgrade.sandbox;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/**
 * The shells that run a workspace's commands. There is one more of them than conversations are open
 * at the same time; each is started when it is needed first, and kept. Closing may be done by any
 * thread, everything else by one.
 */
final class StandingShells implements AutoCloseable {

  /** How often a command is looked at that writes much. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** How many bytes are sent at once. */
  private static final int CHUNK = 64 << 10;

  private static final String MEND =
      "Run ./bootgrade doctor to see whether the container engine is well.";

  private final Attachment.Opener opener;
  private final String root;
  private final Duration grace;
  private final Deque<StandingShell> waiting = new ArrayDeque<>();
  private final List<StandingShell> all = new ArrayList<>();
  private boolean closed;

  /**
   * @param root the absolute folder that the directories of commands are relative to
   * @param grace how long it may take until a command's end is told after it was killed
   */
  StandingShells(Attachment.Opener opener, String root, Duration grace) {
    this.opener = opener;
    this.root = root;
    this.grace = grace;
  }

  /** Writes what a command may read from its standard input. */
  interface Input {
    void write(OutputStream stdin) throws IOException;
  }

  /**
   * Runs a command to its end.
   *
   * @param input null where it reads nothing
   * @param sink where its standard output goes; null where it is kept
   * @return how it ended; {@code OUTPUT_LIMIT} where it floods, and then it still runs
   * @throws InfrastructureFailure when the engine or the shell fails
   * @throws IOException when the input cannot be written, or the sink does not take the output;
   *     then it may still run
   */
  Outcome run(Command command, @Nullable Input input, @Nullable OutputStream sink)
      throws InfrastructureFailure, IOException {
    String name = command.arguments().get(0);
    StandingShell shell = take();
    try {
      Output output = new Output(command.outputBytes(), sink);
      long begin = System.nanoTime();
      StandingShell.Run run =
          shell.start(command, directory(command), input != null, collecting(output));
      if (input != null) {
        try (OutputStream stdin = new BufferedOutputStream(sending(run), CHUNK)) {
          input.write(stdin);
        }
      }
      long deadline = begin + command.limit().plus(grace).toNanos();
      while (!run.finished(LOOK)) {
        if (output.flooded()) {
          output.rethrow();
          return output.outcome(Outcome.End.OUTPUT_LIMIT, -1);
        }
        if (System.nanoTime() - deadline > 0) {
          throw new InfrastructureFailure(
              "a container did not end '%s' %d s after its limit"
                  .formatted(name, grace.toSeconds()),
              MEND);
        }
      }
      output.rethrow();
      int exitCode = run.exitCode(Duration.ZERO).orElseThrow();
      boolean late = System.nanoTime() - begin >= command.limit().toNanos();
      return exitCode == Command.KILLED && late
          ? output.outcome(Outcome.End.TIME_LIMIT, -1)
          : output.outcome(Outcome.End.EXITED, exitCode);
    } finally {
      giveBack(shell);
    }
  }

  /**
   * Starts a command and talks to it.
   *
   * @throws InfrastructureFailure when the engine fails
   */
  Conversation converse(Command command) throws InfrastructureFailure {
    StandingShell shell = take();
    try {
      return new ShellConversation(shell, command, directory(command), () -> giveBack(shell));
    } catch (IllegalArgumentException notStarted) {
      giveBack(shell);
      throw notStarted;
    }
  }

  private static OutputStream sending(StandingShell.Run run) {
    return new OutputStream() {
      @Override
      public void write(int value) {
        run.send(new byte[] {(byte) value});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        run.send(Arrays.copyOfRange(bytes, offset, offset + length));
      }
    };
  }

  private static StandingShell.Listener collecting(Output output) {
    return new StandingShell.Listener() {
      @Override
      public void output(byte[] bytes) {
        output.add(false, bytes);
      }

      @Override
      public void errors(byte[] bytes) {
        output.add(true, bytes);
      }

      @Override
      public void end() {
        // The run itself tells that it is finished.
      }
    };
  }

  private String directory(Command command) {
    return command.directory().isEmpty() ? root : root + "/" + command.directory();
  }

  private StandingShell take() throws InfrastructureFailure {
    synchronized (this) {
      while (!waiting.isEmpty()) {
        StandingShell shell = waiting.remove();
        if (shell.usable()) {
          return shell;
        }
        all.remove(shell);
        shell.close();
      }
    }
    StandingShell shell = new StandingShell(opener);
    synchronized (this) {
      if (!closed) {
        all.add(shell);
        return shell;
      }
    }
    shell.close();
    throw new InfrastructureFailure(
        "a command was to run in a container that is closed", "Run the command again.");
  }

  private void giveBack(StandingShell shell) {
    synchronized (this) {
      if (shell.usable() && !closed) {
        waiting.add(shell);
        return;
      }
      all.remove(shell);
    }
    shell.close();
  }

  /** Lets go of all of them, and so ends the conversations. */
  @Override
  public void close() {
    List<StandingShell> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(all);
      all.clear();
      waiting.clear();
    }
    open.forEach(StandingShell::close);
  }
}
