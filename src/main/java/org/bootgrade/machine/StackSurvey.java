package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.InterruptStack.Kind;
import org.bootgrade.evidence.InterruptStack.Overlap;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Symbol;
import org.bootgrade.evidence.TaskStateSegment;
import org.jspecify.annotations.Nullable;

/** Finds out what memory the slots of an interrupt stack table lead to, and what else uses it. */
final class StackSurvey {

  /** How far down an interrupt stack is followed. */
  private static final long REACH = 1 << 20;

  private static final long PAGE = 4096;

  /** How many pages of an interrupt stack are looked for in the running stack's memory. */
  private static final int COMPARED = 16;

  /** How far the running stack is followed on either side, in bytes. */
  private static final long LARGEST_STACK = 4 << 20;

  /**
   * How many bytes of one value, at the least, are an array that nobody keeps anything in. Frames
   * of functions hold addresses and numbers at much shorter distances.
   */
  private static final int BLANK = 1024;

  /** How far down from its top a stack is looked at for them. */
  private static final int BLANK_REACH = 64 << 10;

  /** Where a PC's devices and firmware begin, and where its memory goes on. */
  private static final long DEVICES = 0xa_0000;

  private static final long HIGH_MEMORY = 1 << 20;

  private final Symbols symbols;
  private final PageTables pages;
  private final Bytes memory;
  private final TaskStateSegment tss;
  private final List<IdtGate> gates;
  private final Map<String, MemoryExtent> tables;
  private final long memoryBytes;

  /** The memory of the stopped machine, as its page tables show it. */
  interface Bytes {
    /** Bytes from an address on; zeros where it cannot be read. */
    byte[] read(long address, int length) throws GdbException;
  }

  /**
   * @param memory what the page tables lead to
   * @param gates the IDT, from vector 0 on
   * @param tables where the processor's tables lie, by their names
   * @param memoryBytes how much memory the machine has
   */
  StackSurvey(
      Symbols symbols,
      PageTables pages,
      Bytes memory,
      TaskStateSegment tss,
      List<IdtGate> gates,
      Map<String, MemoryExtent> tables,
      long memoryBytes) {
    this.symbols = symbols;
    this.pages = pages;
    this.memory = memory;
    this.tss = tss;
    this.gates = List.copyOf(gates);
    this.tables = new TreeMap<>(tables);
    this.memoryBytes = memoryBytes;
  }

  /**
   * The slots that are not zero.
   *
   * @param rsp the stack pointer of the stopped kernel
   */
  List<InterruptStack> stacks(long rsp) throws GdbException {
    List<InterruptStack> stacks = new ArrayList<>();
    for (int slot = 1; slot <= tss.interruptStacks().size(); slot++) {
      long top = tss.interruptStack(slot);
      if (top == 0) {
        continue;
      }
      MemoryExtent writable = pages.extent(top - 1, REACH).orElse(null);
      Symbol symbol = symbols.at(top - 1).orElse(null);
      long low = writable == null ? top : lowest(top, writable, symbol);
      boolean running = new MemoryExtent(low, top).contains(rsp);
      int blank = running && symbol == null ? blank(top, rsp) : 0;
      if (blank >= BLANK) {
        running = false;
        low = top - blank;
      }
      stacks.add(
          new InterruptStack(
              slot,
              top,
              vectors(slot),
              writable,
              symbol,
              top - low,
              overlaps(slot, new MemoryExtent(low, top), rsp, running)));
    }
    return stacks;
  }

  private List<Integer> vectors(int slot) {
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
  private long lowest(long top, MemoryExtent writable, @Nullable Symbol symbol) {
    if (symbols.onlyBeginsAt(top)) {
      // What lies between two statics is nobody's, or the linker's own (.got, .data.rel.ro).
      return top;
    }
    long low = writable.start();
    low = max(low, symbol == null ? symbols.endBelow(top - 1) : symbol.extent().start());
    for (long other : tss.interruptStacks()) {
      low = Long.compareUnsigned(other, top) < 0 ? max(low, other) : low;
    }
    for (long other : tss.privilegeStacks()) {
      low = Long.compareUnsigned(other, top) < 0 ? max(low, other) : low;
    }
    for (MemoryExtent table : tables.values()) {
      low = Long.compareUnsigned(table.end(), top) <= 0 ? max(low, table.end()) : low;
    }
    return low;
  }

  private static long max(long a, long b) {
    return Long.compareUnsigned(a, b) >= 0 ? a : b;
  }

  /**
   * How many bytes between the stack pointer and a top above it have one and the same value, from
   * the top down. A local array of a function that never returns lies there among live frames, and
   * is nobody else's; the beginning of the running stack lies there, too, and is not blank.
   */
  private int blank(long top, long rsp) throws GdbException {
    int length = (int) Math.min(top - rsp, BLANK_REACH);
    byte[] bytes = memory.read(top - length, length);
    int from = bytes.length;
    while (from > 0 && bytes[from - 1] == bytes[bytes.length - 1]) {
      from--;
    }
    return bytes.length - from;
  }

  /** Whether a stack was put into the part of the running stack that is not in use yet. */
  private boolean withinRunningStack(MemoryExtent stack, long rsp) throws GdbException {
    if (symbols.isEmpty()
        || symbols.at(stack.end() - 1).isPresent()
        || symbols.at(rsp).isPresent()
        || Long.compareUnsigned(rsp, stack.end()) < 0) {
      return false;
    }
    return pages
        .extent(rsp, PageTables.LONGEST_REACH)
        .filter(running -> running.contains(stack.end() - 1))
        .isPresent();
  }

  /**
   * Whether the running stack lies above it in one and the same static, so that nothing keeps it
   * from growing into this one.
   */
  private boolean inOneStaticWith(MemoryExtent stack, long rsp) {
    Optional<Symbol> symbol = symbols.at(stack.end() - 1);
    return symbol.isPresent()
        && symbol.get().extent().contains(rsp)
        && Long.compareUnsigned(rsp, stack.end()) >= 0;
  }

  /** Whether the page tables lead to the running stack's memory by other addresses, too. */
  private boolean sameMemoryAsRunningStack(MemoryExtent stack, long rsp) throws GdbException {
    Map<Long, Long> frames = new HashMap<>();
    long top = (stack.end() - 1) & -PAGE;
    for (int i = 0; i < COMPARED && stack.size() > i * PAGE; i++) {
      long page = top - i * PAGE;
      frames.put(pages.translate(page).physical() & -PAGE, page);
    }
    Optional<MemoryExtent> running = pages.extent(rsp, LARGEST_STACK);
    if (running.isEmpty()) {
      return false;
    }
    // Counted, because an end may lie at the end of all addresses.
    long count = Math.min(running.get().size() / PAGE, 2 * LARGEST_STACK / PAGE);
    for (long i = 0; i < count; i++) {
      long page = running.get().start() + i * PAGE;
      Long other = frames.get(pages.translate(page).physical() & -PAGE);
      if (other != null && other != page) {
        return true;
      }
    }
    return false;
  }

  /** Whether memory is at a physical address of a PC: below the text screen, or above 1 MiB. */
  private boolean isMemory(long physical) {
    return Long.compareUnsigned(physical, DEVICES) < 0
        || (Long.compareUnsigned(physical, HIGH_MEMORY) >= 0
            && Long.compareUnsigned(physical, memoryBytes) < 0);
  }

  private List<Overlap> overlaps(int slot, MemoryExtent stack, long rsp, boolean running)
      throws GdbException {
    List<Overlap> overlaps = new ArrayList<>();
    for (long at : List.of(stack.end() - 1, stack.start())) {
      long physical = pages.translate(at).physical();
      if (overlaps.isEmpty() && stack.size() > 0 && !isMemory(physical)) {
        overlaps.add(
            new Overlap(
                Kind.NO_MEMORY,
                "no memory is there, but a device or nothing (physical address 0x%x)"
                    .formatted(physical)));
      }
    }
    if (sameMemoryAsRunningStack(stack, rsp)) {
      overlaps.add(
          new Overlap(
              Kind.RUNNING_STACK,
              "its memory is that of the stack that the kernel was running on (RSP 0x%x), by other"
                      .formatted(rsp)
                  + " addresses"));
    }
    if (inOneStaticWith(stack, rsp)) {
      overlaps.add(
          new Overlap(
              Kind.RUNNING_STACK,
              "it lies in the same static as the stack that the kernel was running on, below it (RSP"
                  + " 0x%x)".formatted(rsp)));
    }
    if (withinRunningStack(stack, rsp)) {
      overlaps.add(
          new Overlap(
              Kind.RUNNING_STACK,
              "it lies in the stack that the kernel was running on (RSP 0x%x)".formatted(rsp)));
    }
    if (running) {
      overlaps.add(
          new Overlap(
              Kind.RUNNING_STACK,
              symbols.at(rsp).isPresent()
                  ? "the kernel was running on it (RSP 0x%x)".formatted(rsp)
                  : "its top lies in the stack that the kernel was running on, %d bytes above RSP (0x%x), where functions keep what they still need"
                      .formatted(stack.end() - rsp, rsp)));
    }
    for (int other = 1; other <= tss.interruptStacks().size(); other++) {
      if (other != slot && tss.interruptStack(other) == stack.end()) {
        List<Integer> vectors = vectors(other);
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
    tables.forEach(
        (name, table) -> {
          if (Long.compareUnsigned(table.start(), stack.end()) < 0
              && Long.compareUnsigned(stack.start(), table.end()) < 0) {
            overlaps.add(new Overlap(Kind.TABLE, name));
          }
        });
    return overlaps;
  }
}
