package org.bootgrade.machine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.PageMapping;
import org.bootgrade.evidence.Tables;

/**
 * Puts one faulting instruction into a kernel that waits. Interrupts are held back, so that it is
 * the next instruction to be executed.
 */
final class Injector {

  /** Bytes of an IDT entry (Intel SDM vol. 3A, figure 6-8). */
  private static final int IST_BYTE = 4;

  private static final int FLAGS_BYTE = 5;
  private static final int PRESENT = 0x80;
  private static final int VECTOR_8 = 8 * Descriptors.GATE_SIZE;
  private static final int VECTOR_14 = 14 * Descriptors.GATE_SIZE;

  /** {@code mov byte [rax], 42}. */
  private static final byte[] WRITE = {(byte) 0xc6, 0x00, 42};

  /** {@code push rax}. */
  private static final byte[] PUSH = {0x50};

  /** {@code int3}. */
  private static final byte[] BREAKPOINT = {(byte) 0xcc};

  /** Where kernels seldom map anything, the most telling first. */
  static final List<Long> WILD =
      List.of(0xdead_beefL, 0x4444_dead_beefL, 0x6fff_dead_beefL, 0xffff_9fff_dead_beefL);

  private static final long INTERRUPTS = 0x200;
  private static final long WRITE_PROTECT = 1 << 16;
  private static final long PAGE = 4096;

  private final LiveMachine machine;
  private final Registers registers;
  private final PageTables pages;

  /** Where an instruction was put, and what was there before. */
  private long place;

  private byte[] original;

  /** For a machine that has just been stopped. */
  Injector(LiveMachine machine) throws GdbException {
    this.machine = machine;
    this.registers = machine.registers();
    this.pages = machine.pageTables(registers);
    this.place = registers.rip();
    this.original = machine.read(place, WRITE.length);
  }

  /** Where the IST field of gate 8 of an IDT is. */
  static long istField(TableRegister idt) {
    return idt.base() + VECTOR_8 + IST_BYTE;
  }

  /** Clears the IST field of gate 8 of the IDT in force, if it has a gate 8. */
  static void knockOut(LiveMachine machine) throws GdbException {
    TableRegister idt = SystemRegisters.read(machine).idt();
    if (TableReader.gate(machine, idt, ExceptionEvent.DOUBLE_FAULT).isPresent()) {
      machine.write(istField(idt), new byte[] {0});
    }
  }

  Delivery.Injection wildWrite(Tables tables) throws GdbException {
    long address = WILD.get(0);
    PageMapping mapping = pages.translate(address);
    for (int i = 1; mapping.mapped() && i < WILD.size(); i++) {
      address = WILD.get(i);
      mapping = pages.translate(address);
    }
    IdtGate gate = tables.pageFaultGate();
    boolean remove = gate != null && gate.usable();
    if (gate != null && remove) {
      removePageFaultGate(tables, gate);
    }
    put(WRITE, Map.of("rax", address));
    return new Delivery.Injection(
        registers.rip(), registers.rsp(), address, mapping.mapped(), remove);
  }

  Delivery.Injection overflow(Tables tables) throws GdbException {
    long bottom = bottom();
    IdtGate gate = tables.pageFaultGate();
    // Without a stack of its own a page-fault handler cannot be entered, either.
    boolean remove = gate != null && gate.usable() && gate.ist() != 0;
    if (gate != null && remove) {
      removePageFaultGate(tables, gate);
    }
    put(PUSH, Map.of("rsp", bottom));
    return new Delivery.Injection(
        registers.rip(), bottom, bottom - 8, writable(bottom - 8), remove);
  }

  /**
   * A handler of a breakpoint returns to the next instruction, so this one is put right before the
   * kernel's own next one.
   */
  Delivery.Injection breakpoint() throws GdbException {
    byte[] before = machine.read(registers.rip() - 1, 1);
    if (before.length == 1) {
      place = registers.rip() - 1;
      original = before;
    }
    put(BREAKPOINT, Map.of("rip", place));
    return new Delivery.Injection(place, registers.rsp(), 0, false, false);
  }

  /** Puts the program's own bytes back: its handler may use the same code. */
  void restore() throws GdbException {
    machine.write(place, original);
  }

  /**
   * The lowest byte of the stack that the kernel runs on, where a fault follows below it. A kernel
   * whose stack has no guard page gets a stack pointer that leads nowhere.
   */
  private long bottom() throws GdbException {
    Optional<Long> start =
        pages.extent(registers.rsp(), PageTables.LONGEST_REACH).map(e -> e.start());
    if (start.isPresent() && !writable(start.get() - 8)) {
      return start.get();
    }
    for (long address : WILD) {
      if (!pages.translate(address & -PAGE).mapped()
          && !pages.translate((address & -PAGE) - 8).mapped()) {
        return address & -PAGE;
      }
    }
    return WILD.get(0) & -PAGE;
  }

  private boolean writable(long address) throws GdbException {
    PageMapping mapping = pages.translate(address);
    boolean protects = (registers.get("cr0") & WRITE_PROTECT) != 0;
    return mapping.mapped() && (mapping.writable() || !protects);
  }

  private void removePageFaultGate(Tables tables, IdtGate gate) throws GdbException {
    int flags = gate.dpl() << 5 | gate.type();
    machine.write(
        tables.idt().base() + VECTOR_14 + FLAGS_BYTE, new byte[] {(byte) (flags & ~PRESENT)});
  }

  private void put(byte[] instruction, Map<String, Long> values) throws GdbException {
    machine.write(place, instruction);
    Map<String, Long> changes = new HashMap<>(values);
    changes.put("eflags", registers.get("eflags") & ~INTERRUPTS);
    machine.setRegisters(changes);
  }
}
