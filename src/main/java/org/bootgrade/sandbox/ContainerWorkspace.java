package org.bootgrade.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.api.command.ExecStartCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/** A workspace in a running container. Commands are execs of the engine. */
final class ContainerWorkspace implements Workspace {

  /** How long the engine may take to tell that a command has ended after it was killed. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  /** Exit code of timeout(1) where it had to kill. */
  private static final int KILLED = 137;

  private final DockerClient docker;
  private final String container;
  private final Runnable stop;
  private final Consumer<ContainerWorkspace> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();

  ContainerWorkspace(
      DockerClient docker, String container, Runnable stop, Consumer<ContainerWorkspace> onClose) {
    this.docker = docker;
    this.container = container;
    this.stop = stop;
    this.onClose = onClose;
  }

  @Override
  public String root() {
    return ContainerSandbox.ROOT;
  }

  @Override
  public String cache() {
    return ContainerSandbox.CACHE;
  }

  @Override
  public void put(List<Upload> files) throws InfrastructureFailure {
    byte[] tar = Tar.of(files);
    Outcome outcome =
        run(
            Command.of(
                Duration.ofMinutes(2), "tar", "-x", "-f", "-", "-C", root(), "--no-same-owner"),
            new ByteArrayInputStream(tar));
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "%d files did not fit into a container (%s)"
              .formatted(files.size(), outcome.err().strip()),
          "Run ./bootgrade doctor to see whether disk and memory suffice.");
    }
  }

  @Override
  public Outcome run(Command command) throws InfrastructureFailure {
    return run(command, null);
  }

  void mustSucceed(Command command) throws InfrastructureFailure {
    Outcome outcome = run(command);
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "'%s' failed in a container (exit code %d, %s)"
              .formatted(
                  String.join(" ", command.arguments()), outcome.exitCode(), outcome.err().strip()),
          "Run ./bootgrade doctor to see whether the container engine is well.");
    }
  }

  private Outcome run(Command command, @Nullable InputStream stdin) throws InfrastructureFailure {
    List<String> arguments = new ArrayList<>();
    // timeout(1) makes a process group of its own and kills all of it.
    arguments.addAll(
        List.of("timeout", "-s", "KILL", Long.toString(Math.max(1, command.limit().toSeconds()))));
    arguments.addAll(command.arguments());
    Output output = new Output(command.outputBytes());
    long begin = System.nanoTime();
    try {
      String exec = create(command, arguments, stdin != null);
      ExecStartCmd start = docker.execStartCmd(exec);
      if (stdin != null) {
        start.withStdIn(stdin);
      }
      boolean flooded = false;
      try (Frames frames = start.exec(new Frames(output))) {
        long deadline = begin + command.limit().plus(GRACE).toNanos();
        // A process that the command left behind may hold the streams open after its end.
        int polls = 0;
        while (!frames.awaitCompletion(1, TimeUnit.SECONDS)) {
          if (output.flooded()) {
            flooded = true;
            break;
          }
          if (++polls >= 2 && !running(exec)) {
            frames.awaitCompletion(1, TimeUnit.SECONDS);
            break;
          }
          if (System.nanoTime() - deadline > 0) {
            throw new InfrastructureFailure(
                "the container engine did not end '%s' %d s after its limit"
                    .formatted(command.arguments().get(0), GRACE.toSeconds()),
                "Run ./bootgrade doctor to see whether the container engine is well.");
          }
        }
        frames.rethrow();
      }
      if (flooded) {
        close();
        return output.outcome(Outcome.End.OUTPUT_LIMIT, -1);
      }
      int exitCode = exitCode(exec, begin + command.limit().plus(GRACE).toNanos());
      boolean late = System.nanoTime() - begin >= command.limit().toNanos();
      if (exitCode == KILLED && late) {
        return output.outcome(Outcome.End.TIME_LIMIT, -1);
      }
      return output.outcome(Outcome.End.EXITED, exitCode);
    } catch (DockerException e) {
      throw ContainerSandbox.failure(
          "'%s' did not run in a container".formatted(command.arguments().get(0)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ContainerSandbox.failure("interrupted", e);
    } catch (java.io.IOException e) {
      throw ContainerSandbox.failure("the container engine's stream broke", e);
    }
  }

  private String create(Command command, List<String> arguments, boolean stdin) {
    String directory = root() + (command.directory().isEmpty() ? "" : "/" + command.directory());
    List<String> environment =
        command.environment().entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .sorted()
            .toList();
    ExecCreateCmdResponse created =
        docker
            .execCreateCmd(container)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .withAttachStdin(stdin)
            .withEnv(environment)
            .withWorkingDir(directory)
            .withCmd(arguments.toArray(String[]::new))
            .exec();
    return created.getId();
  }

  private boolean running(String exec) {
    return Boolean.TRUE.equals(docker.inspectExecCmd(exec).exec().isRunning());
  }

  /** The engine tells the exit code a moment after the streams have ended. */
  private int exitCode(String exec, long deadline)
      throws InfrastructureFailure, InterruptedException {
    while (true) {
      Long code = docker.inspectExecCmd(exec).exec().getExitCodeLong();
      if (code != null) {
        return code.intValue();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new InfrastructureFailure(
            "the container engine did not tell a command's exit code",
            "Run ./bootgrade doctor to see whether the container engine is well.");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public Conversation converse(Command command) throws InfrastructureFailure {
    try {
      List<String> arguments = new ArrayList<>();
      arguments.addAll(
          List.of(
              "timeout", "-s", "KILL", Long.toString(Math.max(1, command.limit().toSeconds()))));
      arguments.addAll(command.arguments());
      String exec = create(command, arguments, true);
      return new ContainerConversation(docker, exec, command.outputBytes());
    } catch (DockerException e) {
      throw ContainerSandbox.failure(
          "'%s' did not start in a container".formatted(command.arguments().get(0)), e);
    }
  }

  @Override
  public byte[] read(String path, int maxBytes) throws InfrastructureFailure {
    Outcome outcome =
        run(
            Command.of(
                    Duration.ofMinutes(1),
                    "sh",
                    "-c",
                    "test -f \"$1\" && ! test -h \"$1\" && head -c \"$2\" -- \"$1\"",
                    "sh",
                    path,
                    Integer.toString(maxBytes))
                .keeping(maxBytes));
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "file '%s' is not in the container (%s)".formatted(path, outcome.err().strip()),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
    }
    return outcome.stdout();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stop.run();
      onClose.accept(this);
    }
  }

  /** Collects an exec's frames. */
  private static final class Frames extends ResultCallback.Adapter<Frame> {
    private final Output output;
    private volatile @Nullable Throwable error;

    Frames(Output output) {
      this.output = output;
    }

    @Override
    public void onNext(Frame frame) {
      output.add(frame.getStreamType() == StreamType.STDERR, frame.getPayload());
    }

    @Override
    public void onError(Throwable throwable) {
      error = throwable;
      super.onError(throwable);
    }

    void rethrow() throws java.io.IOException {
      Throwable thrown = error;
      if (thrown != null) {
        throw new java.io.IOException(thrown.getMessage(), thrown);
      }
    }
  }
}
