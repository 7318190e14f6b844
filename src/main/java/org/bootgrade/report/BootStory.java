package org.bootgrade.report;

import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Descent;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Tables;
import org.bootgrade.report.Moment.Kind;

/** Tells one boot, event after event. */
final class BootStory {

  /** Told one by one; a timer that ticks is told once, with its count. */
  private static final int MOST_TOLD = 12;

  private static final int FIRST_DEVICE_VECTOR = 32;

  /** How far below the stack pointer a frame can still meet the guard page. */
  private static final long NEAR = 64 << 10;

  private final BootRecord boot;
  private final Background background;
  private final StoryPage page;

  /** Whether the boot is told to its end, rather than stopped within. */
  private final boolean toEnd;

  /**
   * @param toEnd whether the boot went on to its end; else it was stopped at its double fault
   */
  BootStory(BootRecord boot, Background background, StoryPage page, boolean toEnd) {
    this.boot = boot;
    this.background = background;
    this.page = page;
    this.toEnd = toEnd;
  }

  void tell() {
    List<ExceptionEvent> events = boot.events();
    began();
    printed(0, events.isEmpty() ? Long.MAX_VALUE : events.get(0).serialOffset());
    int told = 0;
    for (int i = 0; i < events.size(); ) {
      if (told == MOST_TOLD) {
        page.step(
            Moment.of(Kind.OTHER, "more exceptions"),
            "%d more exceptions followed.".formatted(events.size() - i));
        printed(events.get(i).serialOffset(), Long.MAX_VALUE);
        break;
      }
      int length = i + 1 < events.size() && escalates(events.get(i), events.get(i + 1)) ? 2 : 1;
      int times = repeats(events, i, length);
      for (int j = i; j < i + length; j++) {
        event(events, j);
        told++;
      }
      if (times > 1) {
        page.more("The same %d times in a row.".formatted(times));
      }
      int next = i + length * times;
      printed(
          events.get(i).serialOffset(),
          next < events.size() ? events.get(next).serialOffset() : Long.MAX_VALUE);
      i = next;
    }
    if (boot.eventsTruncated()) {
      page.more("There were more exceptions than are kept.");
    }
    if (boot.serialTruncated()) {
      page.more("It printed more than is kept.");
    }
    ending();
    screen();
  }

  /** Tells what led to the first double fault, and where that led. */
  void untilDoubleFault() {
    List<ExceptionEvent> events = boot.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).doubleFault()) {
        printed(0, events.get(i).serialOffset());
        boolean follows = i > 0 && escalates(events.get(i - 1), events.get(i));
        for (int j = follows ? i - 1 : i; j <= i; j++) {
          event(events, j);
        }
        return;
      }
    }
  }

  private void began() {
    MemoryExtent stack = background.stack();
    if (boot.intervention() == Intervention.AS_SUBMITTED) {
      page.step(
          Moment.of(Kind.START, "start"),
          "The bootloader started it%s."
              .formatted(
                  stack != null && background.ownStack()
                      ? ", on a stack at " + FaultWords.extent(stack)
                      : ""));
    }
  }

  private static boolean escalates(ExceptionEvent first, ExceptionEvent second) {
    Escalation escalation = second.escalation();
    return escalation != null
        && escalation.first() == first.vector()
        && second.rip() == first.rip()
        && second.rsp() == first.rsp();
  }

  private static int repeats(List<ExceptionEvent> events, int begin, int length) {
    int times = 1;
    while (begin + (times + 1) * length <= events.size()) {
      for (int j = 0; j < length; j++) {
        if (!alike(events.get(begin + j), events.get(begin + times * length + j))) {
          return times;
        }
      }
      times++;
    }
    return times;
  }

  private static boolean alike(ExceptionEvent one, ExceptionEvent other) {
    return one.vector() == other.vector()
        && one.errorCode() == other.errorCode()
        && one.software() == other.software()
        && one.rip() == other.rip()
        && one.rsp() == other.rsp()
        && one.cr2() == other.cr2();
  }

  private void printed(long from, long to) {
    String text = boot.serialBetween(from, to);
    if (text.isEmpty()) {
      return;
    }
    page.step(Moment.of(Kind.PRINT, "serial"), "It printed over serial:");
    page.quote(text);
  }

  private void event(List<ExceptionEvent> events, int index) {
    ExceptionEvent event = events.get(index);
    String at = FaultWords.place("RIP", event.rip(), event.at());
    String user = event.cpl() == 0 ? "" : " (in user mode, CPL %d)".formatted(event.cpl());
    if (event.software()) {
      page.step(
          Moment.of(event),
          "An instruction (int3 or int n) asked for the %s at %s%s."
              .formatted(FaultWords.vector(event.vector()), at, user));
      entryOrGate(event);
    } else if (event.vector() == ExceptionEvent.DOUBLE_FAULT) {
      doubleFault(event, events.subList(0, index), index == events.size() - 1);
    } else {
      fault(event, at, user);
      boolean escalates = index + 1 < events.size() && escalates(event, events.get(index + 1));
      boolean last = index == events.size() - 1 && boot.ending() instanceof Ending.TripleFault;
      if (!escalates && !last) {
        entryOrGate(event);
      }
    }
  }

  /** Source lines name what stood there before. */
  private String putIn(ExceptionEvent event) {
    Delivery delivery = boot.delivery();
    Delivery.Injection injection = delivery == null ? null : delivery.injected();
    return injection != null && injection.rip() == event.rip()
        ? ": this is the instruction that was put in"
        : "";
  }

  private void fault(ExceptionEvent event, String at, String user) {
    if (event.vector() >= FIRST_DEVICE_VECTOR) {
      page.step(
          Moment.of(event),
          "A device interrupted it: %s at %s%s."
              .formatted(FaultWords.vector(event.vector()), at, user));
      return;
    }
    page.step(
        Moment.of(event),
        "The processor met a %s at %s%s%s."
            .formatted(FaultWords.vector(event.vector()), at, user, putIn(event)));
    String code = FaultWords.errorCode(event);
    if (!code.isEmpty()) {
      page.more(code);
    }
    if (event.vector() == ExceptionEvent.PAGE_FAULT) {
      page.more(FaultWords.address(event, background.stack(), background.whose()));
    }
  }

  private void doubleFault(ExceptionEvent event, List<ExceptionEvent> before, boolean last) {
    Escalation escalation = event.escalation();
    if (escalation == null) {
      page.step(
          new Moment(Kind.EXCEPTION, "interrupt", event.number(), event.rsp()),
          "The handler of the %s was called at %s, though no fault escalated into one: a device uses its vector."
              .formatted(
                  FaultWords.vector(event.vector()),
                  FaultWords.place("RIP", event.rip(), event.at())));
      entryOrGate(event);
      return;
    }
    boolean follows = !before.isEmpty() && escalates(before.get(before.size() - 1), event);
    page.step(
        Moment.of(event),
        "The %s could not be handed to a handler%s."
            .formatted(
                FaultWords.vector(escalation.first()),
                follows ? "" : " (at " + FaultWords.place("RIP", event.rip(), event.at()) + ")"));
    page.more(FaultWords.obstacle(escalation));
    confirm(event, escalation);
    page.more(
        "Two such faults, one within the other, become a %s (Intel SDM vol. 3A, 6.15, table 6-5)."
            .formatted(FaultWords.vector(event.vector())));
    boolean triple = boot.ending() instanceof Ending.TripleFault;
    Delivery delivery = boot.delivery();
    boolean entered =
        delivery != null && delivery.vector() == event.vector() && delivery.delivered();
    if (last && triple && !entered) {
      page.step(
          Moment.of(Kind.TRIPLE_FAULT, "triple fault"),
          "The double fault could not be handed to a handler either.");
      page.more(tripleFault(event));
    } else {
      entryOrGate(event);
    }
  }

  /** Whether the tables in memory agree with what the log tells. */
  private void confirm(ExceptionEvent event, Escalation escalation) {
    background
        .gate(event.idt(), escalation.first())
        .filter(g -> escalation.second() == 11 && !g.present() && g.offset() == 0)
        .ifPresent(
            g ->
                page.more(
                    "In memory gate %d, at %s, is empty."
                        .formatted(
                            escalation.first(),
                            FaultWords.hex(event.idt().base() + 16L * escalation.first()))));
  }

  /** Where an exception that was delivered led to. */
  private void entryOrGate(ExceptionEvent event) {
    Delivery delivery = boot.delivery();
    if (delivery != null && delivery.vector() == event.vector()) {
      Delivery.Entry entry = delivery.entry();
      if (entry != null) {
        entry(entry, event);
        aftermath(delivery);
      } else {
        page.more("The handler was not entered.");
      }
      return;
    }
    if (event.doubleFault() && boot.intervention() == Intervention.IST_KEPT_OUT) {
      // What other boots tell is of a gate that names a stack.
      page.more(
          "Gate 8 named no interrupt stack here, so this was delivered to the stack that it interrupted.");
      return;
    }
    if (event.doubleFault()) {
      Optional<Background.Watched> watched = background.watched(event);
      if (watched.isPresent()) {
        entry(watched.get().entry(), event);
        page.more(
            "(Seen in %s: the same fault on a machine whose exit port does nothing.)"
                .formatted(watched.get().boot()));
        return;
      }
    }
    background
        .gate(event.idt(), event.vector())
        .filter(IdtGate::usable)
        .ifPresent(g -> page.more(gate(event.vector(), g)));
  }

  private static String gate(int vector, IdtGate gate) {
    return "Gate %d of the IDT leads to %s, on %s."
        .formatted(
            vector,
            FaultWords.hex(gate.offset()),
            gate.ist() == 0
                ? "the stack that was interrupted"
                : "the stack of IST slot " + gate.ist());
  }

  private void entry(Delivery.Entry entry, ExceptionEvent event) {
    page.step(
        Moment.handler(entry.slot(), entry.rsp()),
        "The processor entered the handler %s.".formatted(handler(entry.handler(), event)));
    Optional<Tables> tables = background.tables(event.idt());
    if (entry.slot() == 0) {
      long used = entry.interruptedRsp() - entry.rsp();
      page.more(
          "It switched to no other stack: RSP is %s, %s below what it was (%s): the frame that the processor pushed, after aligning RSP to 16."
              .formatted(
                  FaultWords.hex(entry.rsp()),
                  FaultWords.size(used),
                  FaultWords.hex(entry.interruptedRsp())));
    } else {
      page.more(
          "It switched to the stack of IST slot %d%s: RSP is %s%s."
              .formatted(
                  entry.slot(),
                  " (crates count from 0 and call it %d)".formatted(entry.slot() - 1),
                  FaultWords.hex(entry.rsp()),
                  tables
                      .flatMap(t -> t.interruptStack(entry.slot()))
                      .map(s -> ", " + below(s, entry.rsp()))
                      .orElse("")));
    }
    page.more(
        "Its frame tells what was interrupted: %s, RSP %s, CS 0x%x, SS 0x%x, RFLAGS %s."
            .formatted(
                FaultWords.place("RIP", entry.interruptedRip(), entry.interruptedAt()),
                FaultWords.hex(entry.interruptedRsp()),
                entry.interruptedCs(),
                entry.interruptedSs(),
                FaultWords.hex(entry.interruptedFlags())));
    MemoryExtent stack = entry.stack();
    if (event.vector() == ExceptionEvent.DOUBLE_FAULT && entry.overflowed() && stack != null) {
      page.more(
          "The page tables agree that a stack overflowed: %s is not mapped, and the writable memory above it begins at %s."
              .formatted(FaultWords.hex(entry.cr2()), FaultWords.hex(stack.start())));
    }
  }

  private String handler(long address, ExceptionEvent event) {
    Optional<HandlerCode> code =
        background
            .tables(event.idt())
            .flatMap(t -> Optional.ofNullable(t.doubleFaultHandler()))
            .filter(c -> c.entry() == address);
    if (code.isEmpty()) {
      return "at " + FaultWords.hex(address);
    }
    SourceLocation at = code.get().at();
    String place = at == null || at.withoutFile() ? "" : ", " + at.place();
    return code.get().symbol() == null
        ? "at " + FaultWords.hex(address) + place
        : "%s (%s%s)".formatted(code.get().symbol().name(), FaultWords.hex(address), place);
  }

  static String below(InterruptStack stack, long rsp) {
    return "%s below its top %s"
        .formatted(FaultWords.size(stack.top() - rsp), FaultWords.hex(stack.top()));
  }

  private void aftermath(Delivery delivery) {
    if (delivery.vector() != ExceptionEvent.DOUBLE_FAULT && !delivery.reported()) {
      return;
    }
    Descent descent = delivery.descent();
    if (descent != null) {
      page.more(descent(descent));
    }
    List<String> screen = delivery.screen();
    if (screen.stream().anyMatch(row -> !row.isBlank())) {
      page.step(
          Moment.of(Kind.SCREEN, "screen"),
          "The handler wrote to the text screen (rows that were not there before):");
      page.quote(String.join("\n", screen));
    }
    // Of a handler that is watched for long nothing is logged.
    boolean told = boot.intervention() != Intervention.HANDLER_WATCHED;
    if (!delivery.reported() && toEnd && told) {
      page.more("The handler wrote nothing, neither over serial nor to the screen.");
    }
  }

  private static String descent(Descent descent) {
    if (descent.frame() > 0) {
      return "The function that faulted makes a frame of %s for itself, which reaches from the stack to below its end."
          .formatted(FaultWords.size(descent.frame()));
    }
    if (descent.filled()) {
      return "The stack was written to %s below the stack pointer: it was filled, no recursion came this way, and the stack pointer was set."
          .formatted(FaultWords.size(descent.ahead()));
    }
    String moved = descent.leapt() ? ": no recursion came this way, the stack pointer was set" : "";
    return descent.pages() == 0
        ? "It is not the stack that the program began on. In its lowest 16 KiB, %d values of 8 bytes had changed since then%s."
            .formatted(descent.words(), moved)
        : "Of %d pages of the stack between its end and where the program began, %d had never been written to%s."
            .formatted(descent.pages(), descent.untouched(), moved);
  }

  /** Why a double fault could not be delivered. */
  private String tripleFault(ExceptionEvent event) {
    Optional<Tables> tables = background.tables(event.idt());
    if (tables.isPresent()) {
      return obstacle(tables.get(), clearsIst(boot.intervention()), event)
          .orElse(
              "Its gate 8 looks usable in memory. The evidence does not tell why it was not used.");
    }
    BootRecord relative = background.relative();
    Tables similar = relative == null ? null : relative.tables();
    if (relative == null || similar == null) {
      return unknownTables(event);
    }
    String where = relative.id();
    return unknownTables(event)
        + obstacle(similar, false, event)
            .map(o -> " If it uses the tables seen in %s: %s".formatted(where, o))
            .orElse("");
  }

  /** What is in the way of a double fault with certain tables; empty where nothing seems to be. */
  private Optional<String> obstacle(Tables tables, boolean cleared, ExceptionEvent event) {
    IdtGate gate = tables.doubleFaultGate();
    if (gate == null || !gate.usable()) {
      return Optional.of(
          "Gate 8 of the IDT, at %s, is %s: there is no double fault handler."
              .formatted(
                  FaultWords.hex(tables.idt().base() + 16L * ExceptionEvent.DOUBLE_FAULT),
                  gate == null
                      ? "beyond its limit or in memory that cannot be read"
                      : "not present or of no valid type"));
    }
    if (cleared || gate.ist() == 0) {
      return noRoom(event)
          ? Optional.of(
              "Gate 8 names no interrupt stack (its IST field %s), so the handler's frame had to go onto the interrupted stack, at RSP %s. Below it lies the unmapped page, so pushing the frame faulted as well."
                  .formatted(
                      cleared && gate.ist() != 0 ? "was cleared" : "is 0",
                      FaultWords.hex(event.rsp())))
          : Optional.empty();
    }
    String slot =
        "Gate 8 names IST slot %d (crates count from 0 and call it %d)"
            .formatted(gate.ist(), gate.ist() - 1);
    if (!tables.taskRegisterLoaded()) {
      return Optional.of(
          slot
              + ", but TR holds no TSS of the GDT in force (selector 0x%x), so there is no table of stacks to take it from."
                  .formatted(tables.taskRegister().selector()));
    }
    Optional<InterruptStack> stack = tables.interruptStack(gate.ist());
    if (tables.tss() != null && stack.isEmpty()) {
      return Optional.of(
          slot
              + ", which holds 0 in the TSS at %s%s: the frame had to go below address 0, where nothing is mapped."
                  .formatted(FaultWords.hex(tables.taskRegister().base()), others(tables)));
    }
    return stack
        .filter(s -> s.writable() == null)
        .map(
            s ->
                slot
                    + ", which holds %s: the bytes below that cannot be written, so the frame could not be pushed."
                        .formatted(FaultWords.hex(s.top())));
  }

  private static String others(Tables tables) {
    List<Integer> filled = tables.interruptStacks().stream().map(InterruptStack::slot).toList();
    return filled.isEmpty()
        ? ""
        : " (slots that hold a stack: %s)"
            .formatted(String.join(", ", filled.stream().map(String::valueOf).toList()));
  }

  /** Nobody looked at this program's tables, because it was gone too early. */
  private String unknownTables(ExceptionEvent event) {
    if ((event.taskRegister().selector() & 0xfffc) == 0) {
      return "TR holds selector 0, so no TSS was loaded: a gate 8 that names an interrupt stack finds none. (The program's tables were not read.)";
    }
    return noRoom(event)
        ? "RSP still was %s, at the end of the overflowed stack: the handler's frame found no room there. That is what happens where gate 8 is empty or its IST field is 0, or where the slot that it names holds no stack. (The program's tables were not read.)"
            .formatted(FaultWords.hex(event.rsp()))
        : "RSP was %s, which is no overflow: gate 8 is empty, or names an interrupt stack that is none. (The program's tables were not read.)"
            .formatted(FaultWords.hex(event.rsp()));
  }

  private boolean noRoom(ExceptionEvent event) {
    MemoryExtent stack = background.stack();
    long distance = stack == null ? event.cr2() - event.rsp() : stack.start() - event.rsp();
    return Math.abs(distance) <= NEAR;
  }

  static boolean clearsIst(Intervention intervention) {
    return switch (intervention) {
      case WILD_WRITE_WITHOUT_IST, OVERFLOW_WITHOUT_IST, IST_KNOCKED_OUT, IST_KEPT_OUT -> true;
      default -> false;
    };
  }

  private void ending() {
    Ending ending = boot.ending();
    Moment end = Moment.of(ending);
    if (ending instanceof Ending.Exited exited) {
      page.step(
          end,
          "It wrote 0x%02x (or a value with the same low seven bits) to the exit port, so QEMU ended with exit code %d, which is (0x%02x << 1) | 1."
              .formatted(exited.value(), exited.code(), exited.value()));
    } else if (ending instanceof Ending.TripleFault) {
      page.step(
          end,
          "TRIPLE FAULT: the processor shut down, and the machine would have started anew. On real hardware the computer reboots without a word.");
    } else if (ending instanceof Ending.Reset) {
      page.step(end, "The guest reset the machine or switched it off.");
    } else if (ending instanceof Ending.StillRunning running) {
      page.step(
          end,
          running.halted()
              ? "It was still there at the limit of time, halted: the processor waited in hlt."
              : "It was still there at the limit of time, running%s.".formatted(last()));
    } else if (ending instanceof Ending.Flooded flooded) {
      page.step(
          end,
          "It was ended because it flooded the %s log: it never stopped writing."
              .formatted(flooded.stream()));
    } else {
      page.step(end, "The end: %s.".formatted(ending.describe()));
    }
  }

  private String last() {
    Delivery delivery = boot.delivery();
    return delivery == null || delivery.last() == null
        ? ""
        : " in " + delivery.last().functionAndPlace();
  }

  private void screen() {
    boolean told = boot.delivery() != null || boot.intervention() == Intervention.INSPECTED;
    String rows = String.join("\n", boot.screen()).strip();
    if (!told && !rows.isEmpty()) {
      page.more("On the text screen then:");
      page.quote(rows);
    }
  }
}
