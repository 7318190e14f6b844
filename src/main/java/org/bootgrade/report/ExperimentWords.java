package org.bootgrade.report;

import java.util.Optional;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.FaultPair;
import org.bootgrade.evidence.Intervention;
import org.jspecify.annotations.Nullable;

/** What an experiment does, and what it shows against the boot it is compared with. */
final class ExperimentWords {

  private ExperimentWords() {}

  /** What was done, as a sentence or two. */
  static String done(BootRecord boot) {
    return switch (boot.intervention()) {
      case AS_SUBMITTED -> "Nothing was done to it: the program as it was handed in.";
      case INSPECTED -> "The kernel's tables were read where it waits after its initialisation.";
      case WILD_WRITE -> "A write to an unmapped address was put in where the kernel waits.";
      case WILD_WRITE_WITHOUT_IST ->
          "The IST field of gate 8 was cleared, then the same write to an unmapped address was put in.";
      case HANDLER_WATCHED ->
          "The same write once more; interrupts went on after it, and the handler was watched for longer.";
      case OVERFLOW ->
          "RSP was set to the lowest mapped byte of the kernel's stack, and a push was put in.";
      case OVERFLOW_WITHOUT_IST ->
          "The IST field of gate 8 was cleared, then the same push at the end of the stack was put in.";
      case BREAKPOINT -> "An int3 was put in where the kernel waits.";
      case IST_KNOCKED_OUT ->
          "The program ran to its own double fault, was taken back to the faulting instruction, and the IST field of gate 8 was cleared.";
      case EXIT_PORT_ABSENT ->
          "The same program on a machine whose exit port does nothing, so that its handler is seen to its end.";
      case IST_KEPT_OUT ->
          "The program from its beginning, with the IST field of gate 8 cleared whenever it was written.";
      case PANIC ->
          "Core's panic was called in the place of the double fault handler, with words that have nothing to do with the fault.";
      case FAULT_PAIRS ->
          "Pairs of exceptions, one on the way to the handler of the other, were put in where the kernel waits.";
    };
  }

  /** Where and how an instruction was put in; empty where none was. */
  static String injected(BootRecord boot) {
    Delivery delivery = boot.delivery();
    Delivery.Injection injection = delivery == null ? null : delivery.injected();
    if (injection == null) {
      return "";
    }
    if (boot.intervention() == Intervention.BREAKPOINT) {
      return "It was put at RIP %s, with RSP %s."
          .formatted(FaultWords.hex(injection.rip()), FaultWords.hex(injection.rsp()));
    }
    return "It was put at RIP %s, with RSP %s, and writes to %s, which is %s.%s"
        .formatted(
            FaultWords.hex(injection.rip()),
            FaultWords.hex(injection.rsp()),
            FaultWords.hex(injection.address()),
            injection.mapped()
                ? "mapped and writable, so that no fault can come of it"
                : "not mapped",
            injection.pageFaultGateRemoved()
                ? " The present bit of gate 14 was cleared first: the kernel has a page fault handler, which would have kept the double fault away."
                : "");
  }

  /** What became of two exceptions, one on the way to the handler of the other. */
  static String pair(FaultPair pair) {
    String outcome =
        switch (pair.outcome()) {
          case DOUBLE_FAULT -> "the double fault handler was entered";
          case TRIPLE_FAULT -> "a triple fault";
          case SECOND_HANDLED -> "the handler of the second was entered, as if there were no first";
          case FIRST_HANDLED -> "the handler of the first was entered: the second did not come";
          case OTHER -> "another handler was entered, or none";
          case NOT_TRIED -> "it could not be tried";
        };
    return "%s, then on the way to its handler %s: %s%s."
        .formatted(
            FaultWords.vector(pair.first()),
            FaultWords.vector(pair.second()),
            outcome,
            pair.note().isEmpty() ? "" : " (" + pair.note() + ")");
  }

  /** What it shows; empty where it shows nothing by itself. */
  static String shows(BootRecord boot, Background background) {
    if (!boot.ran()) {
      return "";
    }
    return switch (boot.intervention()) {
      case AS_SUBMITTED, INSPECTED, FAULT_PAIRS -> "";
      case WILD_WRITE -> wildWrite(boot);
      case WILD_WRITE_WITHOUT_IST ->
          compared(boot, background.boot(Intervention.WILD_WRITE), "The write");
      case HANDLER_WATCHED -> watched(boot);
      case OVERFLOW -> overflow(boot);
      case OVERFLOW_WITHOUT_IST ->
          compared(boot, background.boot(Intervention.OVERFLOW), "The overflow");
      case BREAKPOINT -> breakpoint(boot);
      case IST_KNOCKED_OUT -> knockedOut(boot, background);
      case EXIT_PORT_ABSENT -> exitPortAbsent(boot);
      case IST_KEPT_OUT -> keptOut(boot);
      case PANIC ->
          boot.serial().isBlank()
              ? "Any panic ends so, whatever it is about; this one printed nothing over serial."
              : "Any panic prints this, whatever it is about: as far as the words are the same, they prove nothing about the double fault.";
    };
  }

  private static String wildWrite(BootRecord boot) {
    Delivery delivery = boot.delivery();
    if (delivery == null || mapped(delivery)) {
      return "";
    }
    Delivery.Entry entry = delivery.entry();
    if (entry == null) {
      return "The fault reached no double fault handler: %s.".formatted(boot.ending().describe());
    }
    return "The double fault handler is reached%s. %s"
        .formatted(
            entry.slot() == 0
                ? ", without a stack of its own"
                : ", on the stack of IST slot %d".formatted(entry.slot()),
            afterwards(delivery));
  }

  private static String watched(BootRecord boot) {
    Delivery delivery = boot.delivery();
    return delivery == null || delivery.entry() == null ? "" : "%s".formatted(afterwards(delivery));
  }

  private static String keptOut(BootRecord boot) {
    return boot.ending() instanceof Ending.TripleFault
        ? "It did not come through: the test does not look for the interrupt stack by itself."
        : "It did not triple fault. Whether it then says that it passed is what counts.";
  }

  private static String overflow(BootRecord boot) {
    Delivery delivery = boot.delivery();
    if (delivery == null || mapped(delivery)) {
      return "";
    }
    Delivery.Entry entry = delivery.entry();
    if (entry == null) {
      return "This kernel does not survive an overflow of its stack: %s."
          .formatted(boot.ending().describe());
    }
    return "This kernel survives an overflow of its stack: the handler is reached%s. %s"
        .formatted(
            entry.slot() == 0
                ? ", though on no stack of the interrupt stack table"
                : " on the stack of IST slot %d".formatted(entry.slot()),
            afterwards(delivery));
  }

  private static boolean mapped(Delivery delivery) {
    Delivery.Injection injection = delivery.injected();
    return injection != null && injection.mapped();
  }

  /** Gate 8 with its IST field cleared, against gate 8 as it is. */
  private static String compared(BootRecord without, Optional<BootRecord> with, String what) {
    if (with.isEmpty() || !with.get().ran()) {
      return "";
    }
    Delivery there = with.get().delivery();
    Delivery here = without.delivery();
    if (there == null || here == null || mapped(there) || mapped(here)) {
      return "";
    }
    String cleared = "with gate 8's IST field cleared";
    String other = with.get().id();
    if (there.delivered() && !here.delivered()) {
      return "%s reached the handler in %s, and %s it ended otherwise (%s): so the kernel owes its survival to the interrupt stack."
          .formatted(what, other, cleared, without.ending().describe());
    }
    if (!there.delivered() && here.delivered()) {
      return "%s reached no handler in %s, and %s it does: so the handler is right, and the interrupt stack that gate 8 names is not."
          .formatted(what, other, cleared);
    }
    if (there.delivered()) {
      Delivery.Entry entry = there.entry();
      return entry != null && entry.slot() == 0
          ? "%s reached the handler in %s, and %s as well: gate 8 switched to no interrupt stack before, either."
              .formatted(what, other, cleared)
          : "%s reached the handler in %s, and %s as well: the interrupted stack had room, so this fault does not need an interrupt stack."
              .formatted(what, other, cleared);
    }
    return "%s reached no handler in %s, nor %s: the interrupt stack makes no difference yet."
        .formatted(what, other, cleared);
  }

  private static String breakpoint(BootRecord boot) {
    Delivery delivery = boot.delivery();
    if (delivery == null) {
      return "";
    }
    return !delivery.delivered()
        ? "An int3 reaches no breakpoint handler: %s.".formatted(boot.ending().describe())
        : "The breakpoint handler is reached. " + afterwards(delivery);
  }

  private static String knockedOut(BootRecord boot, Background background) {
    Delivery here = boot.delivery();
    Optional<BootRecord> plain = background.boot(Intervention.AS_SUBMITTED);
    if (here == null || plain.isEmpty()) {
      return "";
    }
    String before = plain.get().ending().describe();
    if (here.delivered()) {
      return "As submitted: %s. With gate 8's IST field cleared the same fault reaches the handler as well%s: so this program passes without an interrupt stack and proves nothing about one."
          .formatted(before, here.reported() ? ", which reports it" : "");
    }
    return "As submitted: %s. With gate 8's IST field cleared the same fault ended otherwise (%s): so the program owes its result to the interrupt stack, and would notice if that were missing."
        .formatted(before, boot.ending().describe());
  }

  private static String exitPortAbsent(BootRecord boot) {
    Delivery delivery = boot.delivery();
    return delivery == null || !delivery.delivered() ? "" : afterwards(delivery);
  }

  private static String afterwards(Delivery delivery) {
    String handler = handlerName(delivery.vector());
    Aftermath aftermath = delivery.aftermath();
    return switch (aftermath) {
      case NOT_ENTERED -> "";
      case STAYED -> "%s never came back%s.".formatted(handler, at(delivery));
      case RETURNED ->
          delivery.vector() == ExceptionEvent.DOUBLE_FAULT
              ? handler
                  + " came back to the interrupted code. A double fault is an abort: the handler must not return (Intel SDM vol. 3A, 6.15)."
              : handler + " came back, and the program went on.";
      case RETURNED_ELSEWHERE ->
          "%s came back to another instruction than the interrupted one%s."
              .formatted(handler, at(delivery));
      case ENTERED_AGAIN -> handler + " was entered again while it was still on its way.";
      case TRIPLE_FAULT -> handler + " itself ended in a triple fault.";
      case RESET -> handler + " ended in a reset of the machine.";
      case NOT_WATCHED ->
          handler + " could not be followed: it kept the machine's clock from stopping it.";
    };
  }

  private static String handlerName(int vector) {
    return vector == ExceptionEvent.DOUBLE_FAULT
        ? "The double fault handler"
        : vector == ExceptionEvent.BREAKPOINT ? "The breakpoint handler" : "The handler";
  }

  private static String at(Delivery delivery) {
    return delivery.last() == null
        ? ""
        : "; at the end the processor was in " + delivery.last().functionAndPlace();
  }

  /** How a boot ended, in a few words for its title. */
  static String briefly(@Nullable BootRecord boot) {
    return boot == null
        ? ""
        : boot.ending() instanceof Ending.NotRun ? "not run" : boot.ending().describe();
  }
}
