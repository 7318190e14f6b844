package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;
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

  /** How far below the stack pointer a program may write that makes room for what it calls. */
  private static final long AHEAD = 64 << 10;

  /** A page and a page can be painted byte by byte before they are used. */
  private static final int MOST_WRITES = 8400;

  private final long begin;
  private final @Nullable MemoryExtent own;
  private final List<Long> clean;

  /** The stack that was overflowed; null where there is none. */
  private @Nullable MemoryExtent overflowed;

  private int untouched;
  private int words;
  private int writes;

  /** The watched pages, and how far above them the stack pointer was at the least. */
  private final Set<Long> open = new TreeSet<>();

  private final Map<Long, Long> least = new HashMap<>();
  private long frame;
  private byte[] atFault = {};

  private StackUse(long begin, @Nullable MemoryExtent own, List<Long> clean) {
    this.begin = begin;
    this.own = own;
    this.clean = List.copyOf(clean);
  }

  /**
   * How many double faults come before the first one that may be the overflow of a stack: one that
   * followed a page fault by a write near the stack pointer, to a page that is not there. Programs
   * may try other faults first.
   */
  static int before(List<ExceptionEvent> events) {
    int doubleFaults = 0;
    for (int i = 1; i < events.size(); i++) {
      ExceptionEvent cause = events.get(i - 1);
      if (events.get(i).doubleFault()) {
        boolean absent = (cause.errorCode() & 1) == 0;
        if (cause.vector() == ExceptionEvent.PAGE_FAULT
            && absent
            && Math.abs(cause.cr2() - cause.rsp()) <= AHEAD) {
          return doubleFaults;
        }
        doubleFaults++;
      }
    }
    return 0;
  }

  /** For a machine at the program's first instruction. The stack is watched from then on. */
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
    StackUse use = new StackUse(begin, stack.orElse(null), clean);
    if (stack.isPresent() && stack.get().size() >= Descent.SMALL) {
      use.watch(machine, stack.get());
    }
    return use;
  }

  /**
   * Looks at a machine at the entry of its double fault handler.
   *
   * @return the entry, with the stack that was overflowed
   */
  Delivery.Entry atFault(LiveMachine machine, Symbols symbols, Delivery.Entry entry)
      throws GdbException {
    MemoryExtent stack = entry.stack();
    if (own != null && !own.equals(stack) && !entry.cr2Mapped()) {
      // Beyond the guard page other memory may begin.
      frame = frame(machine, symbols, entry, own);
      stack = frame == 0 ? stack : own;
    }
    overflowed = stack;
    if (stack == null) {
      return entry;
    }
    PageTables pages = machine.pageTables(machine.registers());
    for (long page : clean) {
      untouched += pages.written(page) ? 0 : 1;
    }
    atFault = machine.read(stack.start(), (int) Math.min(COMPARED, stack.size()));
    return entry.of(stack);
  }

  /**
   * Counts what is other than it was when the program began.
   *
   * @param machine one that was taken back to the program's first instruction
   */
  void compare(LiveMachine machine) throws GdbException {
    MemoryExtent stack = overflowed;
    if (stack == null) {
      return;
    }
    byte[] atBegin = Arrays.copyOf(machine.read(stack.start(), atFault.length), atFault.length);
    for (int at = 0; at + Long.BYTES <= atFault.length; at += Long.BYTES) {
      words += Arrays.equals(atBegin, at, at + Long.BYTES, atFault, at, at + Long.BYTES) ? 0 : 1;
    }
  }

  /** Whether another stack was overflowed than the one that was watched, large enough to watch. */
  boolean unwatched() {
    return overflowed != null
        && frame == 0
        && overflowed.size() >= Descent.SMALL
        && !overflowed.contains(begin);
  }

  /**
   * Lets the program run once more, and watches the stack that it overflows.
   *
   * @param machine one that was taken back to the program's first instruction
   */
  void follow(LiveMachine machine, Duration limit) throws GdbException {
    MemoryExtent stack = overflowed;
    if (stack == null) {
      return;
    }
    least.clear();
    watch(machine, stack);
    Pause pause = machine.run(limit);
    while (pause.reason() == Reason.WRITTEN && !open.isEmpty()) {
      written(machine, pause);
      pause = machine.run(limit);
    }
    if (pause.reason() != Reason.GONE) {
      unwatch(machine);
    }
  }

  /** Stops the machine when a page at a stack's end, or one in its middle, is written to. */
  private void watch(LiveMachine machine, MemoryExtent stack) throws GdbException {
    for (long page : List.of(stack.start(), (stack.start() + stack.size() / 2) & -PAGE)) {
      machine.watch(page, (int) PAGE);
      open.add(page);
    }
  }

  /**
   * Looks where the stack pointer is when one of them is written to. Who only fills the stack
   * writes far below it; who uses it need not be watched any more.
   */
  void written(LiveMachine machine, Pause pause) throws GdbException {
    long page = pause.watched();
    long above = Math.max(0, pause.registers().rsp() - (page + PAGE));
    least.merge(page, above, Math::min);
    boolean enough = above <= AHEAD || ++writes >= MOST_WRITES;
    if (enough && open.remove(page)) {
      machine.unwatch(page, (int) PAGE);
    }
  }

  void unwatch(LiveMachine machine) throws GdbException {
    for (long page : open) {
      machine.unwatch(page, (int) PAGE);
    }
    open.clear();
  }

  /** What was found; null where no stack was overflowed. */
  @Nullable Descent descent() {
    MemoryExtent stack = overflowed;
    if (stack == null) {
      return null;
    }
    boolean first = stack.contains(begin);
    long ahead = least.values().stream().mapToLong(Long::longValue).max().orElse(0);
    return new Descent(
        first ? clean.size() : 0, first ? untouched : 0, words, stack.size(), ahead, frame);
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
