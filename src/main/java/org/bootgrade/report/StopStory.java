package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Tables;

/** Tells where a machine was stopped for a person. */
final class StopStory {

  private static final List<String> REGISTERS =
      List.of(
          "rip", "rsp", "eflags", "cr2", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
          "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cr3", "cs", "ss");

  private static final int IN_A_ROW = 4;

  private StopStory() {}

  static String write(
      BootRecord boot, String where, Map<String, Long> registers, ConsoleStyle style) {
    ConsoleStory page = new ConsoleStory(style);
    page.boot(boot.program());
    Tables tables = boot.tables();
    Delivery delivery = boot.delivery();
    Delivery.Entry entry = delivery == null ? null : delivery.entry();
    MemoryExtent stack = entry == null ? null : entry.stack();
    if (stack == null && tables != null) {
      stack = tables.stack();
    }
    new BootStory(boot, new Background(List.of(boot), stack, true, null), page, false)
        .untilDoubleFault();
    page.step(Moment.of(Moment.Kind.OTHER, "stop"), where);
    List<String> known =
        REGISTERS.stream()
            .filter(registers::containsKey)
            .map(r -> "%-6s 0x%-12x".formatted(r, registers.get(r)))
            .toList();
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < known.size(); i += IN_A_ROW) {
      rows.add(String.join("  ", known.subList(i, Math.min(known.size(), i + IN_A_ROW))));
    }
    page.quote(String.join("\n", rows));
    return page.text();
  }
}
