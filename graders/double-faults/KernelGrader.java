package doublefaults;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bootgrade.grading.Assignment;
import org.bootgrade.grading.Criterion;
import org.bootgrade.grading.DescriptorTables;
import org.bootgrade.grading.Experiment;
import org.bootgrade.grading.Kernel;
import org.bootgrade.grading.Sources;
import org.bootgrade.grading.Submission;
import org.bootgrade.grading.Verdict;

/** What the running kernel does when something happens to it. */
@Assignment("double-faults")
final class KernelGrader {

  @Criterion("breakpoint-returns")
  void aBreakpointReachesItsHandlerAndTheKernelGoesOn(Submission submission, Verdict verdict) {
    Experiment breakpoint = observed(kernel(submission, verdict).breakpoint(), verdict);
    if (breakpoint.tripleFaulted()) {
      throw verdict.fails(
          "An int3 was put into the running kernel: it ended in a triple fault. No handler of"
              + " vector 3 could be entered."
              + list(breakpoint.exceptions())
              + hints(submission.sources().framesByReference()));
    }
    if (!breakpoint.delivered()) {
      throw verdict.fails(
          "An int3 was put into the running kernel: no handler of vector 3 was entered ("
              + breakpoint.ending()
              + ")."
              + list(breakpoint.exceptions()));
    }
    if (breakpoint.returnedElsewhere()) {
      throw verdict.fails(
          "An int3 was put into the running kernel: its handler returned, but not to the instruction behind it: it went on at "
              + breakpoint.lastPlace()
              + "."
              + hints(submission.sources().framesByReference()));
    }
    if (!breakpoint.returned() && breakpoint.flooded()) {
      throw verdict.undecided(
          "Not observed: an int3 was put into the running kernel and its handler was entered, but"
              + " whether it returned was not seen ("
              + breakpoint.ending()
              + ").");
    }
    if (!breakpoint.returned()) {
      throw verdict.fails(
          "An int3 was put into the running kernel: its handler was entered but did not return to"
              + " the kernel. At the end the processor was at "
              + breakpoint.lastPlace()
              + "."
              + hints(submission.sources().framesByReference()));
    }
    verdict.because(
        "An int3 in the running kernel reached its handler, which returned to the instruction"
            + " behind it.");
  }

  @Criterion("double-fault-handled")
  void anUnhandledFaultReachesTheDoubleFaultHandlerWhichReportsIt(
      Submission submission, Verdict verdict) {
    Kernel kernel = kernel(submission, verdict);
    if (kernel.tripleFaultsByItself()) {
      verdict.cite(kernel.asSubmitted().reference());
      throw verdict.fails(
          "The kernel ends in a triple fault all by itself."
              + list(kernel.asSubmitted().exceptions()));
    }
    Experiment wild = observed(kernel.wildWrite(), verdict);
    if (!wild.delivered()) {
      throw verdict.fails(
          "A write to an unmapped address was put into the running kernel: the double fault handler"
              + " was not entered ("
              + wild.ending()
              + ")."
              + list(wild.exceptions())
              + hints(submission.sources().doubleFaultHandler()));
    }
    if (wild.tripleFaulted() || wild.enteredAgain()) {
      throw verdict.fails(
          "A write to an unmapped address was put into the running kernel: the double fault handler"
              + " was entered, and then faulted itself ("
              + wild.ending()
              + "). Is its stack large enough for all that it calls?"
              + list(wild.exceptions())
              + hints(submission.sources().framesByReference()));
    }
    if (!wild.reported()) {
      throw verdict.fails(
          "A write to an unmapped address was put into the running kernel: the double fault handler"
              + " was entered but wrote nothing, neither over serial nor on the VGA screen. At the"
              + " end the processor was at "
              + wild.lastPlace()
              + "."
              + hints(submission.sources().framesByReference()));
    }
    verdict.because(
        "A write to an unmapped address in the running kernel reached the double fault handler ("
            + wild.entryInWords()
            + "), which reported it "
            + wild.reportedOn()
            + ".");
  }

  @Criterion("handler-diverges")
  void theHandlerNeverReturns(Submission submission, Verdict verdict) {
    Kernel kernel = kernel(submission, verdict);
    DescriptorTables tables = tables(kernel, verdict);
    if (!tables.hasDoubleFaultGate()) {
      throw verdict.undecided(
          tables.noDoubleFaultGate() + ": there is no handler that could diverge.");
    }
    boolean stayed = false;
    boolean faulted = false;
    for (Experiment experiment : kernel.doubleFaults()) {
      if (experiment.returned()) {
        verdict.cite(experiment.reference());
        throw verdict.fails(
            "The double fault handler "
                + tables.handlerPlace()
                + " returned to the interrupted code ("
                + experiment.entryInWords()
                + "). The exit port did nothing meanwhile.");
      }
      if (experiment.stayed() || experiment.reset()) {
        verdict.cite(experiment.reference());
        stayed = true;
      }
      faulted |= experiment.delivered() && !experiment.stayed();
    }
    if (kernel.doubleFaultsAgain()) {
      verdict.cite(kernel.asSubmitted().reference());
      throw verdict.fails(
          "By itself, the kernel met the same double fault again and again, with the same stack"
              + " pointer: its handler "
              + tables.handlerPlace()
              + " gave control back in between."
              + list(kernel.asSubmitted().exceptions().stream().limit(4).toList()));
    }
    int returns = tables.handlerReturns().orElse(0);
    boolean shared = tables.handlerReturnsAreShared() && tables.handlerRestsForGood();
    if (returns > 0 && !shared) {
      throw verdict.fails(
          "The code of the double fault handler "
              + tables.handlerPlace()
              + " can reach "
              + returns
              + " iretq (or what does the same): it is able to return.");
    }
    if (!stayed) {
      throw verdict.undecided(
          faulted
              ? "Not observed: the double fault handler was entered but faulted itself, so it was not"
                  + " seen whether it would return."
              : "Not observed: no experiment entered the double fault handler and followed it to its"
                  + " end.");
    }
    if (tables.handlerOpenEnded() && !tables.handlerRestsForGood()) {
      throw verdict.undecided(
          "The double fault handler "
              + tables.handlerPlace()
              + " did not return while it was watched, but its code jumps to where it does not tell,"
              + " and it did not come to rest: it may return later.");
    }
    verdict.because(
        "The double fault handler "
            + tables.handlerPlace()
            + " was entered and never came back, with an exit port that does nothing"
            + (shared
                ? "; the iretq that its code reaches is that of other vectors, too, and where it came to"
                    + " rest none is reached any more."
                : tables.handlerReturns().isPresent() ? "; its code reaches no iretq." : "."));
  }

  @Criterion("tss-loaded")
  void aTssWithAGoodInterruptStackIsLoaded(Submission submission, Verdict verdict) {
    DescriptorTables tables = tables(kernel(submission, verdict), verdict);
    Sources sources = submission.sources();
    List<String> troubles = new ArrayList<>();
    tables
        .codeSegmentTrouble()
        .ifPresent(trouble -> troubles.add(trouble + hints(sources.codeSegment())));
    tables
        .taskRegisterTrouble()
        .ifPresent(trouble -> troubles.add(trouble + hints(sources.taskRegister())));
    if (!troubles.isEmpty()) {
      throw verdict.fails(String.join("\n\n", troubles));
    }
    List<String> good = tables.goodStacks(submission.smallestIstStack());
    if (good.isEmpty()) {
      List<String> bad = tables.stackTroubles(submission.smallestIstStack());
      throw verdict.fails(
          bad.isEmpty()
              ? "A TSS is loaded, but all seven slots of its interrupt stack table are zero."
                  + hints(sources.interruptStackTable())
              : "A TSS is loaded, but no slot of its interrupt stack table is a good stack.\n\n"
                  + String.join("\n\n", bad));
    }
    verdict.because("The GDT is in force, TR holds its TSS, and " + String.join("; ", good) + ".");
  }

  @Criterion("stack-index-applied")
  void theKernelsOwnDoubleFaultGateSwitchesStacks(Submission submission, Verdict verdict) {
    Kernel kernel = kernel(submission, verdict);
    DescriptorTables tables = tables(kernel, verdict);
    if (!tables.hasDoubleFaultGate()) {
      throw verdict.fails(
          tables.noDoubleFaultGate()
              + ": there is no double fault handler, so no stack index is in force."
              + hints(submission.sources().doubleFaultHandler()));
    }
    int slot = tables.doubleFaultSlot();
    if (slot == 0) {
      throw verdict.fails(
          "Gate 8 of the kernel's own IDT names no interrupt stack (its IST field is 0), so the"
              + " handler "
              + tables.handlerPlace()
              + " is entered on the stack that overflowed."
              + hints(submission.sources().stackIndex()));
    }
    List<String> troubles = tables.stackTroubles(slot, submission.smallestIstStack());
    if (!troubles.isEmpty() && !tables.goodStacks(submission.smallestIstStack()).isEmpty()) {
      throw verdict.fails(
          "Gate 8 names IST slot %d, and that is not the good stack that the TSS holds.\n\n%s\n\nGood: %s."
              .formatted(
                  slot,
                  String.join("\n\n", troubles),
                  String.join("; ", tables.goodStacks(submission.smallestIstStack()))));
    }
    Experiment overflow = observed(kernel.overflow(), verdict);
    if (!overflow.delivered()) {
      throw verdict.fails(
          "An overflow of the running kernel's stack did not reach the double fault handler ("
              + overflow.ending()
              + "). Gate 8 names IST slot "
              + slot
              + (tables.doubleFaultSlotFilled()
                  ? "."
                  : "; filled slots of the TSS in force: "
                      + (tables.filledSlots().isEmpty() ? "none" : tables.filledSlots())
                      + ".")
              + list(overflow.exceptions())
              + hints(
                  Stream.of(
                          submission.sources().stackIndex(),
                          submission.sources().interruptStackTable())
                      .flatMap(List::stream)
                      .distinct()
                      .toList()));
    }
    if (overflow.slot() != slot) {
      throw verdict.fails(
          "Gate 8 names IST slot "
              + slot
              + ", but the handler was "
              + overflow.entryInWords()
              + ".");
    }
    if (!overflow.frameHolds()) {
      throw verdict.fails(
          "The handler was "
              + overflow.entryInWords()
              + ": that is not where the overflow was. The stack of IST slot "
              + slot
              + " lies in memory that keeps nothing, so no handler can use it.");
    }
    Experiment without = kernel.overflowWithoutIst();
    verdict.cite(without.reference());
    if (!without.ran()) {
      throw verdict.undecided("Not observed. " + without.whyNot());
    }
    if (!without.tripleFaulted()) {
      throw verdict.fails(
          "With gate 8's IST field cleared the kernel survived the same overflow ("
              + without.ending()
              + "), so it does not owe its life to the stack index.");
    }
    verdict.because(
        "Gate 8 of the kernel's IDT names IST slot "
            + slot
            + ". After an overflow of the running kernel the handler was "
            + overflow.entryInWords()
            + "; with the IST field cleared the same overflow ended in a triple fault.");
  }

  private static Kernel kernel(Submission submission, Verdict verdict) {
    return submission
        .kernel()
        .orElseThrow(
            () ->
                verdict.undecided(
                    submission.build().lacksKernel()
                        ? "There is no kernel program that could be asked: neither src/main.rs nor"
                            + " a [[bin]] in Cargo.toml."
                        : "The kernel was not built, so it could not be asked."));
  }

  private static DescriptorTables tables(Kernel kernel, Verdict verdict) {
    DescriptorTables tables =
        kernel
            .tables()
            .orElseThrow(() -> verdict.undecided("Not observed. " + kernel.whyNoTables()));
    verdict.cite(tables.reference());
    return tables;
  }

  private static Experiment observed(Experiment experiment, Verdict verdict) {
    verdict.cite(experiment.reference());
    if (!experiment.ran()) {
      throw verdict.undecided("Not observed. " + experiment.whyNot());
    }
    return experiment;
  }

  /** What the sources' text says beside; no verdict rests on it. */
  private static String hints(List<String> sentences) {
    return sentences.isEmpty()
        ? ""
        : "\n\nThe sources, as a hint:\n  " + String.join("\n  ", sentences);
  }

  private static String list(List<String> lines) {
    return lines.isEmpty() ? "" : "\n\n  " + String.join("\n  ", lines);
  }
}
