package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
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

  /**
   * How long a kernel that does not come to rest is waited for because it has loaded no TSS, which
   * it may be about to.
   */
  private static final Duration LONG_BEGINNING = Duration.ofSeconds(1);

  /** How long an injected instruction may take to have its effect. */
  private static final Duration EFFECT = Duration.ofMillis(20);

  /** A busy kernel may hold the very lock that its handler prints with: other moments to try. */
  private static final int MOMENTS = 5;

  /** How many places in the kernel's calls are tried, and how much of its stack is searched. */
  private static final int CALLERS = 2;

  /**
   * A lock that is held by the caller itself is released some instructions after the call. So many
   * at most are executed, and after so many each time it is tried.
   */
  private static final int MOST_STEPS = 360;

  private static final int STEPS = 40;

  private static final int DEEPEST_STACK = 16 << 10;
  private static final Duration BETWEEN_MOMENTS = Duration.ofNanos(370_000);

  /** How close to a kernel's end it is stopped, in its nanoseconds. */
  private static final long CLOSE = 20;

  /** How much of a double fault stack is compared, and after what time. */
  private static final long USED = 64 << 10;

  private static final Duration A_WHILE = Duration.ofMillis(5);

  /** A kernel with fewer bytes of its stack left is given some back. */
  private static final long CROWDED = 8 << 10;

  /** How many bytes it is given. */
  private static final long ROOM = 64 << 10;

  private final Experiments experiments;
  private final LiveMachine machine;
  private final Symbols symbols;
  private final TableReader reader;
  private final Ending asSubmitted;
  private boolean known;
  private boolean ended;
  private Duration soFar = Duration.ZERO;
  private @Nullable String trouble;
  private @Nullable Tables tables;
  private boolean busy;

  /** When a handler was seen to have its say, which holds for the next experiment, too. */
  private Moment favourite = Moment.FIRST;

  /** Whether such a moment was looked for. */
  private boolean searched;

  private String bootLog = "";
  private List<String> screen = List.of();

  /**
   * @param asSubmitted how the kernel ended by itself
   */
  IdleExperiments(
      Experiments experiments, LiveMachine machine, Symbols symbols, Ending asSubmitted) {
    this.asSubmitted = asSubmitted;
    this.experiments = experiments;
    this.machine = machine;
    this.symbols = symbols;
    this.reader = new TableReader(machine, symbols);
  }

  Draft perform(Intervention intervention) throws GdbException, InfrastructureFailure {
    if (!known) {
      known = true;
      trouble = prepare().orElse(null);
    }
    Tables found = tables;
    if (trouble != null || found == null) {
      return Draft.notRun(intervention, trouble == null ? "nothing was found" : trouble);
    }
    return switch (intervention) {
      case INSPECTED -> inspected(found);
      case FAULT_PAIRS -> pairs();
      case HANDLER_WATCHED -> attempt(intervention, found, favourite, false);
      default -> inject(intervention, found);
    };
  }

  /**
   * Runs to where the kernel waits, or where it has none to just before its end; says why neither
   * was found. Exceptions are not logged meanwhile: the kernel's own are known from its boot, and a
   * kernel that lives on them would fill the log.
   */
  private Optional<String> prepare() throws GdbException {
    bootLog = experiments.newLog();
    machine.logExceptions(false);
    machine.logTo(bootLog);
    Pause found = comeToRest();
    if (found.reason() == Reason.RESET) {
      ended = true;
      found = beforeEnd();
    }
    machine.logExceptions(true);
    if (!found.usable()) {
      return Optional.of(
          switch (found.reason()) {
            case GONE -> "the kernel floods its logs";
            // QEMU lets some instructions pass first, not the same number in every run.
            case OFF -> "the kernel switches the machine off or sends it to sleep by itself";
            default -> "the kernel keeps the machine's clock from stopping it";
          });
    }
    if ((found.registers().get("cs") & 3) != 0) {
      return Optional.of("the kernel runs in user mode where it waits");
    }
    screen = machine.screen();
    Tables first = reader.read(!busy && machine.afterHlt(found.registers()));
    Map<String, Long> changes = backToItsStack(first);
    machine.setRegisters(changes);
    Tables read = changes.isEmpty() ? first : reader.read(false);
    machine.save(IDLE);
    tables = busy ? whileItGoesOn(read) : read;
    return Optional.empty();
  }

  /**
   * Lets a busy kernel go on, and looks whether the bytes of its double fault stack change although
   * no handler runs on it: then the kernel uses them for something else.
   */
  private Tables whileItGoesOn(Tables found) throws GdbException {
    Optional<InterruptStack> own = found.doubleFaultStack().filter(s -> s.writable() != null);
    IdtGate gate = found.doubleFaultGate();
    if (own.isEmpty() || gate == null || own.get().room() <= 0) {
      return found;
    }
    InterruptStack stack = own.get();
    int length = (int) Math.min(stack.room(), USED);
    byte[] before = machine.read(stack.top() - length, length);
    machine.logTo(Experiments.NO_LOG);
    machine.addPoint(gate.offset());
    Pause pause = machine.run(A_WHILE);
    machine.removePoints();
    boolean changed =
        pause.reason() == Reason.TIME
            && !Arrays.equals(before, machine.read(stack.top() - length, length));
    machine.load(IDLE);
    if (!changed) {
      return found;
    }
    InterruptStack.Overlap use =
        new InterruptStack.Overlap(
            InterruptStack.Kind.RUNNING_KERNEL,
            "its bytes changed while the kernel went on from RIP 0x%x and no handler ran on it"
                .formatted(found.rip()));
    return found.with(
        found.interruptStacks().stream()
            .map(s -> s.slot() == stack.slot() ? s.and(use) : s)
            .toList());
  }

  private Pause comeToRest() throws GdbException {
    experiments.backToEntry(machine);
    TableRegister bootloaders = SystemRegisters.read(machine).idt();
    Pause pause = run(FIRST);
    Pause look = pause.usable() ? run(LOOK) : pause;
    boolean still = look.atRest(pause);
    boolean certain = still && !look.registers().interruptsEnabled();
    Duration patience = experiments.guestTime();
    for (int i = 0;
        look.usable() && !certain && (i < PATIENCE || soFar.compareTo(patience) < 0);
        i++) {
      // With interrupts enabled it may wait for one that still belongs to its initialisation.
      Pause longer = run(LONGER);
      boolean again = still && longer.atRest(look);
      look = longer.usable() ? run(LOOK) : longer;
      still = look.atRest(longer);
      patience = look.usable() ? patience(bootloaders) : Duration.ZERO;
      certain = (again && still) || (i > 0 && patience.isZero());
    }
    busy = !still;
    return look;
  }

  /**
   * How long a busy kernel is waited for: one whose IDT is still the boot loader's has not come to
   * its own initialisation, and one without a TSS may be in the middle of it.
   */
  private Duration patience(TableRegister bootloaders) throws GdbException {
    SystemRegisters registers = SystemRegisters.read(machine);
    if (registers.idt().equals(bootloaders)) {
      return experiments.guestTime();
    }
    return registers.task().selector() == 0 ? LONG_BEGINNING : Duration.ZERO;
  }

  private Pause run(Duration time) throws GdbException {
    soFar = soFar.plus(time);
    return machine.run(time);
  }

  /**
   * Finds the last moment of a kernel that triple faults or resets the machine by itself: time is
   * the guest's own, so it ends at the same moment in every run, and that can be closed in on.
   */
  private Pause beforeEnd() throws GdbException {
    machine.logTo(Experiments.NO_LOG);
    long alive = 0;
    long ended = soFar.toNanos();
    while (ended - alive > CLOSE) {
      long middle = alive + (ended - alive) / 2;
      if (replay(middle).usable()) {
        alive = middle;
      } else {
        ended = middle;
      }
    }
    return replay(Math.max(alive, 1));
  }

  private Pause replay(long nanos) throws GdbException {
    experiments.backToEntry(machine);
    return machine.run(Duration.ofNanos(nanos));
  }

  /**
   * What takes a kernel back to its own stack that came to rest in a handler, on an interrupt
   * stack: one more fault would be delivered to the very stack it is on. The frame at the stack's
   * top tells where it was. After an overflow it also needs room again.
   */
  private Map<String, Long> backToItsStack(Tables found) throws GdbException {
    Map<String, Long> changes = new HashMap<>();
    PageTables pages = machine.pageTables(machine.registers());
    long rsp = found.rsp();
    for (InterruptStack stack : found.interruptStacks()) {
      boolean running =
          stack.overlaps().stream().anyMatch(o -> o.kind() == InterruptStack.Kind.RUNNING_STACK);
      running &= Long.compareUnsigned(rsp, stack.top()) < 0;
      long[] frame = TableReader.words(machine, (stack.top() & ~0xfL) - 5 * 8, 5);
      if (running && !stack.vectors().isEmpty() && frame[1] == found.codeRegister().selector()) {
        rsp = frame[3];
        changes.put("rsp", rsp);
        changes.put("eflags", frame[2]);
        // It may have been a jump to nowhere.
        if (pages.translate(frame[0]).mapped()) {
          changes.put("rip", frame[0]);
        }
      }
    }
    // A function makes its frame before it writes to it, so the pointer may be below the stack.
    Optional<MemoryExtent> own = pages.extentFrom(rsp);
    if (own.isPresent() && rsp - own.get().start() < CROWDED) {
      changes.put("rsp", Math.min(own.get().start() + ROOM, own.get().end() - 16) & ~0xfL);
    }
    return changes;
  }

  private Draft inspected(Tables found) {
    Draft draft = new Draft(Intervention.INSPECTED);
    draft.logs.add(bootLog);
    draft.tables = found;
    draft.screen = screen;
    draft.halted = found.halted();
    draft.ownEnding = ended ? asSubmitted : null;
    draft.last = found.rip();
    return draft;
  }

  private Draft pairs() throws GdbException {
    machine.removePoints();
    machine.load(IDLE);
    Draft draft = new Draft(Intervention.FAULT_PAIRS);
    draft.pairs.addAll(new FaultPairs(experiments, machine, IDLE).all());
    return draft;
  }

  private Draft inject(Intervention intervention, Tables found)
      throws GdbException, InfrastructureFailure {
    Draft best = followed(intervention, found, favourite);
    if (!busy || searched || !silent(best)) {
      return best;
    }
    searched = true;
    for (Moment moment : moments()) {
      Draft draft = followed(intervention, found, moment);
      if (!silent(draft)) {
        experiments.discard(best);
        favourite = moment;
        return draft;
      }
      // Each of them may have left megabytes of what the kernel printed before.
      experiments.discard(draft);
    }
    return best;
  }

  /** Other moments to try than the first. */
  private List<Moment> moments() throws GdbException {
    List<Moment> moments = new ArrayList<>();
    for (int i = 1; i < MOMENTS; i++) {
      moments.add(new Moment(BETWEEN_MOMENTS.multipliedBy(i), 0, 0));
    }
    for (long address : callers()) {
      for (int steps = 0; steps <= MOST_STEPS; steps += STEPS) {
        moments.add(new Moment(LOOK.multipliedBy(80), address, steps));
      }
    }
    return moments;
  }

  private Draft followed(Intervention intervention, Tables found, Moment moment)
      throws GdbException {
    Draft draft = attempt(intervention, found, moment, false);
    boolean again =
        intervention == Intervention.BREAKPOINT && draft.entry != null && unclear(draft);
    return again ? attempt(intervention, found, moment, true) : draft;
  }

  /** A kernel that returned to some other work than waiting is not seen to be back by its stack. */
  private static boolean unclear(Draft draft) {
    return draft.aftermath == Aftermath.STAYED && !draft.atRest && draft.end == Reason.TIME;
  }

  /** Whether the handler was entered and stayed without a word. */
  private boolean silent(Draft draft) throws InfrastructureFailure {
    return draft.entry != null
        && draft.end == Reason.TIME
        && draft.aftermath == Aftermath.STAYED
        && draft.screenAfterEntry.isEmpty()
        && !experiments.hasSerial(draft.logs.get(draft.logs.size() - 1));
  }

  /**
   * Where the kernel's outermost calls return to, the outermost first: in its main loop it holds no
   * lock. They are what looks like a return address on its stack.
   */
  private List<Long> callers() throws GdbException {
    machine.removePoints();
    machine.load(IDLE);
    byte[] stack = machine.read(machine.registers().rsp(), DEEPEST_STACK);
    ByteBuffer words = ByteBuffer.wrap(stack).order(ByteOrder.LITTLE_ENDIAN);
    Set<Long> inCode = new LinkedHashSet<>();
    while (words.remaining() >= 8) {
      long word = words.getLong();
      if (symbols.at(word).isPresent()) {
        inCode.add(word);
      }
    }
    List<Long> found = machine.followingCalls(inCode);
    Collections.reverse(found);
    return found.subList(0, Math.min(CALLERS, found.size()));
  }

  /**
   * When to put something into a busy kernel.
   *
   * @param time how long it runs on before
   * @param address where it is stopped meanwhile, or 0 for nowhere
   * @param steps how many instructions it executes from there
   */
  private record Moment(Duration time, long address, int steps) {
    static final Moment FIRST = new Moment(Duration.ZERO, 0, 0);
  }

  private Draft attempt(Intervention intervention, Tables found, Moment moment, boolean closely)
      throws GdbException {
    machine.removePoints();
    machine.load(IDLE);
    if (!moment.time().isZero()) {
      machine.logTo(Experiments.NO_LOG);
      if (moment.address() != 0) {
        machine.addPoint(moment.address());
      }
      Pause pause = machine.run(moment.time());
      machine.removePoints();
      for (int i = 0; i < moment.steps() && pause.reason() == Reason.POINT; i++) {
        machine.step();
      }
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
      case WILD_WRITE, HANDLER_WATCHED -> draft.injection = injector.wildWrite(found);
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
      if (intervention == Intervention.HANDLER_WATCHED) {
        watch.forLong();
      } else {
        watch.afterEntry(experiments.newLog(), closely);
      }
    }
    return draft;
  }
}
