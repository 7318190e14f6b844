package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.MemoryExtent;
import org.jspecify.annotations.Nullable;

/** Which pages of the stack that a program begins on are written to later. */
final class StackUse {

  private static final long PAGE = 4096;

  private final long begin;
  private final List<Long> clean;

  private StackUse(long begin, List<Long> clean) {
    this.begin = begin;
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
    return new StackUse(begin, clean);
  }

  /** What became of them when a stack was overflowed; null where it was another stack. */
  @Nullable Descent since(LiveMachine machine, Delivery.@Nullable Entry entry) throws GdbException {
    if (entry == null
        || entry.stack() == null
        || !entry.stack().contains(begin)
        || clean.isEmpty()) {
      return null;
    }
    PageTables pages = machine.pageTables(machine.registers());
    int untouched = 0;
    for (long page : clean) {
      untouched += pages.written(page) ? 0 : 1;
    }
    return new Descent(clean.size(), untouched);
  }
}
