package org.bootgrade.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/** An exec of the engine with its standard streams attached. */
final class ContainerConversation implements Conversation {

  private final DockerClient docker;
  private final EngineCalls engine;
  private final String exec;
  private final Output errors;
  private final ByteQueue output = new ByteQueue();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Attachment attachment;

  ContainerConversation(DockerClient docker, EngineCalls engine, String exec, int outputBytes) {
    this.docker = docker;
    this.engine = engine;
    this.exec = exec;
    this.errors = new Output(outputBytes);
    this.attachment =
        new ExecAttachment(
            docker,
            exec,
            new Attachment.Listener() {
              @Override
              public void received(boolean error, byte[] bytes) {
                if (error) {
                  errors.add(true, bytes);
                } else {
                  output.add(bytes);
                }
              }

              @Override
              public void ended(@Nullable Throwable why) {
                output.end();
                ended.countDown();
              }
            });
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public OutputStream input() {
    return new SendingStream(attachment::send);
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
        Long code =
            engine
                .ask("tell a command's exit code", docker.inspectExecCmd(exec)::exec)
                .getExitCodeLong();
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
    output.close();
    attachment.close();
  }
}
