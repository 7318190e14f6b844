package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteResultHandler;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.bootgrade.evidence.InfrastructureFailure;

/** A process of this machine with its standard streams attached. */
final class ProcessConversation implements Conversation {

  private final ByteQueue output = new ByteQueue();
  private final ByteQueue toCommand = new ByteQueue();
  private final Output errors;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final AtomicReference<ProcessHandle> process = new AtomicReference<>();

  private ProcessConversation(int outputBytes) {
    this.errors = new Output(outputBytes);
  }

  static ProcessConversation start(Command command, Path directory, Map<String, String> additions)
      throws InfrastructureFailure {
    ProcessConversation conversation = new ProcessConversation(command.outputBytes());
    CommandLine line = new CommandLine("timeout");
    for (String word :
        new String[] {"-s", "KILL", Long.toString(Math.max(1, command.limit().toSeconds()))}) {
      line.addArgument(word, false);
    }
    command.arguments().forEach(word -> line.addArgument(word, false));
    DefaultExecutor executor =
        DefaultExecutor.builder()
            .setWorkingDirectory(directory)
            .setExecuteStreamHandler(
                new PumpStreamHandler(
                    conversation.output.sink(), conversation.errorSink(), conversation.toCommand))
            .get();
    executor.setExitValues(null);
    executor.setProcessDestroyer(conversation.new Handle());
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(additions);
    try {
      executor.execute(line, environment, conversation.new Ended());
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "'%s' did not start (%s)".formatted(command.arguments().get(0), e.getMessage()),
          "Run ./bootgrade doctor to see which tools the process sandbox lacks.",
          e);
    }
    return conversation;
  }

  private OutputStream errorSink() {
    return new OutputStream() {
      @Override
      public void write(int value) {
        errors.add(true, new byte[] {(byte) value});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        errors.add(true, java.util.Arrays.copyOfRange(bytes, offset, offset + length));
      }
    };
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public OutputStream input() {
    return toCommand.sink();
  }

  @Override
  public String errors() {
    return errors.errors();
  }

  @Override
  public OptionalInt exitCode(Duration wait) throws InfrastructureFailure {
    try {
      return OptionalInt.of(end.get(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException stillRuns) {
      return OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure("interrupted", "Run the command again.", e);
    } catch (ExecutionException e) {
      throw new InfrastructureFailure(
          "a process did not start (%s)".formatted(e.getMessage()),
          "Run ./bootgrade doctor to see which tools the process sandbox lacks.",
          e);
    }
  }

  @Override
  public void close() {
    toCommand.end();
    ProcessHandle handle = process.get();
    if (handle != null) {
      handle.descendants().forEach(ProcessHandle::destroyForcibly);
      handle.destroyForcibly();
    }
    output.close();
  }

  /** Catches the process's handle; Commons Exec shows it to nobody else. */
  private final class Handle implements ProcessDestroyer {
    @Override
    public boolean add(Process started) {
      process.set(started.toHandle());
      return true;
    }

    @Override
    public boolean remove(Process ended) {
      return true;
    }

    @Override
    public int size() {
      return process.get() == null ? 0 : 1;
    }
  }

  private final class Ended implements ExecuteResultHandler {
    @Override
    public void onProcessComplete(int exitValue) {
      output.end();
      end.complete(exitValue);
    }

    @Override
    public void onProcessFailed(ExecuteException e) {
      output.end();
      end.completeExceptionally(e);
    }
  }
}
