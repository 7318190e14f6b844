package org.bootgrade.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.ConflictException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;

class EngineCallsTest {

  private final EngineCalls engine = new EngineCalls(Duration.ofSeconds(20));

  @Test
  void anAnswerIsHandedOn() throws Exception {
    assertThat(engine.ask("count", () -> 3)).isEqualTo(3);
  }

  /** What an engine is asked that never answers. */
  private static int neverAnswered() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException givenUp) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  @Test
  void anEngineThatNeverAnswersIsAFailureThatSaysWhatWasAsked() {
    assertThatThrownBy(
            () ->
                engine.ask(
                    "start a command", Duration.ofMillis(50), EngineCallsTest::neverAnswered))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessage("the container engine did not start a command within 0 s");
  }

  @Test
  void whatMustNotBeLeftHalfDoneIsWaitedForThroughAnInterruption() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread waiting = Thread.currentThread();
    Thread interrupting =
        new Thread(
            () -> {
              try {
                asked.await();
                waiting.interrupt();
                Thread.sleep(100);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              go.countDown();
            });
    interrupting.start();
    int answer =
        engine.askInAnyCase(
            "remove a container",
            Duration.ofSeconds(20),
            () -> {
              asked.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                return 0;
              }
              return 3;
            });
    boolean interrupted = Thread.interrupted();
    interrupting.join();
    assertThat(answer).isEqualTo(3);
    assertThat(interrupted).isTrue();
  }

  @Test
  void anInterruptionThatWasThereBeforeIsKeptForLater() throws Exception {
    Thread.currentThread().interrupt();
    int answer = engine.askInAnyCase("remove a container", Duration.ofSeconds(20), () -> 3);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer).isEqualTo(3);
  }

  @Test
  void whatMustNotBeLeftHalfDoneHasALimitAllTheSame() {
    assertThatThrownBy(
            () ->
                engine.askInAnyCase(
                    "remove a container", Duration.ofMillis(50), EngineCallsTest::neverAnswered))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("remove a container within");
  }

  @Test
  void aConnectionThatEndsIsTheEnginesFailureAndNoFaultOfOurs() {
    assertThatThrownBy(
            () ->
                engine.ask(
                    "tell whether a command runs",
                    () -> {
                      throw new RuntimeException(new IOException("Broken pipe"));
                    }))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessage("the container engine did not tell whether a command runs (Broken pipe)");
  }

  @Test
  void aRefusalOfTheEngineStaysWhatItIs() {
    assertThatThrownBy(
            () ->
                engine.ask(
                    "remove a container",
                    () -> {
                      throw new ConflictException("already going");
                    }))
        .isInstanceOf(ConflictException.class);
  }
}
