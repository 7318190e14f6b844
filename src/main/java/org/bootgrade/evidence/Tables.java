package org.bootgrade.evidence;

import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.jspecify.annotations.Nullable;

/**
 * The processor's tables as they were found in the memory of a stopped machine.
 *
 * @param rip where it was stopped
 * @param at the source line of {@code rip}, or null where unknown
 * @param halted whether it was waiting in {@code hlt}
 * @param interruptsEnabled RFLAGS.IF
 * @param rsp the stack pointer
 * @param stack the writable range around {@code rsp}, or null where there is none
 * @param cr3 the page-table base
 * @param gdt GDTR and the table in memory; no descriptors where the memory cannot be read
 * @param codeRegister CS with its hidden part: what was in the descriptor when CS was loaded
 * @param code what the GDT in memory has at CS's selector, or null where nothing
 * @param taskRegister TR with its hidden part
 * @param task what the GDT in memory has at TR's selector, or null where nothing
 * @param tss the memory that TR's hidden part names, or null where TR is 0 or it cannot be read
 * @param idt IDTR
 * @param breakpointGate gate 3 in memory, or null where the IDT is too short or cannot be read
 * @param doubleFaultGate gate 8, or null likewise
 * @param pageFaultGate gate 14, or null likewise
 * @param doubleFaultHandler the code that gate 8 leads to, or null where it is not usable
 * @param interruptStacks the slots of the TSS that are not zero, in their order
 */
public record Tables(
    @Address long rip,
    @Nullable SourceLocation at,
    boolean halted,
    boolean interruptsEnabled,
    @Address long rsp,
    @Nullable MemoryExtent stack,
    @Address long cr3,
    GdtTable gdt,
    SegmentRegister codeRegister,
    @Nullable SegmentDescriptor code,
    SegmentRegister taskRegister,
    @Nullable SegmentDescriptor task,
    @Nullable TaskStateSegment tss,
    TableRegister idt,
    @Nullable IdtGate breakpointGate,
    @Nullable IdtGate doubleFaultGate,
    @Nullable IdtGate pageFaultGate,
    @Nullable HandlerCode doubleFaultHandler,
    List<InterruptStack> interruptStacks) {

  public Tables {
    interruptStacks = List.copyOf(interruptStacks);
  }

  /** The same tables with source line and handler's code. */
  public Tables with(@Nullable SourceLocation location, @Nullable HandlerCode handler) {
    return copy(location, handler, interruptStacks);
  }

  /** The same tables with more known of the interrupt stacks. */
  public Tables with(List<InterruptStack> stacks) {
    return copy(at, doubleFaultHandler, stacks);
  }

  private Tables copy(
      @Nullable SourceLocation location,
      @Nullable HandlerCode handler,
      List<InterruptStack> stacks) {
    return new Tables(
        rip,
        location,
        halted,
        interruptsEnabled,
        rsp,
        stack,
        cr3,
        gdt,
        codeRegister,
        code,
        taskRegister,
        task,
        tss,
        idt,
        breakpointGate,
        doubleFaultGate,
        pageFaultGate,
        handler,
        stacks);
  }

  /** The interrupt stack of a slot, if the slot is not zero. */
  public Optional<InterruptStack> interruptStack(int slot) {
    return interruptStacks.stream().filter(s -> s.slot() == slot).findFirst();
  }

  /** The interrupt stack that gate 8 names, if it names one and the slot is not zero. */
  public Optional<InterruptStack> doubleFaultStack() {
    return doubleFaultGate == null || !doubleFaultGate.usable()
        ? Optional.empty()
        : interruptStack(doubleFaultGate.ist());
  }

  /**
   * Whether CS was loaded from the GDT in force: its selector names a present 64-bit code segment
   * there, and the hidden part is that descriptor's. The hidden part is that of the bootloader's
   * GDT where CS was not reloaded.
   */
  public boolean codeSegmentReloaded() {
    return code != null
        && code.longModeCode()
        && code.present()
        && code.type() == codeRegister.type()
        && code.limit() == codeRegister.limit()
        && code.base() == codeRegister.base();
  }

  /**
   * Whether TR holds a 64-bit TSS of the GDT in force: the descriptor in memory is a TSS, marked
   * busy by the load, with the base that TR has (Intel SDM vol. 3A, 7.2.2 and LTR in vol. 2A).
   */
  public boolean taskRegisterLoaded() {
    return (taskRegister.selector() & 0xfffc) != 0
        && task != null
        && task.taskState()
        && task.present()
        && task.base() == taskRegister.base()
        && task.limit() >= TaskStateSegment.SIZE - 1;
  }
}
