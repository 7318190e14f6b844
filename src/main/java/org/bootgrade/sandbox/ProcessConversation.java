package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * A process of this machine with its standard streams attached. Not by Commons Exec: it looks for
 * input ten times a second, and a conversation with a debugger asks a thousand times.
 */
final class ProcessConversation implements Conversation {

  private final Process process;
  private final Output errors;

  private ProcessConversation(Process process, int outputBytes) {
    this.process = process;
    this.errors = new Output(outputBytes);
  }

  static ProcessConversation start(Command command, Path directory, Map<String, String> additions)
      throws InfrastructureFailure {
    ProcessBuilder builder = new ProcessBuilder(command.limited()).directory(directory.toFile());
    builder.environment().putAll(additions);
    try {
      ProcessConversation conversation =
          new ProcessConversation(builder.start(), command.outputBytes());
      Thread reader =
          new Thread(conversation::readErrors, "errors of " + command.arguments().get(0));
      reader.setDaemon(true);
      reader.start();
      return conversation;
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "'%s' did not start (%s)"
              .formatted(command.arguments().get(0), FileTrouble.reason(e, null)),
          "Run ./bootgrade doctor to see which tools the process sandbox lacks.",
          e);
    }
  }

  private void readErrors() {
    byte[] buffer = new byte[4096];
    try (InputStream in = process.getErrorStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        errors.add(true, Arrays.copyOf(buffer, read));
      }
    } catch (IOException ended) {
      // The stream was closed under it: there is no more to read.
      errors.add(true, new byte[0]);
    }
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public OutputStream input() {
    OutputStream out = process.getOutputStream();
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        out.write(value);
        out.flush();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        out.flush();
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public String errors() {
    return errors.errors();
  }

  @Override
  public OptionalInt exitCode(Duration wait) throws InfrastructureFailure {
    try {
      return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(process.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure("interrupted", "Run the command again.", e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
