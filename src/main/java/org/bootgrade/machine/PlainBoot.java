package org.bootgrade.machine;

import java.time.Duration;
import java.util.List;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;

/**
 * A program's boot as it was submitted, from the reset to its end or to the limit of its own time.
 * It is stopped at moments of that time only, so how busy the host is makes no difference.
 */
final class PlainBoot {

  /** How long a guest runs between two looks, and how long where it waits for an interrupt. */
  private static final Duration SLICE = Duration.ofMillis(10);

  private static final Duration WAIT = Duration.ofMillis(100);

  /**
   * After each such time it is asked whether the guest only takes long. One that faults or is
   * interrupted all the time does the same for ever. The first is not asked about: a boot loader
   * takes hundreds of interrupts to read a large program from its disk.
   */
  private static final Duration LONG = Duration.ofSeconds(1);

  /** How much may be logged in such a time, of exceptions and interrupts. */
  private static final long QUIET_BYTES = 512 << 10;

  private static final Duration LOOK = Duration.ofNanos(250_000);

  /**
   * In how many looks a loop that does nothing is believed. With interrupts it has to outlast a
   * tick of the timer as a BIOS leaves it, 55 ms.
   */
  private static final int LOOKS = 5;

  private static final int LOOKS_WITH_INTERRUPTS = 7;

  /** A processor that is halted and takes no interrupt does nothing any more. */
  private static final int LOOKS_WHEN_HALTED = 2;

  /**
   * How a boot went.
   *
   * @param exitCode QEMU's exit code, or {@link #STOPPED} where we ended it
   * @param halted whether the processor was halted when we ended it
   * @param screen what was on the text screen then
   * @param errors what QEMU said
   */
  record Run(int exitCode, boolean halted, List<String> screen, String errors) {

    /**
     * Whether QEMU gave up. It says why and exits with 1; a guest that writes 0 to the exit port
     * makes it exit with 1 as well, and then it has nothing to say but perhaps a warning.
     */
    boolean failedToRun() {
      return exitCode == 1
          && errors.lines().anyMatch(l -> !l.isBlank() && !l.contains(": warning: "));
    }
  }

  /** In place of an exit code. */
  static final int STOPPED = -1;

  /** Tells how much is logged of a running guest by now, but for what it prints. */
  interface Log {
    long bytes() throws InfrastructureFailure;
  }

  private final LiveMachine machine;
  private final MachineSettings settings;
  private final Log log;

  PlainBoot(LiveMachine machine, MachineSettings settings, Log log) {
    this.machine = machine;
    this.settings = settings;
    this.log = log;
  }

  /**
   * @param drive the program's disk, with which the machine began
   */
  Run run(Drive drive) throws GdbException, InfrastructureFailure {
    Pause pause = drive.toEntry(machine);
    Duration limit = settings.guestTime();
    boolean halted = false;
    int still = 0;
    Pause last = pause;
    Duration passed = Duration.ZERO;
    Duration asked = LONG;
    long logged = Long.MAX_VALUE - QUIET_BYTES;
    while (pause.usable() && passed.compareTo(limit) < 0) {
      if (passed.compareTo(asked) >= 0) {
        long now = log.bytes();
        if (now > logged + QUIET_BYTES) {
          break;
        }
        logged = now;
        asked = asked.plus(LONG);
      }
      Duration slice = halted || passed.compareTo(LONG) >= 0 ? WAIT : SLICE;
      pause = machine.run(slice);
      passed = passed.plus(slice);
      if (pause.reason() != Reason.TIME) {
        break;
      }
      // Not always the same time, or a loop that takes just as long would show the same each time.
      Pause look = machine.run(LOOK.plusNanos(110L * still));
      passed = passed.plus(LOOK);
      still = look.atRest(pause) && pause.atRest(last) ? still + 1 : 0;
      last = look;
      pause = look;
      halted = look.reason() == Reason.TIME && machine.afterHlt(look.registers());
      // A guest that is halted with interrupts enabled costs no time to wait for.
      boolean interrupts = look.reason() == Reason.TIME && look.registers().interruptsEnabled();
      int enough = interrupts ? LOOKS_WITH_INTERRUPTS : halted ? LOOKS_WHEN_HALTED : LOOKS;
      if (still >= enough && !(interrupts && halted)) {
        break;
      }
    }
    return switch (pause.reason()) {
      case GONE -> new Run(machine.exitCode(), false, List.of(), machine.errors());
      case OFF -> new Run(0, false, List.of(), machine.errors());
      default -> new Run(STOPPED, halted, machine.screen(), machine.errors());
    };
  }
}
