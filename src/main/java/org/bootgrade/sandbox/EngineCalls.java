package org.bootgrade.sandbox;

import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * Questions to the engine with a limit. Its client waits for an answer for ever, and an engine that
 * is stopped in the middle (a signal, a full disk, a machine that sleeps) takes calls and gives
 * none.
 */
final class EngineCalls {

  /** For what an engine does at once. */
  static final Duration ANSWER = Duration.ofSeconds(60);

  private final Duration answer;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "asking the engine");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param answer how long the engine may take to answer a question
   */
  EngineCalls(Duration answer) {
    this.answer = answer;
  }

  /**
   * Asks.
   *
   * @param what is asked, after "the container engine did not": "start a command"
   * @return the answer
   * @throws InfrastructureFailure when none came in time, or the connection ended
   * @throws DockerException when the engine refuses, or the client fails
   */
  <T> T ask(String what, Supplier<T> question) throws InfrastructureFailure {
    return ask(what, answer, question);
  }

  /**
   * Asks for something that takes longer.
   *
   * @param limit how long at the most
   */
  <T> T ask(String what, Duration limit, Supplier<T> question) throws InfrastructureFailure {
    Future<T> asked = threads.submit(question::get);
    try {
      return answer(what, limit, asked, limit.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      asked.cancel(true);
      throw new InfrastructureFailure("interrupted", "Run the same command again.", e);
    }
  }

  /**
   * Asks for what must not be left half done, such as the start or the removal of a container. An
   * interruption is kept for later.
   *
   * @param limit how long at the most
   */
  <T> T askInAnyCase(String what, Duration limit, Supplier<T> question)
      throws InfrastructureFailure {
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      Future<T> asked = threads.submit(question::get);
      while (true) {
        try {
          return answer(what, limit, asked, deadline - System.nanoTime());
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static <T> T answer(String what, Duration limit, Future<T> asked, long nanos)
      throws InfrastructureFailure, InterruptedException {
    try {
      return asked.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
    } catch (TimeoutException silent) {
      asked.cancel(true);
      throw new InfrastructureFailure(
          "the container engine did not %s within %d s".formatted(what, limit.toSeconds()),
          "See that the engine runs and answers (docker ps), then run the same command again.",
          silent);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException refused) {
        if (refused.getCause() instanceof IOException broken
            && !(refused instanceof DockerException)) {
          // The engine's client says so where a connection ends in the middle.
          throw ContainerSandbox.failure("the container engine did not " + what, broken);
        }
        throw refused;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("only unchecked exceptions are thrown here", failed);
    }
  }
}
