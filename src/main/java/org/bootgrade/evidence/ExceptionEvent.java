package org.bootgrade.evidence;

import org.jspecify.annotations.Nullable;

/**
 * One exception that the processor delivered (or tried to deliver) to the kernel, from QEMU's
 * exception log.
 *
 * <p>Addresses are unsigned 64-bit numbers; in JSON they are strings with a {@code 0x} prefix.
 *
 * @param number its place among the events of its boot, from 1
 * @param vector 0 to 255; 8 is the double fault
 * @param errorCode the error code QEMU reports, 0 where the vector has none
 * @param software whether an instruction asked for it ({@code int n}, {@code int3}) rather than a
 *     fault
 * @param escalation the exceptions that became this one, or null where it was not an escalation
 * @param cpl the privilege level it interrupted
 * @param cs the code selector it interrupted
 * @param rip the interrupted instruction
 * @param ss the stack selector it interrupted
 * @param rsp the interrupted stack pointer
 * @param cr2 the last page-fault address
 * @param cr3 the page-table base
 * @param taskRegister TR
 * @param gdt the GDT register
 * @param idt the IDT register
 * @param serialOffset how many bytes the guest had written to the serial port before
 * @param at the source line of {@code rip}, or null where unknown
 */
public record ExceptionEvent(
    int number,
    int vector,
    long errorCode,
    boolean software,
    @Nullable Escalation escalation,
    int cpl,
    int cs,
    @Address long rip,
    int ss,
    @Address long rsp,
    @Address long cr2,
    @Address long cr3,
    SegmentRegister taskRegister,
    TableRegister gdt,
    TableRegister idt,
    long serialOffset,
    @Nullable SourceLocation at) {

  /** The vector of the double fault (Intel SDM vol. 3A, table 6-1). */
  public static final int DOUBLE_FAULT = 8;

  /** The vector of the page fault. */
  public static final int PAGE_FAULT = 14;

  /** The vector of the breakpoint, {@code int3}. */
  public static final int BREAKPOINT = 3;

  /** Whether the processor came to a double fault by itself; an {@code int 8} is none. */
  public boolean doubleFault() {
    return vector == DOUBLE_FAULT && !software;
  }

  /** The same event with its source line. */
  public ExceptionEvent at(@Nullable SourceLocation location) {
    return new ExceptionEvent(
        number,
        vector,
        errorCode,
        software,
        escalation,
        cpl,
        cs,
        rip,
        ss,
        rsp,
        cr2,
        cr3,
        taskRegister,
        gdt,
        idt,
        serialOffset,
        location);
  }

  /**
   * An exception that came while another was being delivered.
   *
   * @param first the vector being delivered
   * @param second the vector that came while it was
   */
  public record Escalation(int first, int second) {}

  /**
   * A segment register with its hidden part.
   *
   * @param selector the visible part
   * @param base linear base address
   * @param limit in bytes, minus one
   * @param type the descriptor type, 0x9 or 0xb for a 64-bit TSS; the low four bits of the access
   *     byte
   * @param present the descriptor's present bit
   */
  public record SegmentRegister(
      int selector, @Address long base, long limit, int type, boolean present) {}

  /**
   * GDTR or IDTR.
   *
   * @param base linear base address
   * @param limit in bytes, minus one
   */
  public record TableRegister(@Address long base, int limit) {}
}
