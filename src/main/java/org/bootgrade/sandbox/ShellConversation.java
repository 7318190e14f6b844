package org.bootgrade.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bootgrade.evidence.InfrastructureFailure;

/** A command of a standing shell that is talked to. */
final class ShellConversation implements Conversation {

  /** How long the last of the output may take after the exit code. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final StandingShell.Run run;
  private final Runnable onClose;
  private final Output errors;
  private final ByteQueue output = new ByteQueue();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Starts the command.
   *
   * @param directory where it runs, absolute
   * @param onClose is run once, when the conversation is closed
   */
  ShellConversation(StandingShell shell, Command command, String directory, Runnable onClose) {
    this.errors = new Output(command.outputBytes());
    this.onClose = onClose;
    this.run =
        shell.start(
            command,
            directory,
            true,
            new StandingShell.Listener() {
              @Override
              public void output(byte[] bytes) {
                output.add(bytes);
              }

              @Override
              public void errors(byte[] bytes) {
                errors.add(true, bytes);
              }

              @Override
              public void end() {
                output.end();
              }
            });
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public OutputStream input() {
    return new SendingStream(run::send);
  }

  @Override
  public String errors() {
    return errors.errors();
  }

  @Override
  public OptionalInt exitCode(Duration wait) throws InfrastructureFailure {
    OptionalInt code = run.exitCode(wait);
    if (code.isPresent()) {
      run.finished(LAST_WORDS);
    }
    return code;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // First, because what comes meanwhile may wait for room.
      output.close();
      onClose.run();
    }
  }
}
