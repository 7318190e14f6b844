package org.bootgrade.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bootgrade.evidence.InfrastructureFailure;

/** An exec of the engine with its standard streams attached. */
final class ContainerConversation implements Conversation {

  private final DockerClient docker;
  private final String exec;
  private final Output errors;
  private final ByteQueue output = new ByteQueue();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ByteQueue toCommand = new ByteQueue();
  private final ResultCallback.Adapter<Frame> frames;

  ContainerConversation(DockerClient docker, String exec, int outputBytes) {
    this.docker = docker;
    this.exec = exec;
    this.errors = new Output(outputBytes);
    this.frames =
        docker
            .execStartCmd(exec)
            .withStdIn(toCommand)
            .exec(
                new ResultCallback.Adapter<>() {
                  @Override
                  public void onNext(Frame frame) {
                    if (frame.getStreamType() == StreamType.STDERR) {
                      errors.add(true, frame.getPayload());
                    } else {
                      // The library reads the next frame into the same array.
                      output.add(frame.getPayload().clone());
                    }
                  }

                  @Override
                  public void onComplete() {
                    output.end();
                    ended.countDown();
                    super.onComplete();
                  }

                  @Override
                  public void onError(Throwable throwable) {
                    output.end();
                    ended.countDown();
                    super.onError(throwable);
                  }
                });
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
    long deadline = System.nanoTime() + wait.toNanos();
    try {
      while (true) {
        Long code = docker.inspectExecCmd(exec).exec().getExitCodeLong();
        if (code != null) {
          // The last of its output comes through the stream, which ends by itself.
          ended.await(2, TimeUnit.SECONDS);
          return OptionalInt.of(code.intValue());
        }
        if (System.nanoTime() - deadline >= 0) {
          return OptionalInt.empty();
        }
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } catch (DockerException e) {
      throw ContainerSandbox.failure("the container engine did not tell a command's exit code", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ContainerSandbox.failure("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      // Ending its input first: the engine's client would else write into a closed stream.
      toCommand.end();
      frames.close();
      output.close();
    } catch (IOException alreadyEnded) {
      output.end();
    }
  }
}
