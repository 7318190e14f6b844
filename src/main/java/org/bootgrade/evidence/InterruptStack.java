package org.bootgrade.evidence;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A slot of the interrupt stack table that is not zero, and the memory it leads to.
 *
 * @param slot 1 to 7, as gates name it. Crates that count from 0 say one less
 * @param top what the slot holds: one past the stack's highest byte
 * @param vectors the vectors whose present gates name this slot
 * @param writable the mapped and writable range that the byte below {@code top} lies in, cut 1 MiB
 *     below it; null where that byte cannot be written
 * @param symbol the static that the byte below {@code top} lies in, or null where it is none
 * @param room how many bytes below {@code top} can be used: down to the symbol's beginning, or
 *     where it is none to the next symbol below, or to the end of what is writable
 * @param overlaps what else uses these bytes; empty if nothing is known to
 */
public record InterruptStack(
    int slot,
    @Address long top,
    List<Integer> vectors,
    @Nullable MemoryExtent writable,
    @Nullable Symbol symbol,
    long room,
    List<Overlap> overlaps) {

  public InterruptStack {
    vectors = List.copyOf(vectors);
    overlaps = List.copyOf(overlaps);
  }

  /**
   * Where the stack pointer is when a handler that gets an error code is entered on this stack: the
   * processor aligns the top to 16 bytes and pushes six values (Intel SDM vol. 3A, 6.14.2).
   */
  public long pointerAtEntry() {
    return (top & ~0xfL) - 6 * 8;
  }

  /** The same stack, that something else uses, too. */
  public InterruptStack and(Overlap overlap) {
    List<Overlap> all = new ArrayList<>(overlaps);
    all.add(overlap);
    return new InterruptStack(slot, top, vectors, writable, symbol, room, all);
  }

  /** Whether the top is at a multiple of 16. If not, the processor leaves some bytes unused. */
  public boolean aligned() {
    return (top & 0xf) == 0;
  }

  /**
   * Something else that uses bytes of the stack.
   *
   * @param kind what
   * @param detail for people: which one
   */
  public record Overlap(Kind kind, String detail) {}

  /** What can use an interrupt stack's bytes besides. */
  public enum Kind {
    /** The stack that the kernel was running on. */
    RUNNING_STACK,
    /** The stack of another slot that a gate uses. */
    INTERRUPT_STACK,
    /** The stack of another slot that no gate uses. */
    UNUSED_INTERRUPT_STACK,
    /** RSP0 to RSP2 of the same TSS. */
    PRIVILEGE_STACK,
    /** The GDT, IDT or TSS itself. */
    TABLE,
    /** The running kernel, which writes to it. */
    RUNNING_KERNEL,
    /** A device, or nothing at all: there is no memory behind the addresses. */
    NO_MEMORY
  }
}
