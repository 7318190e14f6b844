package org.bootgrade.machine;

import java.time.Duration;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;

/**
 * Lets a program run from its beginning, and clears the IST field of gate 8 whenever it is written:
 * a test that looks at its gate before it overflows, or in another handler, sees what it would see
 * in a kernel without an interrupt stack.
 */
final class KeptOut {

  /** A test that sets its gate at every level of its recursion does so some thousand times. */
  private static final int MOST_WRITES = 2000;

  private static final byte[] CLEARED = {0};

  private final LiveMachine machine;
  private final long field;

  /**
   * @param machine at the program's first instruction, with an exit port
   * @param idt the one that was in force at the program's double fault
   */
  KeptOut(LiveMachine machine, TableRegister idt) {
    this.machine = machine;
    this.field = Injector.istField(idt);
  }

  Draft run(String log, Duration limit) throws GdbException {
    Draft draft = new Draft(Intervention.IST_KEPT_OUT);
    draft.logs.add(log);
    machine.logTo(log);
    if (machine.read(field, 1).length == 1) {
      machine.write(field, CLEARED);
    }
    machine.watch(field, 1);
    Pause pause = machine.run(limit);
    for (int writes = 1; pause.reason() == Reason.WRITTEN; writes++) {
      if (writes > MOST_WRITES) {
        return Draft.notRun(
            Intervention.IST_KEPT_OUT, "the program writes its gate 8 again and again");
      }
      machine.write(field, CLEARED);
      pause = machine.run(limit);
    }
    draft.end = pause.reason();
    draft.errors = machine.errors();
    if (pause.reason() == Reason.GONE) {
      draft.exitCode = machine.exitCode();
      // Even numbers are QEMU's own.
      if (draft.exitCode % 2 == 1 && draft.exitCode != LiveMachine.ENDED_BY_FILE_SIZE) {
        draft.ownEnding = new Ending.Exited(draft.exitCode);
      }
    } else {
      draft.last = pause.usable() ? pause.registers().rip() : 0;
      draft.screen = machine.screen();
    }
    return draft;
  }
}
