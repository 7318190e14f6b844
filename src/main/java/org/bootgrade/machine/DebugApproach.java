package org.bootgrade.machine;

import java.time.Duration;
import java.util.Optional;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Takes a machine to the double fault of its program.
 *
 * <p>Where a handler is entered, that is a breakpoint at the handler. Where none is, the processor
 * shuts down within the faulting instruction, and of an overflow that instruction has been executed
 * a hundred thousand times before. The guest's own time leads there instead: the same run is made
 * again in steps that become shorter and shorter, each of which is kept if the machine survived it.
 * What is left are some thousand instructions, in which a breakpoint is met a bearable number of
 * times.
 */
final class DebugApproach {

  private static final String NEAR = "near";

  /** With all the halves of it more than a boot may take. */
  private static final Duration LONGEST = Duration.ofMillis(8192);

  private static final Duration SHORTEST = Duration.ofNanos(900);

  /** Longer than what is left after the last step, with the way through the alarm. */
  private static final Duration REST = Duration.ofNanos(400_000);

  private static final int MOST_MEETINGS = 20_000;

  private final Experiments experiments;
  private final LiveMachine machine;
  private final Symbols symbols;
  private final @Nullable ExceptionEvent doubleFault;

  DebugApproach(
      Experiments experiments, LiveMachine machine, Symbols symbols, BootRecord asSubmitted) {
    this.experiments = experiments;
    this.machine = machine;
    this.symbols = symbols;
    this.doubleFault = asSubmitted.doubleFault().orElse(null);
  }

  /** Leaves the machine at the stop and keeps that state, with the exception log off. */
  DebugStop go() throws GdbException, InfrastructureFailure {
    Optional<String> trouble = experiments.toEntry(machine);
    if (trouble.isPresent()) {
      throw new InfrastructureFailure(
          "the program cannot be debugged: " + trouble.get(),
          "Run ./bootgrade check to see how it boots.");
    }
    DebugStop stop = approach();
    machine.removePoints();
    machine.logExceptions(false);
    machine.save(DebugStop.STATE);
    return stop;
  }

  private DebugStop approach() throws GdbException {
    ExceptionEvent fault = doubleFault;
    if (fault == null) {
      return new DebugStop(DebugSession.Place.ENTRY, new Draft(Intervention.AS_SUBMITTED));
    }
    OwnFaultExperiments own = new OwnFaultExperiments(experiments, machine, symbols, fault, 0);
    boolean handled = own.toFault().isEmpty();
    Optional<Draft> entered = own.atFault();
    if (handled && entered.isPresent()) {
      entered.get().tables = new TableReader(machine, symbols).read(false);
      return new DebugStop(DebugSession.Place.HANDLER, entered.get());
    }
    boolean exact = toFault(fault);
    Draft draft = new Draft(Intervention.AS_SUBMITTED);
    draft.tables = new TableReader(machine, symbols).read(false);
    return new DebugStop(
        exact ? DebugSession.Place.FAULT : DebugSession.Place.SHORTLY_BEFORE, draft);
  }

  /**
   * Runs to the faulting instruction.
   *
   * @return whether the machine stands before that very instruction; if not, some before it
   */
  private boolean toFault(ExceptionEvent fault) throws GdbException {
    machine.removePoints();
    experiments.backToEntry(machine);
    machine.logExceptions(false);
    machine.save(NEAR);
    for (Duration step = LONGEST; step.compareTo(SHORTEST) >= 0; step = step.dividedBy(2)) {
      if (machine.run(step).usable()) {
        machine.save(NEAR);
      } else {
        machine.load(NEAR);
      }
    }
    machine.load(NEAR);
    if (standsAt(machine.registers(), fault)) {
      return true;
    }
    machine.addPoint(fault.rip());
    for (int meetings = 0; meetings < MOST_MEETINGS; meetings++) {
      Pause pause = machine.run(REST);
      if (!pause.usable()) {
        break;
      }
      if (pause.reason() == Reason.POINT && standsAt(pause.registers(), fault)) {
        return true;
      }
    }
    machine.removePoints();
    machine.load(NEAR);
    return false;
  }

  private static boolean standsAt(Registers registers, ExceptionEvent fault) {
    return registers.rip() == fault.rip() && registers.rsp() == fault.rsp();
  }
}
