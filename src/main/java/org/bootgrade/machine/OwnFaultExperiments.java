package org.bootgrade.machine;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Experiments on a program's own double fault, which it was seen to survive.
 *
 * <p>The faulting instruction of an overflow is executed many times before it faults, so a
 * breakpoint there is of no use. The machine is instead stopped at the handler's first instruction:
 * the frame on its stack tells all it takes to put the machine back to the fault.
 */
final class OwnFaultExperiments {

  private static final String FAULT = "fault";
  private static final Duration SCOUT = Duration.ofMillis(2);

  /** The same where the machine was gone after that: shorter than any overflow takes. */
  private static final Duration SHORT_SCOUT = Duration.ofNanos(50_000);

  /** How often a scout looks after the same time before it takes ten times as long. */
  private static final int SCOUTS = 20;

  private static final Duration LONGEST_SCOUT = Duration.ofMillis(200);
  private static final Duration EFFECT = Duration.ofMillis(100);

  /** The privilege level in a selector. */
  private static final int RING = 3;

  private final Experiments experiments;
  private final LiveMachine machine;
  private final TableReader reader;
  private final Symbols symbols;
  private final @Nullable ExceptionEvent doubleFault;
  private final int earlier;
  private boolean known;
  private @Nullable String trouble;
  private long handler;
  private @Nullable Draft atFault;

  /**
   * @param doubleFault the program's first one, or null where it has none
   * @param earlier how many come before the one that is about a stack
   */
  OwnFaultExperiments(
      Experiments experiments,
      LiveMachine machine,
      Symbols symbols,
      @Nullable ExceptionEvent doubleFault,
      int earlier) {
    this.experiments = experiments;
    this.machine = machine;
    this.reader = new TableReader(machine, symbols);
    this.symbols = symbols;
    this.doubleFault = doubleFault;
    this.earlier = earlier;
  }

  Draft perform(Intervention intervention) throws GdbException {
    if (doubleFault == null && intervention == Intervention.EXIT_PORT_ABSENT) {
      return beyondExit();
    }
    if (!known) {
      known = true;
      trouble = toFault().orElse(null);
    }
    Draft fault = atFault;
    Delivery.Entry entry = fault == null ? null : fault.entry;
    if (trouble != null || fault == null || entry == null) {
      return Draft.notRun(intervention, trouble == null ? "nothing was found" : trouble);
    }
    machine.removePoints();
    machine.load(FAULT);
    return switch (intervention) {
      case EXIT_PORT_ABSENT -> withoutExitPort(fault);
      case PANIC -> panic();
      default -> knockedOut(entry);
    };
  }

  /** What a program does that goes on although it has asked to exit. */
  private Draft beyondExit() throws GdbException {
    Draft draft = new Draft(Intervention.EXIT_PORT_ABSENT);
    draft.logs.add(experiments.newLog());
    experiments.backToEntry(machine);
    machine.logExceptions(true);
    machine.logTo(draft.logs.get(0));
    new FaultWatch(machine, draft, 0).toRest();
    return draft;
  }

  private Draft panic() throws GdbException {
    Optional<PanicCall> call = PanicCall.in(symbols);
    if (call.isEmpty()) {
      return Draft.notRun(Intervention.PANIC, "the program has no panic function known here");
    }
    Draft draft = new Draft(Intervention.PANIC);
    draft.logs.add(experiments.newLog());
    machine.logTo(draft.logs.get(0));
    call.get().make(machine);
    new FaultWatch(machine, draft, 0).toRest();
    return draft;
  }

  /**
   * Takes the machine to what {@link #toFault} found: the handler's first instruction.
   *
   * @return empty where it found nothing; the machine is left as it is then
   */
  Optional<Draft> atFault() throws GdbException {
    if (atFault != null) {
      machine.load(FAULT);
    }
    return Optional.ofNullable(atFault);
  }

  /**
   * Runs the program to its double fault, and keeps the moment at which its handler begins.
   *
   * @return why that did not happen; empty where it did
   */
  Optional<String> toFault() throws GdbException {
    ExceptionEvent expected = doubleFault;
    if (expected == null) {
      return Optional.of("the program does not double fault by itself");
    }
    Optional<IdtGate> gate = scout(expected);
    if (gate.isEmpty()) {
      return Optional.of("no handler was found in gate 8");
    }
    handler = gate.get().offset();
    Draft draft = new Draft(Intervention.EXIT_PORT_ABSENT);
    draft.vector = ExceptionEvent.DOUBLE_FAULT;
    Optional<StackUse> entered = enter(draft, earlier);
    if (entered.isEmpty() && earlier > 0) {
      // The earlier ones had another handler.
      draft.logs.clear();
      entered = enter(draft, 0);
    }
    if (entered.isEmpty()) {
      return Optional.of("the program does not double fault on a machine without an exit port");
    }
    StackUse use = entered.get();
    machine.removePoints();
    Delivery.Entry entry = draft.entry;
    if (entry != null) {
      draft.entry = use.atFault(machine, symbols, entry);
    }
    machine.save(FAULT);
    machine.logTo(Experiments.NO_LOG);
    experiments.backToEntry(machine);
    use.compare(machine);
    if (use.unwatched()) {
      use.follow(machine, experiments.guestTime());
    }
    draft.descent = use.descent();
    atFault = draft;
    return Optional.empty();
  }

  /**
   * Runs from the program's beginning to an entry of the handler.
   *
   * @param skipped how many entries come before that one
   * @return how the stack was used on the way; empty where the handler was not entered so often
   */
  private Optional<StackUse> enter(Draft draft, int skipped) throws GdbException {
    machine.removePoints();
    experiments.backToEntry(machine);
    StackUse use = StackUse.from(machine);
    machine.logExceptions(true);
    draft.logs.add(experiments.newLog());
    machine.logTo(draft.logs.get(0));
    FaultWatch watch = new FaultWatch(machine, draft, handler);
    boolean entered = watch.untilEntry(experiments.guestTime(), use::written);
    for (int i = 0; entered && i < skipped; i++) {
      entered = watch.untilEntry(experiments.guestTime(), use::written);
    }
    if (draft.end != Reason.GONE) {
      use.unwatch(machine);
    }
    return entered ? Optional.of(use) : Optional.empty();
  }

  /**
   * Finds the handler: runs without a log, because a fault that repeats itself would fill it, until
   * gate 8 of the IDT that was in force at the fault can be used.
   */
  private Optional<IdtGate> scout(ExceptionEvent expected) throws GdbException {
    Optional<IdtGate> gate = scout(expected, SCOUT);
    return gate.isPresent() ? gate : scout(expected, SHORT_SCOUT);
  }

  private Optional<IdtGate> scout(ExceptionEvent expected, Duration first) throws GdbException {
    experiments.backToEntry(machine);
    machine.logExceptions(false);
    machine.logTo(Experiments.NO_LOG);
    Duration step = first;
    Duration passed = Duration.ZERO;
    for (int i = 1; passed.compareTo(experiments.guestTime()) < 0; i++) {
      Pause pause = machine.run(step);
      passed = passed.plus(step);
      if (i % SCOUTS == 0 && step.compareTo(LONGEST_SCOUT) < 0) {
        step = step.multipliedBy(10);
      }
      if (!pause.usable()) {
        return Optional.empty();
      }
      Optional<IdtGate> gate =
          TableReader.gate(machine, expected.idt(), ExceptionEvent.DOUBLE_FAULT);
      if (gate.isPresent() && gate.get().usable()) {
        return gate;
      }
    }
    return Optional.empty();
  }

  private Draft withoutExitPort(Draft fault) throws GdbException {
    machine.addPoint(handler);
    new FaultWatch(machine, fault, handler).afterEntry(experiments.newLog(), false);
    return fault;
  }

  private Draft knockedOut(Delivery.Entry entry) throws GdbException {
    Registers registers = machine.registers();
    // Code segments of one ring differ in nothing that counts here.
    if ((registers.get("cs") & RING) != (entry.interruptedCs() & RING)) {
      return Draft.notRun(Intervention.IST_KNOCKED_OUT, "the fault came from another ring");
    }
    Draft draft = new Draft(Intervention.IST_KNOCKED_OUT);
    draft.vector = ExceptionEvent.DOUBLE_FAULT;
    draft.logs.add(experiments.newLog());
    machine.logTo(draft.logs.get(0));
    machine.setRegisters(
        Map.of(
            "rip", entry.interruptedRip(),
            "rsp", entry.interruptedRsp(),
            "eflags", entry.interruptedFlags()));
    draft.tables = reader.read(false);
    Injector.knockOut(machine);
    FaultWatch watch = new FaultWatch(machine, draft, handler);
    if (watch.untilEntry(EFFECT)) {
      watch.afterEntry(experiments.newLog(), false);
    }
    return draft;
  }
}
