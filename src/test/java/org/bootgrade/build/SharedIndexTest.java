package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.junit.jupiter.api.Test;

class SharedIndexTest {

  private static final Command BUILD = Command.of(Duration.ofMinutes(5), "cargo", "build");

  private static final Outcome BUILT = ended(0, "");
  private static final Outcome MISSING =
      ended(
          101,
          """
          error: no matching package named `volatile` found
          location searched: crates.io index
          required by package `blog_os v0.1.0 (/work/src)`
          """);
  private static final Outcome WRONG = ended(101, "error[E0308]: mismatched types");

  @Test
  void aCrateThatIsMissingForAMomentIsFoundInTheEnd() throws Exception {
    assertThat(run(MISSING, BUILT)).isEqualTo(BUILT);
    assertThat(run(MISSING, MISSING, BUILT)).isEqualTo(BUILT);
  }

  @Test
  void aCrateThatStaysMissingIsMissing() throws Exception {
    assertThat(run(MISSING, MISSING, MISSING, BUILT)).isEqualTo(MISSING);
  }

  @Test
  void anyOtherErrorIsTheFirstTriesOwn() throws Exception {
    assertThat(run(WRONG, BUILT)).isEqualTo(WRONG);
    assertThat(run(BUILT, WRONG)).isEqualTo(BUILT);
  }

  private static Outcome run(Outcome... outcomes) throws Exception {
    return SharedIndex.run(new Successive(new ArrayDeque<>(List.of(outcomes)))::run, BUILD);
  }

  private static Outcome ended(int exitCode, String error) {
    return new Outcome(Outcome.End.EXITED, exitCode, new byte[0], error.getBytes(UTF_8), false);
  }

  /** A workspace in which cargo's commands end in one way after the other. */
  private record Successive(Deque<Outcome> outcomes) implements CommandsOnly {
    @Override
    public Outcome run(Command command) {
      return command.equals(BUILD) ? outcomes.remove() : BUILT;
    }
  }
}
