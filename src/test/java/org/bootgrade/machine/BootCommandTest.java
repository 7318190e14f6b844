package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bootgrade.machine.BootCommand.OnExit;
import org.bootgrade.machine.BootCommand.OnReset;
import org.bootgrade.machine.BootCommand.Options;
import org.junit.jupiter.api.Test;

class BootCommandTest {

  private static final Options PLAIN =
      new Options("disk", "", "serial", "log", 128, List.of(0xf4), OnExit.END, false, OnReset.END);

  @Test
  void aPlainBootIsDeterministicAndLeavesItsLogs() {
    List<String> line = BootCommand.of("qemu-system-x86_64", PLAIN);

    assertThat(line).first().isEqualTo("qemu-system-x86_64");
    assertThat(line)
        .containsSequence("-accel", "tcg")
        .containsSequence("-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm")
        .containsSequence("-m", "128M")
        .containsSequence("-nic", "none")
        .containsSequence("-drive", "format=qcow2,file=disk")
        .containsSequence("-serial", "file:serial")
        .containsSequence("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04")
        .containsSequence("-d", "int,cpu_reset", "-D", "log", "-trace", "serial_write")
        .contains("-nodefaults", "-no-reboot")
        .doesNotContain("-no-shutdown", "-S", "-gdb", "-loadvm");
  }

  @Test
  void aMachineBeginsWithTheStateItIsGiven() {
    Options options =
        new Options("k", "entry", "s", "l", 64, List.of(0xf4), OnExit.END, true, OnReset.END);

    assertThat(BootCommand.of("qemu", options)).containsSequence("-loadvm", "entry");
  }

  @Test
  void theDebuggerTalksOverStandardInputAndOutput() {
    Options options =
        new Options("k", "", "s", "l", 64, List.of(0xf4), OnExit.END, true, OnReset.RESTART);

    assertThat(BootCommand.of("qemu", options))
        .containsSequence("-S", "-gdb", "stdio")
        .contains("-no-shutdown")
        .doesNotContain("-no-reboot");
  }

  @Test
  void anExitPortThatDoesNothingReadsAsTheOneThatEnds() {
    Options options =
        new Options(
            "k", "", "s", "l", 64, List.of(0xf4, 0x501), OnExit.NOTHING, false, OnReset.PAUSE);

    assertThat(BootCommand.of("qemu", options))
        .doesNotContain("isa-debug-exit,iobase=0xf4,iosize=0x04")
        .containsSequence("-device", "isa-debugcon,iobase=0xf4,readback=0,chardev=exit-f4")
        .containsSequence("-device", "isa-debugcon,iobase=0xf7,readback=0,chardev=exit-f7")
        .containsSequence("-device", "isa-debugcon,iobase=0x504,readback=0,chardev=exit-504")
        .contains("-no-reboot", "-no-shutdown");
  }

  @Test
  void aCommaInAPathIsNoOption() {
    Options options =
        new Options(
            "a,snapshot=off",
            "",
            "s,append=on",
            "l",
            64,
            List.of(0xf4),
            OnExit.NOTHING,
            false,
            OnReset.END);

    assertThat(BootCommand.of("qemu", options))
        .contains("format=qcow2,file=a,,snapshot=off", "file:s,,append=on");
  }

  @Test
  void optionsThatQemuWouldMisreadAreRefused() {
    assertThatThrownBy(
            () ->
                new Options(
                    "k", "", "s", "l%d", 64, List.of(0xf4), OnExit.NOTHING, false, OnReset.END))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new Options(
                    "k", "", "s", "l", 0, List.of(0xf4), OnExit.NOTHING, false, OnReset.END))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new Options(
                    "k", "", "s", "l", 64, List.of(0x10000), OnExit.END, false, OnReset.END))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
