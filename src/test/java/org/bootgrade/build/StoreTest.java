package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.junit.jupiter.api.Test;

class StoreTest {

  /** A workspace in which every command ends in the same way. */
  private record Ended(Outcome outcome) implements CommandsOnly {
    @Override
    public Outcome run(Command command) {
      return outcome;
    }
  }

  private static void compile(Outcome.End end, int exitCode)
      throws BuildRefused, InfrastructureFailure {
    Outcome outcome = new Outcome(end, exitCode, new byte[0], "error: no".getBytes(UTF_8), false);
    Store.compile(
        new Ended(outcome), Command.of(Duration.ofMinutes(10), "sh"), "compiling the crates");
  }

  @Test
  void cratesOfTheRegistryThatAreNotCompiledInTimeAreNoFaultOfTheSubmission() {
    assertThatThrownBy(() -> compile(Outcome.End.TIME_LIMIT, -1))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll("compiling the crates", "600 s");
  }

  @Test
  void cratesOfTheRegistryThatDoNotCompileAreLeftToTheProgramsOwnBuild() {
    assertThatThrownBy(() -> compile(Outcome.End.EXITED, 101)).isInstanceOf(BuildRefused.class);
    assertThatThrownBy(() -> compile(Outcome.End.OUTPUT_LIMIT, -1))
        .isInstanceOf(BuildRefused.class);
    assertThatCode(() -> compile(Outcome.End.EXITED, 0)).doesNotThrowAnyException();
  }
}
