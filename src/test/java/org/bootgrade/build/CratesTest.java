package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CratesTest {

  @Test
  void theEndOfALogKeepsItsLinesAndIsSetIn() {
    String log = "1\n2\nerror: failed to fetch\n\nCaused by:\n  [6] Could not resolve\n5\n6\n";

    assertThat(Crates.lastLines(log))
        .isEqualTo(
            "\n\n  2\n  error: failed to fetch\n  Caused by:\n    [6] Could not resolve\n  5\n  6");
  }

  @Test
  void whereNothingWasSaidThatIsTold() {
    assertThat("Cargo says:" + Crates.lastLines("\n")).isEqualTo("Cargo says: nothing");
  }
}
