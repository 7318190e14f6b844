package org.bootgrade.machine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Tables;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;
import org.jspecify.annotations.Nullable;

/** Experiments on a kernel where it waits, after its own initialisation. */
final class IdleExperiments {

  private static final String IDLE = "idle";
  private static final Duration FIRST = Duration.ofMillis(20);
  private static final Duration LOOK = Duration.ofNanos(250_000);
  private static final Duration LONGER = Duration.ofMillis(60);

  /** How often a kernel is given more time because its IDT is still the bootloader's. */
  private static final int PATIENCE = 4;

  /** How long an injected instruction may take to have its effect. */
  private static final Duration EFFECT = Duration.ofMillis(20);

  /** A busy kernel may hold the very lock that its handler prints with: other moments to try. */
  private static final int MOMENTS = 5;

  private static final Duration BETWEEN_MOMENTS = Duration.ofNanos(370_000);

  /** How many bytes of its own stack a kernel has for what is injected. */
  private static final long ROOM = 64 << 10;

  private final Experiments experiments;
  private final LiveMachine machine;
  private final TableReader reader;
  private boolean known;
  private @Nullable String trouble;
  private @Nullable Tables tables;
  private boolean busy;
  private String bootLog = "";
  private List<String> screen = List.of();

  IdleExperiments(Experiments experiments, LiveMachine machine, Symbols symbols) {
    this.experiments = experiments;
    this.machine = machine;
    this.reader = new TableReader(machine, symbols);
  }

  Draft perform(Intervention intervention) throws GdbException, InfrastructureFailure {
    if (!known) {
      known = true;
      trouble = wait(machine).orElse(null);
    }
    Tables found = tables;
    if (trouble != null || found == null) {
      return Draft.notRun(intervention, trouble == null ? "nothing was found" : trouble);
    }
    return switch (intervention) {
      case INSPECTED -> inspected(found);
      default -> inject(intervention, found);
    };
  }

  /** Runs to where the kernel waits; says why there is no such place. */
  private Optional<String> wait(LiveMachine machine) throws GdbException {
    experiments.backToEntry(machine);
    bootLog = experiments.newLog();
    machine.logTo(bootLog);
    TableRegister bootloaders = SystemRegisters.read(machine).idt();
    Pause pause = machine.run(FIRST);
    Pause look = pause.usable() ? machine.run(LOOK) : pause;
    boolean still = look.atRest(pause);
    boolean certain = still && !look.registers().interruptsEnabled();
    for (int i = 0; i < PATIENCE && look.usable() && !certain; i++) {
      // With interrupts enabled it may wait for one that still belongs to its initialisation.
      Pause longer = machine.run(LONGER);
      boolean again = still && longer.atRest(look);
      look = longer.usable() ? machine.run(LOOK) : longer;
      still = look.atRest(longer);
      certain =
          (again && still) || (i > 0 && !SystemRegisters.read(machine).idt().equals(bootloaders));
    }
    if (!look.usable()) {
      return Optional.of(
          switch (look.reason()) {
            case RESET -> "the kernel ends in a triple fault or resets the machine by itself";
            case OFF -> "the kernel switches the machine off or sends it to sleep";
            case GONE -> "the kernel floods its logs";
            default -> "the kernel keeps the machine's clock from stopping it";
          });
    }
    Registers registers = look.registers();
    if ((registers.get("cs") & 3) != 0) {
      return Optional.of("the kernel runs in user mode where it waits");
    }
    busy = !still;
    screen = machine.screen();
    Tables found = reader.read(still && machine.afterHlt(registers));
    if (leaveHandler(found)) {
      found = reader.read(false);
    }
    tables = found;
    machine.save(IDLE);
    return Optional.empty();
  }

  /**
   * Takes a kernel that came to rest in a handler, on an interrupt stack, back to what it was
   * doing: one more fault would be delivered to the very stack it is on. The frame at the stack's
   * top tells where it was. After an overflow it also needs room on its own stack again.
   */
  private boolean leaveHandler(Tables found) throws GdbException {
    for (InterruptStack stack : found.interruptStacks()) {
      boolean running =
          stack.overlaps().stream().anyMatch(o -> o.kind() == InterruptStack.Kind.RUNNING_STACK);
      if (!running || stack.vectors().isEmpty()) {
        continue;
      }
      long[] frame = TableReader.words(machine, (stack.top() & ~0xfL) - 5 * 8, 5);
      PageTables pages = machine.pageTables(machine.registers());
      MemoryExtent own = pages.extent(frame[3], ROOM).orElse(null);
      if (frame[1] != found.codeRegister().selector() || own == null) {
        return false;
      }
      long rsp = Math.min(frame[3] + ROOM, own.end() - 16) & ~0xfL;
      boolean crowded = frame[3] - own.start() < ROOM;
      // It may have been a jump to nowhere.
      long rip = pages.translate(frame[0]).mapped() ? frame[0] : found.rip();
      machine.setRegisters(Map.of("rip", rip, "rsp", crowded ? rsp : frame[3], "eflags", frame[2]));
      return true;
    }
    return false;
  }

  private Draft inspected(Tables found) {
    Draft draft = new Draft(Intervention.INSPECTED);
    draft.logs.add(bootLog);
    draft.tables = found;
    draft.screen = screen;
    draft.halted = found.halted();
    draft.last = found.rip();
    return draft;
  }

  private Draft inject(Intervention intervention, Tables found)
      throws GdbException, InfrastructureFailure {
    Draft best = attempt(intervention, found, 0);
    for (int moment = 1; busy && moment < MOMENTS && silent(best); moment++) {
      Draft draft = attempt(intervention, found, moment);
      best = silent(draft) ? best : draft;
    }
    return best;
  }

  /** Whether the handler was entered and stayed without a word. */
  private boolean silent(Draft draft) throws InfrastructureFailure {
    return draft.entry != null
        && draft.end == Reason.TIME
        && draft.aftermath == Aftermath.STAYED
        && draft.screenAfterEntry.isEmpty()
        && !experiments.hasSerial(draft.logs.get(draft.logs.size() - 1));
  }

  private Draft attempt(Intervention intervention, Tables found, int moment) throws GdbException {
    machine.removePoints();
    machine.load(IDLE);
    if (moment > 0) {
      machine.logTo(experiments.newLog());
      Pause pause = machine.run(BETWEEN_MOMENTS.multipliedBy(moment));
      if (!pause.usable()) {
        return Draft.notRun(intervention, "the kernel does not go on from where it was stopped");
      }
    }
    Draft draft = new Draft(intervention);
    String log = experiments.newLog();
    machine.logTo(log);
    draft.logs.add(log);
    IdtGate gate = found.doubleFaultGate();
    draft.vector = 8;
    Injector injector = new Injector(machine);
    switch (intervention) {
      case WILD_WRITE -> draft.injection = injector.wildWrite(found);
      case WILD_WRITE_WITHOUT_IST -> {
        Injector.knockOut(machine);
        draft.injection = injector.wildWrite(found);
      }
      case OVERFLOW -> draft.injection = injector.overflow(found);
      case OVERFLOW_WITHOUT_IST -> {
        Injector.knockOut(machine);
        draft.injection = injector.overflow(found);
      }
      case BREAKPOINT -> {
        draft.vector = 3;
        gate = found.breakpointGate();
        draft.injection = injector.breakpoint();
      }
      default -> throw new IllegalArgumentException(intervention + " injects nothing");
    }
    FaultWatch watch =
        new FaultWatch(machine, draft, gate != null && gate.usable() ? gate.offset() : 0);
    if (watch.untilEntry(EFFECT)) {
      injector.restore();
      watch.afterEntry(experiments.newLog());
    }
    return draft;
  }
}
