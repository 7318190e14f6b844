package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bootgrade.machine.PlainBoot.Run;
import org.junit.jupiter.api.Test;

class PlainBootTest {

  private static final String WARNING =
      "qemu-system-x86_64: warning: icount sleep disabled and no active timers\n";

  @Test
  void anEmulatorThatSaysWhyItGaveUpFailed() {
    assertThat(run(1, "qemu-system-x86_64: kernel.img: No such file\n").failedToRun()).isTrue();
    assertThat(run(1, WARNING + "qemu-system-x86_64: cannot write\n").failedToRun()).isTrue();
  }

  @Test
  void aGuestThatWritesZeroToTheExitPortDidNotMakeItFail() {
    assertThat(run(1, "").failedToRun()).isFalse();
    assertThat(run(1, WARNING).failedToRun()).isFalse();
  }

  @Test
  void otherExitCodesAreTheGuests() {
    assertThat(run(33, WARNING).failedToRun()).isFalse();
    assertThat(run(PlainBoot.STOPPED, "anything").failedToRun()).isFalse();
  }

  private static Run run(int exitCode, String errors) {
    return new Run(exitCode, false, List.of(), errors);
  }
}
