package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.GdtTable;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Tables;
import org.bootgrade.evidence.TaskStateSegment;
import org.jspecify.annotations.Nullable;

/** Reads the processor's tables from a stopped machine. */
final class TableReader {

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
    Map<String, MemoryExtent> tables =
        Map.of(
            "the GDT", new MemoryExtent(gdtr.base(), gdtr.base() + gdtr.limit() + 1),
            "the IDT", new MemoryExtent(idtr.base(), idtr.base() + idtBytes),
            "the TSS", new MemoryExtent(tr.base(), tr.base() + TaskStateSegment.SIZE));
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
        doubleFault != null && doubleFault.usable() ? HandlerCode.at(doubleFault.offset()) : null,
        tss == null
            ? List.of()
            : new StackSurvey(
                    symbols, pages, machine::read, tss, gates, tables, machine.memoryBytes())
                .stacks(registers.rsp()));
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
