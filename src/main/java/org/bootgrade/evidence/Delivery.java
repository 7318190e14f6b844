package org.bootgrade.evidence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one fault: whether the handler was entered, on which stack, and what it did then.
 * Entries are seen by a breakpoint at the address in the gate, so a double fault that could not be
 * delivered is none, whatever the exception log says.
 *
 * @param vector the vector whose handler was watched: 8, or 3 for an injected breakpoint
 * @param injected what was put into the machine, or null where the program itself faulted
 * @param entries how often the handler was entered by an exception; counting stops at 3
 * @param interrupts how often it was entered by an interrupt of a device or by {@code int n}
 *     instead; counting stops at 3
 * @param entry the first entry by an exception, or null where there was none
 * @param aftermath what followed the first entry
 * @param serial what was written to the serial port after the first entry, as in a boot record
 * @param screen the rows of the text screen at the end that were not there at the first entry
 * @param last where the processor was at the end, or null where unknown
 * @param descent how the stack that the program overflowed by itself was used before, or null where
 *     that cannot be told
 */
public record Delivery(
    int vector,
    @Nullable Injection injected,
    int entries,
    int interrupts,
    @Nullable Entry entry,
    Aftermath aftermath,
    String serial,
    List<String> screen,
    @Nullable SourceLocation last,
    @Nullable Descent descent) {

  public Delivery {
    screen = List.copyOf(screen);
  }

  /** A delivery without a look at how the stack was used. */
  public Delivery(
      int vector,
      @Nullable Injection injected,
      int entries,
      int interrupts,
      @Nullable Entry entry,
      Aftermath aftermath,
      String serial,
      List<String> screen,
      @Nullable SourceLocation last) {
    this(vector, injected, entries, interrupts, entry, aftermath, serial, screen, last, null);
  }

  /** Whether the handler was reached by an exception. */
  public boolean delivered() {
    return entry != null;
  }

  /**
   * Whether the fault was the overflow of a stack, by the page tables or by a frame that is larger
   * than the stack.
   */
  public boolean overflowed() {
    return entry != null && (entry.overflowed() || (descent != null && descent.frame() > 0));
  }

  /** Whether the handler wrote anything at all, to the serial port or the text screen. */
  public boolean reported() {
    return !serial.isBlank() || screen.stream().anyMatch(row -> !row.isBlank());
  }

  /** What followed the first entry of a handler. */
  public enum Aftermath {
    /** The handler was never entered, and the machine did something else. */
    NOT_ENTERED,
    /** It never came back within the limit. */
    STAYED,
    /** It came back to the interrupted code, with the stack pointer that was interrupted. */
    RETURNED,
    /** It came back to the interrupted stack, but to another instruction. */
    RETURNED_ELSEWHERE,
    /** It was entered again while it was still on its way. */
    ENTERED_AGAIN,
    /** A triple fault followed. */
    TRIPLE_FAULT,
    /** The machine was reset or switched off. */
    RESET,
    /** It could not be followed: it kept the machine's clock from stopping it. */
    NOT_WATCHED
  }

  /**
   * What was put into the machine.
   *
   * @param rip where the instruction was put
   * @param rsp the stack pointer it was given
   * @param address what it writes to; of a breakpoint 0
   * @param mapped whether that address is mapped and writable, so that no fault can come of it
   * @param pageFaultGateRemoved whether the present bit of gate 14 was cleared first, because a
   *     page-fault handler would have kept the double fault away
   */
  public record Injection(
      @Address long rip,
      @Address long rsp,
      @Address long address,
      boolean mapped,
      boolean pageFaultGateRemoved) {}

  /**
   * The machine at a handler's first instruction.
   *
   * @param handler the address in the gate
   * @param rsp the stack pointer
   * @param slot the slot of the interrupt stack table whose stack this is, 1 to 7; 0 where it is
   *     none of them
   * @param errorCode from the frame, as are the next five; 0 for a vector without
   * @param interruptedRip the interrupted instruction
   * @param interruptedAt its source line, or null where unknown
   * @param interruptedCs the interrupted code selector
   * @param interruptedFlags RFLAGS
   * @param interruptedRsp the interrupted stack pointer
   * @param interruptedSs the interrupted stack selector
   * @param cr2 the last page-fault address
   * @param cr2Mapped whether {@code cr2} is mapped and writable
   * @param stack the writable range that ends the unmapped one {@code cr2} lies in: the stack that
   *     was overflowed, if one was; null where {@code cr2} is mapped or none begins within 64 KiB
   */
  public record Entry(
      @Address long handler,
      @Address long rsp,
      int slot,
      long errorCode,
      @Address long interruptedRip,
      @Nullable SourceLocation interruptedAt,
      int interruptedCs,
      @Address long interruptedFlags,
      @Address long interruptedRsp,
      int interruptedSs,
      @Address long cr2,
      boolean cr2Mapped,
      @Nullable MemoryExtent stack) {

    /** How far below the stack's end the stack pointer of an overflow can be: large frames. */
    private static final long BELOW = 64 << 10;

    /**
     * How far above it can be: compilers touch a stack some pages ahead, before they move the stack
     * pointer.
     */
    private static final long ABOVE = 16 << 10;

    /** The same entry, where another stack than the nearest one was overflowed. */
    public Entry of(MemoryExtent overflowed) {
      return copy(interruptedAt, overflowed);
    }

    /** The same entry with the source line of the interrupted instruction. */
    public Entry at(@Nullable SourceLocation location) {
      return copy(location, stack);
    }

    private Entry copy(@Nullable SourceLocation location, @Nullable MemoryExtent overflowed) {
      return new Entry(
          handler,
          rsp,
          slot,
          errorCode,
          interruptedRip,
          location,
          interruptedCs,
          interruptedFlags,
          interruptedRsp,
          interruptedSs,
          cr2,
          cr2Mapped,
          overflowed);
    }

    /**
     * Whether a stack was overflowed: the fault is in an unmapped page under writable memory, and
     * the stack pointer is near that memory's end. Where {@code cr2} lies by the stack pointer says
     * nothing: above, at and below were all seen.
     */
    public boolean overflowed() {
      return !cr2Mapped
          && stack != null
          && interruptedRsp - stack.start() <= ABOVE
          && stack.start() - interruptedRsp <= BELOW;
    }
  }
}
