package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.GdtTable;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.InterruptStack.Kind;
import org.bootgrade.evidence.InterruptStack.Overlap;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Symbol;
import org.bootgrade.evidence.Tables;
import org.bootgrade.evidence.TaskStateSegment;
import org.jspecify.annotations.Nullable;

/** Reads the processor's tables from a stopped machine. */
final class TableReader {

  /** How far down an interrupt stack is followed. */
  private static final long REACH = 1 << 20;

  private static final int VECTORS = 256;
  private static final int GATE = Descriptors.GATE_SIZE;

  private final LiveMachine machine;
  private final Symbols symbols;

  TableReader(LiveMachine machine, Symbols symbols) {
    this.machine = machine;
    this.symbols = symbols;
  }

  /** A gate of the IDT in force; empty where the table is too short or cannot be read. */
  static Optional<IdtGate> gate(LiveMachine machine, TableRegister idt, int vector)
      throws GdbException {
    return (vector + 1) * GATE - 1 > idt.limit()
        ? Optional.empty()
        : Descriptors.gate(machine.read(idt.base() + (long) vector * GATE, GATE));
  }

  /** The task state segment in force; empty where TR is 0 or its memory cannot be read. */
  static Optional<TaskStateSegment> taskState(LiveMachine machine) throws GdbException {
    SegmentRegister tr = SystemRegisters.read(machine).task();
    return (tr.selector() & 0xfffc) == 0
        ? Optional.empty()
        : Descriptors.taskState(machine.read(tr.base(), TaskStateSegment.SIZE));
  }

  /** Everything, with the handler's code left out. */
  Tables read(boolean halted) throws GdbException {
    Registers registers = machine.registers();
    SystemRegisters system = SystemRegisters.read(machine);
    PageTables pages = machine.pageTables(registers);
    TableRegister gdtr = system.gdt();
    GdtTable gdt =
        Descriptors.gdt(gdtr.base(), gdtr.limit(), machine.read(gdtr.base(), gdtr.limit() + 1));
    SegmentRegister tr = system.task();
    TaskStateSegment tss =
        (tr.selector() & 0xfffc) == 0
            ? null
            : Descriptors.taskState(machine.read(tr.base(), TaskStateSegment.SIZE)).orElse(null);
    TableRegister idtr = system.idt();
    int idtBytes = Math.min(idtr.limit() + 1, VECTORS * GATE);
    List<IdtGate> gates = gates(machine.read(idtr.base(), idtBytes));
    IdtGate doubleFault = gate(gates, 8);
    List<MemoryExtent> tables =
        List.of(
            new MemoryExtent(gdtr.base(), gdtr.base() + gdtr.limit() + 1),
            new MemoryExtent(idtr.base(), idtr.base() + idtBytes),
            new MemoryExtent(tr.base(), tr.base() + TaskStateSegment.SIZE));
    return new Tables(
        registers.rip(),
        null,
        halted,
        registers.interruptsEnabled(),
        registers.rsp(),
        pages.extent(registers.rsp(), PageTables.LONGEST_REACH).orElse(null),
        registers.cr3(),
        gdt,
        system.code(),
        gdt.lookup(system.code().selector()).orElse(null),
        tr,
        (tr.selector() & 0xfffc) == 0 ? null : gdt.lookup(tr.selector()).orElse(null),
        tss,
        idtr,
        gate(gates, 3),
        doubleFault,
        gate(gates, 14),
        doubleFault != null && doubleFault.usable()
            ? new HandlerCode(doubleFault.offset(), null, null, false, 0, 0)
            : null,
        tss == null ? List.of() : stacks(tss, gates, tables, registers.rsp(), pages));
  }

  private static List<IdtGate> gates(byte[] bytes) {
    List<IdtGate> gates = new ArrayList<>();
    for (int at = 0; at + GATE <= bytes.length; at += GATE) {
      byte[] gate = new byte[GATE];
      System.arraycopy(bytes, at, gate, 0, GATE);
      Descriptors.gate(gate).ifPresent(gates::add);
    }
    return gates;
  }

  private static @Nullable IdtGate gate(List<IdtGate> gates, int vector) {
    return vector < gates.size() ? gates.get(vector) : null;
  }

  private List<InterruptStack> stacks(
      TaskStateSegment tss,
      List<IdtGate> gates,
      List<MemoryExtent> tables,
      long rsp,
      PageTables pages)
      throws GdbException {
    List<InterruptStack> stacks = new ArrayList<>();
    for (int slot = 1; slot <= tss.interruptStacks().size(); slot++) {
      long top = tss.interruptStack(slot);
      if (top == 0) {
        continue;
      }
      MemoryExtent writable = pages.extent(top - 1, REACH).orElse(null);
      Symbol symbol = symbols.at(top - 1).orElse(null);
      long low = writable == null ? top : lowest(top, writable, symbol, tss, tables);
      stacks.add(
          new InterruptStack(
              slot,
              top,
              vectors(gates, slot),
              writable,
              symbol,
              top - low,
              overlaps(slot, new MemoryExtent(low, top), tss, gates, tables, rsp)));
    }
    return stacks;
  }

  private static List<Integer> vectors(List<IdtGate> gates, int slot) {
    List<Integer> vectors = new ArrayList<>();
    for (int vector = 0; vector < gates.size(); vector++) {
      if (gates.get(vector).usable() && gates.get(vector).ist() == slot) {
        vectors.add(vector);
      }
    }
    return vectors;
  }

  /**
   * Where the bytes below a top begin to belong to something else. Several stacks may lie in one
   * static, one above the other, and tables beside them.
   */
  private long lowest(
      long top,
      MemoryExtent writable,
      @Nullable Symbol symbol,
      TaskStateSegment tss,
      List<MemoryExtent> tables) {
    long low = writable.start();
    low = max(low, symbol == null ? symbols.endBelow(top - 1) : symbol.extent().start());
    for (long other : tss.interruptStacks()) {
      low = Long.compareUnsigned(other, top) < 0 ? max(low, other) : low;
    }
    for (long other : tss.privilegeStacks()) {
      low = Long.compareUnsigned(other, top) < 0 ? max(low, other) : low;
    }
    for (MemoryExtent table : tables) {
      low = Long.compareUnsigned(table.end(), top) <= 0 ? max(low, table.end()) : low;
    }
    return low;
  }

  private static long max(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  private static List<Overlap> overlaps(
      int slot,
      MemoryExtent stack,
      TaskStateSegment tss,
      List<IdtGate> gates,
      List<MemoryExtent> tables,
      long rsp) {
    List<Overlap> overlaps = new ArrayList<>();
    if (stack.contains(rsp)) {
      overlaps.add(
          new Overlap(
              Kind.RUNNING_STACK, "the kernel was running on it (RSP 0x%x)".formatted(rsp)));
    }
    for (int other = 1; other <= tss.interruptStacks().size(); other++) {
      if (other != slot && tss.interruptStack(other) == stack.end()) {
        List<Integer> vectors = vectors(gates, other);
        overlaps.add(
            vectors.isEmpty()
                ? new Overlap(Kind.UNUSED_INTERRUPT_STACK, "IST slot %d".formatted(other))
                : new Overlap(
                    Kind.INTERRUPT_STACK, "IST slot %d, of vectors %s".formatted(other, vectors)));
      }
    }
    for (int level = 0; level < tss.privilegeStacks().size(); level++) {
      if (tss.privilegeStacks().get(level) == stack.end()) {
        overlaps.add(new Overlap(Kind.PRIVILEGE_STACK, "RSP%d".formatted(level)));
      }
    }
    List<String> names = List.of("the GDT", "the IDT", "the TSS");
    for (int i = 0; i < tables.size(); i++) {
      MemoryExtent table = tables.get(i);
      if (Long.compareUnsigned(table.start(), stack.end()) < 0
          && Long.compareUnsigned(stack.start(), table.end()) < 0) {
        overlaps.add(new Overlap(Kind.TABLE, names.get(i)));
      }
    }
    return overlaps;
  }

  /** Values of eight bytes at an address; zero where it cannot be read. */
  static long[] words(LiveMachine machine, long address, int count) throws GdbException {
    byte[] bytes = machine.read(address, count * 8);
    ByteBuffer data =
        ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN).put(bytes).rewind();
    long[] words = new long[count];
    for (int i = 0; i < count; i++) {
      words[i] = data.getLong();
    }
    return words;
  }
}
