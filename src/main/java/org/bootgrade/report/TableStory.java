package org.bootgrade.report;

import java.util.List;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Tables;
import org.bootgrade.report.Moment.Kind;
import org.jspecify.annotations.Nullable;

/** Tells what the processor's tables looked like. */
final class TableStory {

  private TableStory() {}

  static void tell(Tables tables, StoryPage page) {
    page.step(
        Moment.of(Kind.START, "stop"),
        "It was stopped at %s%s."
            .formatted(
                FaultWords.place("RIP", tables.rip(), tables.at()),
                tables.halted() ? ", waiting in hlt" : ""));
    MemoryExtent stack = tables.stack();
    page.more(
        stack == null
            ? "RSP is %s, where nothing can be written.".formatted(FaultWords.hex(tables.rsp()))
            : "RSP is %s; the writable memory around it is %s."
                .formatted(FaultWords.hex(tables.rsp()), FaultWords.extent(stack)));
    page.step(
        Moment.of(Kind.OTHER, "GDT, TSS"),
        "The GDT is at %s. CS is 0x%02x: %s."
            .formatted(
                FaultWords.hex(tables.gdt().base()),
                tables.codeRegister().selector(),
                tables.codeSegmentReloaded()
                    ? "a 64-bit code segment of this GDT"
                    : "no 64-bit code segment of this GDT, so CS was not reloaded"));
    page.more(
        "TR is 0x%02x: %s."
            .formatted(
                tables.taskRegister().selector(),
                tables.taskRegisterLoaded()
                    ? "a TSS, at " + FaultWords.hex(tables.taskRegister().base())
                    : "no loaded TSS of this GDT, so there is no interrupt stack table"));
    for (InterruptStack slot : tables.interruptStacks()) {
      page.more(slot(slot));
    }
    page.step(
        Moment.of(Kind.OTHER, "IDT"),
        "The IDT is at %s.".formatted(FaultWords.hex(tables.idt().base())));
    page.more(gate(3, "breakpoint", tables.breakpointGate()));
    page.more(gate(8, "double fault", tables.doubleFaultGate()) + handler(tables));
    page.more(gate(14, "page fault", tables.pageFaultGate()));
  }

  private static String slot(InterruptStack stack) {
    String vectors =
        stack.vectors().isEmpty()
            ? "no gate uses it"
            : "used by gate "
                + String.join(", ", stack.vectors().stream().map(String::valueOf).toList());
    List<String> overlaps = stack.overlaps().stream().map(InterruptStack.Overlap::detail).toList();
    return "IST slot %d (crates count from 0 and call it %d) holds %s, %s; %s.%s"
        .formatted(
            stack.slot(),
            stack.slot() - 1,
            FaultWords.hex(stack.top()),
            stack.writable() == null
                ? "and the bytes below cannot be written"
                : "the top of %s%s"
                    .formatted(
                        FaultWords.size(stack.room()),
                        stack.symbol() == null ? "" : " in " + stack.symbol().name()),
            vectors,
            overlaps.isEmpty()
                ? ""
                : " Its bytes are also used by: " + String.join(", ", overlaps));
  }

  private static String gate(int vector, String name, @Nullable IdtGate gate) {
    if (gate == null || !gate.usable()) {
      return "Gate %d (%s): no handler.".formatted(vector, name);
    }
    return "Gate %d (%s): %s, %s."
        .formatted(
            vector,
            name,
            FaultWords.hex(gate.offset()),
            gate.ist() == 0 ? "no interrupt stack" : "on the stack of IST slot " + gate.ist());
  }

  private static String handler(Tables tables) {
    HandlerCode code = tables.doubleFaultHandler();
    if (code == null || code.symbol() == null) {
      return "";
    }
    SourceLocation at = code.at();
    return " It is %s%s.%s"
        .formatted(
            code.symbol().name(),
            at == null || at.withoutFile() ? "" : " (" + at.place() + ")",
            !code.decoded()
                ? ""
                : code.diverges()
                    ? " Its code reaches no iretq, so it cannot return."
                    : code.interruptReturns() > 0
                        ? " Its code reaches an iretq, or what does the same."
                        : " Its code goes on to where it does not tell.");
  }
}
