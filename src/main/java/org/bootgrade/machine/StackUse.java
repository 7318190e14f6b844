package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.MemoryExtent;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a stack that a program overflows: which pages of the one it begins on are written
 * to, and how much of the overflowed one is changed near its end.
 */
final class StackUse {

  private static final long PAGE = 4096;

  /** How much of the end of a stack is compared. */
  private static final int COMPARED = 16 << 10;

  /** How far down one frame may reach. Local variables of some megabytes are seen. */
  private static final long LARGEST_FRAME = 64 << 20;

  /** Where in a function its frame is made, in bytes from its beginning. */
  private static final int PROLOGUE = 64;

  private final long begin;
  private final @Nullable MemoryExtent own;
  private final List<Long> clean;

  /** The stack that was overflowed; null where there is none. */
  private @Nullable MemoryExtent overflowed;

  private int untouched;
  private long frame;
  private byte[] atFault = {};

  private StackUse(long begin, @Nullable MemoryExtent own, List<Long> clean) {
    this.begin = begin;
    this.own = own;
    this.clean = List.copyOf(clean);
  }

  /** For a machine at the program's first instruction. */
  static StackUse from(LiveMachine machine) throws GdbException {
    Registers registers = machine.registers();
    PageTables pages = machine.pageTables(registers);
    long begin = registers.rsp();
    List<Long> clean = new ArrayList<>();
    Optional<MemoryExtent> stack = pages.extent(begin, PageTables.LONGEST_REACH);
    if (stack.isPresent()) {
      for (long page = stack.get().start();
          Long.compareUnsigned(page, begin & -PAGE) < 0;
          page += PAGE) {
        if (!pages.written(page)) {
          clean.add(page);
        }
      }
    }
    return new StackUse(begin, stack.orElse(null), clean);
  }

  /** Looks at a machine at the entry of its double fault handler. */
  void atFault(LiveMachine machine, Symbols symbols, Delivery.Entry entry) throws GdbException {
    MemoryExtent stack = entry.stack();
    if (stack == null && own != null && !entry.cr2Mapped()) {
      frame = frame(machine, symbols, entry, own);
      stack = frame == 0 ? null : own;
    }
    overflowed = stack;
    if (stack == null) {
      return;
    }
    PageTables pages = machine.pageTables(machine.registers());
    for (long page : clean) {
      untouched += pages.written(page) ? 0 : 1;
    }
    atFault = machine.read(stack.start(), (int) Math.min(COMPARED, stack.size()));
  }

  /**
   * What has become of the stack since the program began.
   *
   * @param machine one that was taken back to the program's first instruction
   * @return null where no stack was overflowed
   */
  @Nullable Descent since(LiveMachine machine) throws GdbException {
    MemoryExtent stack = overflowed;
    if (stack == null) {
      return null;
    }
    byte[] atBegin = Arrays.copyOf(machine.read(stack.start(), atFault.length), atFault.length);
    int words = 0;
    for (int at = 0; at + Long.BYTES <= atFault.length; at += Long.BYTES) {
      words += Arrays.equals(atBegin, at, at + Long.BYTES, atFault, at, at + Long.BYTES) ? 0 : 1;
    }
    boolean own = stack.contains(begin);
    return new Descent(own ? clean.size() : 0, own ? untouched : 0, words, frame);
  }

  /**
   * The size of the frame that the interrupted function made, if it alone leads from within a stack
   * to where the fault was. Compilers make a frame by {@code sub rsp, imm32} (48 81 EC, Intel SDM
   * vol. 2B) in a function's first instructions.
   */
  private static long frame(
      LiveMachine machine, Symbols symbols, Delivery.Entry entry, MemoryExtent stack)
      throws GdbException {
    long below = stack.start() - entry.interruptedRsp();
    Optional<Long> function = symbols.at(entry.interruptedRip()).map(s -> s.extent().start());
    if (function.isEmpty() || below <= 0 || below > LARGEST_FRAME) {
      return 0;
    }
    byte[] code = machine.read(function.get(), PROLOGUE);
    for (int at = 0; at + 7 <= code.length; at++) {
      if ((code[at] & 0xff) == 0x48
          && (code[at + 1] & 0xff) == 0x81
          && (code[at + 2] & 0xff) == 0xec) {
        long size = 0;
        for (int i = 6; i >= 3; i--) {
          size = size << 8 | (code[at + i] & 0xff);
        }
        boolean fromWithin = stack.contains(entry.interruptedRsp() + size - 1);
        boolean near = Math.abs(entry.cr2() - entry.interruptedRsp()) <= size;
        return fromWithin && near ? size : 0;
      }
    }
    return 0;
  }
}
