package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bootgrade.setup.Check;
import org.bootgrade.setup.Check.State;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

  @Test
  void whatMendsSeveralThingsIsSaidOnceBelowTheLastOfThem() {
    assertThat(
            DoctorCommand.lines(
                List.of(
                    new Check("containers", "engine", State.OK, "20.10", ""),
                    new Check("containers", "base image", State.WARNING, "not there", "Make it."),
                    new Check("containers", "Dockerfile", State.MISSING, "not there", "Get it."),
                    new Check("containers", "tools", State.WARNING, "not there", "Make it."),
                    new Check("process sandbox", "cargo", State.MISSING, "not there", "Make it."),
                    new Check("process sandbox", "lld", State.OK, "/bin/lld", "")),
                "process sandbox"))
        .containsExactly(
            "containers",
            "  ok       engine             20.10",
            "  warning  base image         not there",
            "  missing  Dockerfile         not there",
            "           -> Get it.",
            "  warning  tools              not there",
            "           -> Make it.",
            "process sandbox (optional)",
            "  missing  cargo              not there",
            "           -> Make it.",
            "  ok       lld                /bin/lld");
  }

  @Test
  void onlyWhatGradingNeedsAndNoRunMakesIsAFailure() {
    Check engine = new Check("containers", "engine", State.MISSING, "not running", "Start it.");
    Check image = new Check("containers", "machine image", State.WARNING, "not built yet", "");
    Check cargo = new Check("process sandbox", "cargo", State.MISSING, "not on the PATH", "");
    assertThat(DoctorCommand.exitCode(List.of(image, cargo), "process sandbox")).isZero();
    assertThat(DoctorCommand.exitCode(List.of(engine, cargo), "process sandbox")).isEqualTo(1);
    assertThat(DoctorCommand.exitCode(List.of(engine), "containers")).isZero();
    assertThat(DoctorCommand.exitCode(List.of(engine, cargo), "containers")).isEqualTo(1);
  }
}
