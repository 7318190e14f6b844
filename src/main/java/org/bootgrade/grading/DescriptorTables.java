package org.bootgrade.grading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Tables;

/** GDT, TSS and IDT as they were found in the memory of the running kernel. */
public final class DescriptorTables {

  private static final int GATE_BYTES = 16;

  private final Tables tables;
  private final EvidenceReference reference;

  DescriptorTables(Tables tables, EvidenceReference reference) {
    this.tables = tables;
    this.reference = reference;
  }

  /** The reference to them. */
  public EvidenceReference reference() {
    return reference;
  }

  /** What is wrong with CS, if anything. */
  public Optional<String> codeSegmentTrouble() {
    if (tables.codeSegmentReloaded()) {
      return Optional.empty();
    }
    return Optional.of(
        "CS holds selector 0x%02x, which is no 64-bit code segment of the GDT in force (GDT at 0x%x): load the GDT, then reload CS from it."
            .formatted(tables.codeRegister().selector(), tables.gdt().base()));
  }

  /** What is wrong with TR, if anything. */
  public Optional<String> taskRegisterTrouble() {
    if (tables.taskRegisterLoaded()) {
      return Optional.empty();
    }
    int selector = tables.taskRegister().selector();
    if ((selector & 0xfffc) == 0) {
      return Optional.of(
          "TR holds selector 0: no TSS is loaded, so the processor finds no interrupt stack table.");
    }
    return Optional.of(
        "TR holds selector 0x%02x, and the GDT in force has no loaded 64-bit TSS there."
            .formatted(selector));
  }

  /** The slots of the interrupt stack table that are good stacks of at least a size, in words. */
  public List<String> goodStacks(long smallest) {
    return tables.interruptStacks().stream()
        .filter(s -> troublesOf(s, smallest).isEmpty())
        .map(
            s ->
                "IST slot %d points at the top of a stack of %d bytes (0x%x%s)"
                    .formatted(
                        s.slot(),
                        s.room(),
                        s.top(),
                        s.symbol() == null ? "" : ", " + s.symbol().name()))
        .toList();
  }

  /** What is wrong with each slot that is not zero, in words. */
  public List<String> stackTroubles(long smallest) {
    return tables.interruptStacks().stream()
        .flatMap(s -> troublesOf(s, smallest).stream())
        .toList();
  }

  /** What is wrong with the stack of one slot, in words; nothing where the slot is zero. */
  public List<String> stackTroubles(int slot, long smallest) {
    return tables.interruptStacks().stream()
        .filter(s -> s.slot() == slot)
        .flatMap(s -> troublesOf(s, smallest).stream())
        .toList();
  }

  /** Where the kernel was when its tables were read, in words. */
  public String place() {
    SourceLocation at = tables.at();
    return at == null ? "0x%x".formatted(tables.rip()) : at.functionAndPlace();
  }

  /**
   * Why no double fault handler can be entered, as the beginning of a sentence. A boot loader
   * leaves an IDT without any gate.
   */
  public String noDoubleFaultGate() {
    int limit = tables.idt().limit();
    if (limit < GATE_BYTES - 1) {
      return "The kernel had no IDT in force where it was asked, at " + place();
    }
    int least = (ExceptionEvent.DOUBLE_FAULT + 1) * GATE_BYTES - 1;
    return limit < least
        ? "The kernel's IDT ends before gate 8 (its limit is 0x%x, and 0x%x is the least)"
            .formatted(limit, least)
        : "Gate 8 of the kernel's IDT is empty";
  }

  private static List<String> troublesOf(InterruptStack stack, long smallest) {
    List<String> troubles = new ArrayList<>();
    String name = "IST slot %d (0x%x)".formatted(stack.slot(), stack.top());
    if (stack.writable() == null) {
      troubles.add(
          name
              + ": the bytes below it cannot be written. It must hold the end of a stack, because stacks grow downwards.");
      return troubles;
    }
    if (stack.room() < smallest) {
      troubles.add(
          "%s: only %d bytes lie below it%s; at least %d are wanted. Does it hold the stack's beginning instead of its end?"
              .formatted(
                  name,
                  stack.room(),
                  stack.symbol() == null ? "" : " in " + stack.symbol().name(),
                  smallest));
    }
    if (stack.vectors().size() > 1) {
      troubles.add(
          "%s: it belongs to the gates of several vectors, %s. A stack for double faults is nobody else's."
              .formatted(name, stack.vectors()));
    }
    for (InterruptStack.Overlap overlap : stack.overlaps()) {
      boolean harmless =
          overlap.kind() == InterruptStack.Kind.UNUSED_INTERRUPT_STACK
              || overlap.kind() == InterruptStack.Kind.PRIVILEGE_STACK;
      if (!harmless) {
        troubles.add(
            "%s: its bytes are used by something else, too: %s.".formatted(name, overlap.detail()));
      }
    }
    return troubles;
  }

  /** Whether gate 8 leads to a handler at all. */
  public boolean hasDoubleFaultGate() {
    IdtGate gate = tables.doubleFaultGate();
    return gate != null && gate.usable();
  }

  /** The IST slot that gate 8 names, 0 for none. */
  public int doubleFaultSlot() {
    IdtGate gate = tables.doubleFaultGate();
    return gate == null ? 0 : gate.ist();
  }

  /** Whether the slot that gate 8 names holds anything. */
  public boolean doubleFaultSlotFilled() {
    return tables.doubleFaultStack().isPresent();
  }

  /** The slots that are not zero. */
  public List<Integer> filledSlots() {
    return tables.interruptStacks().stream().map(InterruptStack::slot).toList();
  }

  /**
   * How many instructions that give control back ({@code iretq} and its like) the double fault
   * handler's code can reach; empty where it could not be read.
   */
  public Optional<Integer> handlerReturns() {
    return handlerCode().map(HandlerCode::interruptReturns);
  }

  /**
   * Whether the double fault handler's code goes on to where the code does not tell: then only what
   * was seen says whether it returns.
   */
  public boolean handlerOpenEnded() {
    return handlerCode().filter(c -> c.openEnds() > 0).isPresent();
  }

  /** Whether the returns that it reaches are those of code that handlers of other vectors share. */
  public boolean handlerReturnsAreShared() {
    return handlerCode().filter(HandlerCode::shared).isPresent();
  }

  /** Whether it came to rest in every experiment, where no return is reached from. */
  public boolean handlerRestsForGood() {
    return handlerCode().filter(HandlerCode::restsForGood).isPresent();
  }

  private Optional<HandlerCode> handlerCode() {
    return Optional.ofNullable(tables.doubleFaultHandler()).filter(HandlerCode::decoded);
  }

  /** The double fault handler's place in the source, in words. */
  public String handlerPlace() {
    HandlerCode code = tables.doubleFaultHandler();
    if (code == null) {
      return "the double fault handler";
    }
    SourceLocation at = code.at();
    String name = code.symbol() == null ? "0x%x".formatted(code.entry()) : code.symbol().name();
    return at == null || at.withoutFile() ? name : "%s (%s)".formatted(name, at.place());
  }
}
