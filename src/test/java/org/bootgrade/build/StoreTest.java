package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Conversation;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.junit.jupiter.api.Test;

class StoreTest {

  /** A workspace in which every command ends in the same way. */
  private record Ended(Outcome outcome) implements Workspace {
    @Override
    public String root() {
      return "/work";
    }

    @Override
    public String cache() {
      return "/cache";
    }

    @Override
    public void put(List<Upload> files) {}

    @Override
    public Outcome run(Command command) {
      return outcome;
    }

    @Override
    public Tidied tidy() {
      return new Tidied(true, Optional.empty());
    }

    @Override
    public Conversation converse(Command command) {
      throw new UnsupportedOperationException("nothing talks here");
    }

    @Override
    public byte[] read(String path, int maxBytes) {
      return new byte[0];
    }

    @Override
    public void pack(String directory, Path tar, long maxBytes) {}

    @Override
    public void unpack(Path tar, String directory) {}

    @Override
    public void close() {}
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
