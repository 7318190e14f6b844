package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeLimitTest {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String SOURCES = "/work/src";
  private static final String IDLE = "0.90 7.00 9.00 2/300 1234\n2\n";
  private static final String BUSY = "4.10 0.10 0.10 9/300 1234\n2\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "   Compiling nano v0.1.0 (/work/src)\n",
        "   Compiling core v0.0.0 (/usr/lib/rustlib/src/rust/library/core)\n   Compiling nano v0.1.0"
            + " (/work/src/os)\n",
        "   Compiling macros v1.0.0 (proc-macro) (/work/src/macros)\n",
        "warning: unused\n   Compiling nano v0.1.0-rc.1 (/work/src)",
      })
  void aCrateInsideOfTheSubmissionIsItsOwnCode(String log) {
    assertThat(TimeLimit.ownCodeBegun(log, SOURCES)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "    Blocking waiting for file lock on build directory\n",
        "   Compiling core v0.0.0 (/usr/lib/rustlib/src/rust/library/core)\n",
        "   Compiling x86_64 v0.15.4\n   Compiling nano v0.1.0",
        "   Compiling other v0.1.0 (/work/srcs/other)\n",
        "     Checking nano v0.1.0 (/work/src)\n",
      })
  void crateOfTheRegistryAndOfTheToolchainAreNot(String log) {
    assertThat(TimeLimit.ownCodeBegun(log, SOURCES)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2.01, 1, true",
    "2.00, 1, false",
    "4.00, 2, false",
    "4.01, 2, true",
    "31.99, 16, false",
    "32.10, 16, true",
    "0.00, 1, false",
  })
  void aMachineIsTooBusyAboveTwoProcessesForAProcessor(
      String average, String processors, boolean busy) {
    assertThat(TimeLimit.tooBusy(average + " 0.00 0.00 1/100 1\n" + processors + "\n"))
        .isEqualTo(busy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "99.00 1.00 1.00 1/1 1\n",
        "99.00 1.00 1.00 1/1 1\n0\n",
        "busy\n2\n",
        "99.00 1.00 1.00 1/1 1\n2\nmore",
        "NaN 1 1 1/1 1\n1\n",
      })
  void whatIsNoLoadExcusesNothing(String printed) {
    assertThat(TimeLimit.tooBusy(printed)).isFalse();
  }

  @Test
  void anEndBeforeTheSubmissionsOwnCodeIsOursHoweverIdleTheMachineIs() {
    assertThat(TimeLimit.ours("kernel", LIMIT, false, Optional.empty(), IDLE))
        .get()
        .extracting(InfrastructureFailure::getMessage)
        .asString()
        .contains("kernel", "300 s", "before any");
  }

  @Test
  void anEndWithinTheSubmissionsOwnCodeIsOursOnABusyMachineOnly() {
    assertThat(TimeLimit.ours("test/a", LIMIT, true, Optional.empty(), BUSY))
        .get()
        .satisfies(
            failure -> {
              assertThat(failure.getMessage()).contains("test/a", "too busy", "4.10", "; 2)");
              assertThat(failure.mend()).contains("--jobs");
            });
    assertThat(TimeLimit.ours("test/a", LIMIT, true, Optional.empty(), IDLE)).isEmpty();
    assertThat(TimeLimit.ours("test/a", LIMIT, true, Optional.empty(), "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"74, true", "75, false", "600, false"})
  void aBuildThatHadAQuarterOfAProcessorIsNotExcusedByABusyMachine(int used, boolean excused) {
    assertThat(
            TimeLimit.ours("kernel", LIMIT, true, Optional.of(Duration.ofSeconds(used)), BUSY)
                .isPresent())
        .isEqualTo(excused);
  }
}
