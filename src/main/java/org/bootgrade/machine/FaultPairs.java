package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.FaultPair;
import org.bootgrade.evidence.FaultPair.Outcome;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;

/**
 * Brings about pairs of exceptions in a kernel that waits. The first comes of one instruction; the
 * second of the first one's gate, which is changed so that it cannot be delivered.
 *
 * <p>A pair ends before the first instruction of a handler, so nearly all that it left is what was
 * changed to provoke it, and is changed back for the next one; to take back the whole machine takes
 * four times as long. Where more was left, or a pair comes to no handler, it is done anew from the
 * snapshot.
 */
final class FaultPairs {

  static final int DIVIDE_ERROR = 0;
  static final int INVALID_TSS = 10;
  static final int NOT_PRESENT = 11;
  static final int STACK_FAULT = 12;
  static final int PROTECTION = 13;
  static final int PAGE_FAULT = ExceptionEvent.PAGE_FAULT;

  private static final List<Integer> FIRST =
      List.of(DIVIDE_ERROR, INVALID_TSS, NOT_PRESENT, STACK_FAULT, PROTECTION, PAGE_FAULT);
  private static final List<Integer> SECOND =
      List.of(INVALID_TSS, NOT_PRESENT, STACK_FAULT, PROTECTION, PAGE_FAULT);

  /**
   * Longer than a tick of the timer that firmware leaves running, every 55 ms: at a stop the
   * guest's clock leaps to its next timer, which must not be the one that ends the next pair.
   */
  private static final Duration EFFECT = Duration.ofMillis(100);

  /** What a pair may change, and is changed back. */
  private static final Set<String> CHANGED = Set.of("rip", "rsp", "eflags", "rax", "rcx");

  /** Only a page fault handler reads it, and none is let go on. */
  private static final String FAULT_ADDRESS = "cr2";

  /**
   * What the processor writes at most to the stack of a handler (Intel SDM vol. 3A, figure 6-9).
   */
  private static final int FRAME = 48;

  /** The longest instruction (Intel SDM vol. 2A, 2.3.11). */
  private static final int INSTRUCTION = 15;

  /** A TSS without its map of I/O permissions (Intel SDM vol. 3A, figure 8-11). */
  private static final int TASK_STATE = 104;

  private static final int GATE = Descriptors.GATE_SIZE;

  /** Present, privilege level 0, 64-bit interrupt gate (Intel SDM vol. 3A, 6.14.1). */
  private static final int INTERRUPT_GATE = 0x8e;

  private static final int PRESENT = 0x80;

  /** A 64-bit TSS that is not busy, which is what ltr wants (Intel SDM vol. 3A, table 3-2). */
  private static final int AVAILABLE_TSS = 0x9;

  /** A bit pattern that is no address: bits 63 to 47 differ (Intel SDM vol. 1, 3.3.7.1). */
  private static final long NO_ADDRESS = 0x8000_0000_0000_0000L;

  /** The last byte of a TSS that ends one byte before slot 7 of its interrupt stack table does. */
  private static final int SHORT_LIMIT = 0x5a;

  private static final int LAST_SLOT = 7;

  /** Where the interrupt stack table begins in a TSS (Intel SDM vol. 3A, figure 7-11). */
  private static final int IST_OFFSET = 0x24;

  /** A writable data segment, privilege level 0, not present. */
  private static final long ABSENT_DATA = 0x00cf_1200_0000_ffffL;

  private static final int FIRST_FREE_VECTOR = 32;
  private static final long INTERRUPTS = 0x200;
  private static final byte[] DIVIDE = {(byte) 0xf7, (byte) 0xf1};
  private static final byte[] WRITE = {(byte) 0xc6, 0x00, 42};
  private static final byte[] LOAD_STACK_SEGMENT = {(byte) 0x8e, (byte) 0xd0};
  private static final byte[] LOAD_TASK_REGISTER = {0x0f, 0x00, (byte) 0xd8};

  /**
   * A pair that was tried.
   *
   * @param log its exception log, or empty where it could not be tried
   * @param note why not
   */
  record Try(int first, int second, String log, String note) {

    /** What became of it. */
    FaultPair seen(ParsedLog parsed) {
      if (log.isEmpty()) {
        return new FaultPair(first, second, Outcome.NOT_TRIED, List.of(), note);
      }
      List<Integer> vectors =
          parsed.events().stream().filter(e -> !e.software()).map(ExceptionEvent::vector).toList();
      return new FaultPair(first, second, outcome(vectors, parsed.tripleFault()), vectors, "");
    }

    private Outcome outcome(List<Integer> vectors, boolean tripleFault) {
      int last = vectors.isEmpty() ? -1 : vectors.get(vectors.size() - 1);
      if (tripleFault) {
        return Outcome.TRIPLE_FAULT;
      }
      if (last == ExceptionEvent.DOUBLE_FAULT) {
        return Outcome.DOUBLE_FAULT;
      }
      if (vectors.size() == 1 && last == first) {
        return Outcome.FIRST_HANDLED;
      }
      return last == second ? Outcome.SECOND_HANDLED : Outcome.OTHER;
    }
  }

  private final Experiments experiments;
  private final LiveMachine machine;
  private final String snapshot;
  private final Registers registers;
  private final TableRegister idt;
  private final SegmentRegister task;
  private final TableRegister gdt;
  private final PageTables pages;
  private final Map<Integer, IdtGate> gates = new HashMap<>();
  private final int free;

  /** What the snapshot has where something was written, by address. */
  private final Map<Long, byte[]> originals = new HashMap<>();

  /** Where the last pair wrote. */
  private final Set<Long> written = new LinkedHashSet<>();

  /** Whether the machine is as the next pair needs it. */
  private boolean ready;

  /** Whether TR was reloaded with a shorter limit. */
  private boolean shortened;

  /**
   * For a machine at a snapshot.
   *
   * @param snapshot where the kernel waits
   */
  FaultPairs(Experiments experiments, LiveMachine machine, String snapshot) throws GdbException {
    this.experiments = experiments;
    this.machine = machine;
    this.snapshot = snapshot;
    this.registers = machine.registers();
    SystemRegisters system = SystemRegisters.read(machine);
    this.idt = system.idt();
    this.gdt = system.gdt();
    this.task = system.task();
    this.pages = machine.pageTables(registers);
    int length = Math.min((PAGE_FAULT + 1) * GATE, idt.limit() + 1);
    byte[] table = machine.read(idt.base(), length);
    for (int at = 0; at + GATE <= table.length; at += GATE) {
      int vector = at / GATE;
      Descriptors.gate(Arrays.copyOfRange(table, at, at + GATE))
          .ifPresent(gate -> gates.put(vector, gate));
    }
    this.free = Math.min(255, (idt.limit() + 1) / GATE - 1);
  }

  private record Pair(int first, int second) {
    boolean needsShortTask() {
      return first == INVALID_TSS || second == INVALID_TSS;
    }
  }

  /** Tries all pairs, each as if it were the only one. */
  List<Try> all() throws GdbException {
    List<Pair> pairs =
        FIRST.stream().flatMap(f -> SECOND.stream().map(second -> new Pair(f, second))).toList();
    Map<Pair, Try> tries = new HashMap<>();
    for (boolean shortTask : List.of(false, true)) {
      for (Pair pair : pairs) {
        if (pair.needsShortTask() == shortTask) {
          tries.put(pair, pair(pair));
        }
      }
    }
    return pairs.stream().map(tries::get).toList();
  }

  private Try pair(Pair pair) throws GdbException {
    Optional<String> reason = impossible(pair.first(), pair.second());
    if (reason.isPresent()) {
      return new Try(pair.first(), pair.second(), "", reason.get());
    }
    if (ready && shortened == pair.needsShortTask()) {
      String log = newLog();
      Pause end = bringAbout(pair);
      if (end.reason() == Reason.POINT) {
        ready = takeBack(end.registers());
        return new Try(pair.first(), pair.second(), log, "");
      }
    }
    machine.removePoints();
    machine.load(snapshot);
    written.clear();
    shortened = pair.needsShortTask();
    String log = newLog();
    if (shortened) {
      shortenTaskState();
    }
    Pause end = bringAbout(pair);
    if (end.reason() == Reason.GONE || end.reason() == Reason.DEAF) {
      throw new GdbException(GdbException.Kind.CLOSED, "the kernel floods its logs");
    }
    ready = end.reason() == Reason.POINT && takeBack(end.registers());
    return new Try(pair.first(), pair.second(), log, "");
  }

  private String newLog() throws GdbException {
    String log = experiments.newLog();
    machine.logTo(log);
    return log;
  }

  private Pause bringAbout(Pair pair) throws GdbException {
    obstruct(pair.first(), pair.second());
    provoke(pair.first());
    for (int vector : List.of(ExceptionEvent.DOUBLE_FAULT, pair.first(), pair.second())) {
      IdtGate gate = gates.get(vector);
      if (gate != null && gate.usable()) {
        machine.addPoint(gate.offset());
      }
    }
    return machine.run(EFFECT);
  }

  /**
   * Changes back what a pair changed.
   *
   * @param now at the first instruction of a handler
   * @return whether the machine is then as it was before the pair
   */
  private boolean takeBack(Registers now) throws GdbException {
    Map<String, Long> changes = new HashMap<>();
    for (Map.Entry<String, Long> register : registers.values().entrySet()) {
      String name = register.getKey();
      if (now.get(name) != register.getValue() && !name.equals(FAULT_ADDRESS)) {
        if (!CHANGED.contains(name)) {
          return false;
        }
        changes.put(name, register.getValue());
      }
    }
    if (overlaps(now.rsp(), idt.base(), idt.limit() + 1)
        || overlaps(now.rsp(), gdt.base(), gdt.limit() + 1)
        || overlaps(now.rsp(), task.base(), TASK_STATE)
        || overlaps(now.rsp(), registers.rip(), INSTRUCTION)) {
      return false;
    }
    machine.removePoints();
    for (long address : written) {
      machine.write(address, original(address, 0));
    }
    written.clear();
    machine.setRegisters(changes);
    return true;
  }

  /** Whether a handler's frame lies on something that the next pair needs. */
  private static boolean overlaps(long frame, long start, int length) {
    return Long.compareUnsigned(frame - start, length) < 0
        || Long.compareUnsigned(start - frame, FRAME) < 0;
  }

  /** What the snapshot has there. */
  private byte[] original(long address, int length) throws GdbException {
    byte[] known = originals.get(address);
    if (known == null || known.length < length) {
      known = machine.read(address, length);
      originals.put(address, known);
    }
    return known;
  }

  /** Changes some bytes until the pair is over. */
  private void write(long address, byte[] bytes) throws GdbException {
    original(address, bytes.length);
    written.add(address);
    machine.write(address, bytes);
  }

  private Optional<String> impossible(int first, int second) {
    boolean needsTask = first == INVALID_TSS || second == INVALID_TSS;
    boolean hasTask = (task.selector() & 0xfffc) != 0;
    if (needsTask && !hasTask) {
      return Optional.of("the kernel has loaded no TSS that could be made too short");
    }
    IdtGate doubleFault = gates.get(ExceptionEvent.DOUBLE_FAULT);
    if (needsTask && doubleFault != null && doubleFault.ist() == LAST_SLOT) {
      return Optional.of("gate 8 itself uses the last slot of the interrupt stack table");
    }
    if ((first == INVALID_TSS || first == NOT_PRESENT) && free < FIRST_FREE_VECTOR) {
      return Optional.of("the IDT has no gate that no exception uses");
    }
    if ((first + 1) * GATE - 1 > idt.limit()) {
      return Optional.of("the IDT ends before gate %d".formatted(first));
    }
    if (first == STACK_FAULT && spareSelector().isEmpty()) {
      return Optional.of("the GDT has no entry to spare");
    }
    return Optional.empty();
  }

  /** Reloads TR with a limit that cuts off the last slot of the interrupt stack table. */
  private void shortenTaskState() throws GdbException {
    long descriptor = gdt.base() + (task.selector() & 0xfff8);
    byte[] bytes = original(descriptor, 8).clone();
    byte[] code = original(registers.rip(), LOAD_TASK_REGISTER.length);
    if (bytes.length < 8) {
      throw new GdbException(GdbException.Kind.REFUSED, "the descriptor of the TSS is not mapped");
    }
    bytes[0] = SHORT_LIMIT;
    bytes[1] = 0;
    bytes[5] = (byte) (PRESENT | AVAILABLE_TSS);
    bytes[6] = 0;
    machine.write(descriptor, bytes);
    machine.write(registers.rip(), LOAD_TASK_REGISTER);
    machine.setRegisters(
        Map.of("rax", (long) task.selector(), "eflags", registers.get("eflags") & ~INTERRUPTS));
    machine.step();
    machine.write(registers.rip(), code);
    machine.setRegisters(Map.of("rip", registers.rip(), "rax", registers.get("rax")));
  }

  /** Changes the first exception's gate so that its delivery raises the second. */
  private void obstruct(int first, int second) throws GdbException {
    switch (second) {
      case NOT_PRESENT -> gate(first, selector(), 0, INTERRUPT_GATE & ~PRESENT);
      case PROTECTION -> gate(first, 0, 0, INTERRUPT_GATE);
      case INVALID_TSS -> gate(first, selector(), LAST_SLOT, INTERRUPT_GATE);
      case STACK_FAULT -> unusableStack(first, NO_ADDRESS);
      default -> unusableStack(first, unmapped() & -4096L);
    }
  }

  private void unusableStack(int first, long top) throws GdbException {
    OptionalInt slot = spareSlot();
    if (slot.isPresent()) {
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(top);
      write(task.base() + IST_OFFSET + 8L * (slot.getAsInt() - 1), bytes.array());
      gate(first, selector(), slot.getAsInt(), INTERRUPT_GATE);
    } else {
      // Without an interrupt stack table all handlers share the stack that is then spoilt.
      gate(first, selector(), 0, INTERRUPT_GATE);
      machine.setRegisters(Map.of("rsp", top));
    }
  }

  private void provoke(int first) throws GdbException {
    Map<String, Long> changes = new HashMap<>();
    changes.put("eflags", registers.get("eflags") & ~INTERRUPTS);
    byte[] code;
    switch (first) {
      case DIVIDE_ERROR -> {
        code = DIVIDE;
        changes.put("rcx", 0L);
      }
      case PROTECTION -> {
        code = WRITE;
        changes.put("rax", NO_ADDRESS);
      }
      case STACK_FAULT -> {
        int selector = spareSelector().orElseThrow();
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        write(gdt.base() + selector, data.putLong(ABSENT_DATA).array());
        code = LOAD_STACK_SEGMENT;
        changes.put("rax", (long) selector);
      }
      case INVALID_TSS -> {
        code = new byte[] {(byte) 0xcd, (byte) free};
        gate(free, selector(), LAST_SLOT, INTERRUPT_GATE);
      }
      case NOT_PRESENT -> {
        code = new byte[] {(byte) 0xcd, (byte) free};
        gate(free, selector(), 0, INTERRUPT_GATE & ~PRESENT);
      }
      default -> {
        code = WRITE;
        changes.put("rax", unmapped());
      }
    }
    write(registers.rip(), code);
    machine.setRegisters(changes);
  }

  /** Writes a gate; its handler is never reached. */
  private void gate(int vector, int selector, int ist, int flags) throws GdbException {
    ByteBuffer bytes = ByteBuffer.allocate(GATE).order(ByteOrder.LITTLE_ENDIAN);
    long offset = registers.rip();
    bytes.putShort((short) offset).putShort((short) selector);
    bytes.put((byte) ist).put((byte) flags).putShort((short) (offset >>> 16));
    bytes.putInt((int) (offset >>> 32)).putInt(0);
    write(idt.base() + (long) vector * GATE, bytes.array());
  }

  private int selector() {
    return (int) registers.get("cs");
  }

  /** The highest slot of the interrupt stack table that no gate of an exception uses. */
  private OptionalInt spareSlot() {
    if ((task.selector() & 0xfffc) == 0) {
      return OptionalInt.empty();
    }
    for (int slot = LAST_SLOT - 1; slot >= 1; slot--) {
      int candidate = slot;
      if (gates.values().stream().noneMatch(g -> g.usable() && g.ist() == candidate)) {
        return OptionalInt.of(slot);
      }
    }
    return OptionalInt.empty();
  }

  /** An entry of the GDT that neither the code segment nor the null selector is. */
  private OptionalInt spareSelector() {
    for (int selector = 8; selector + 7 <= gdt.limit(); selector += 8) {
      if (selector != (selector() & 0xfff8)) {
        return OptionalInt.of(selector);
      }
    }
    return OptionalInt.empty();
  }

  private long unmapped() throws GdbException {
    for (long address : Injector.WILD) {
      if (!pages.translate(address).mapped() && !pages.translate((address & -4096L) - 8).mapped()) {
        return address;
      }
    }
    return Injector.WILD.get(0);
  }
}
