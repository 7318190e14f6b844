package org.bootgrade.grading;

import java.util.List;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.SourceLocation;
import org.jspecify.annotations.Nullable;

/** What was seen when something was done to a running program. */
public final class Experiment {

  private final @Nullable BootRecord record;
  private final String id;

  Experiment(String id, @Nullable BootRecord record) {
    this.id = id;
    this.record = record;
  }

  /** Whether it was run. If not, {@link #whyNot} says why. */
  public boolean ran() {
    return present().ran();
  }

  /** Why it was not run, as a sentence. */
  public String whyNot() {
    return "The experiment %s was %s.".formatted(id, present().ending().describe());
  }

  /** The reference to it. */
  public EvidenceReference reference() {
    return EvidenceReference.boot(id);
  }

  /** How it ended, in words. */
  public String ending() {
    return present().ending().describe();
  }

  /** Whether it ended in a triple fault. */
  public boolean tripleFaulted() {
    return (record != null && record.ending() instanceof Ending.TripleFault)
        || aftermath() == Delivery.Aftermath.TRIPLE_FAULT;
  }

  /** Whether the handler was entered by an exception. */
  public boolean delivered() {
    Delivery delivery = delivery();
    return delivery != null && delivery.delivered();
  }

  /** Whether the handler came back to what was interrupted. */
  public boolean returned() {
    return aftermath() == Delivery.Aftermath.RETURNED;
  }

  /** Whether the handler came back, but to another instruction than the interrupted one. */
  public boolean returnedElsewhere() {
    return aftermath() == Delivery.Aftermath.RETURNED_ELSEWHERE;
  }

  /**
   * Whether the guest wrote so much that it was ended; what it would have done next is not known.
   */
  public boolean flooded() {
    return record != null && record.ending() instanceof Ending.Flooded;
  }

  /** Whether the handler was entered and never came back. */
  public boolean stayed() {
    return aftermath() == Delivery.Aftermath.STAYED;
  }

  /** Whether the handler was entered and reset the machine, or switched it off. */
  public boolean reset() {
    return aftermath() == Delivery.Aftermath.RESET;
  }

  /** Whether the handler was entered again while it was still on its way. */
  public boolean enteredAgain() {
    return aftermath() == Delivery.Aftermath.ENTERED_AGAIN;
  }

  /** Whether the handler wrote anything to the serial port or the screen. */
  public boolean reported() {
    Delivery delivery = delivery();
    return delivery != null && delivery.reported();
  }

  /** Where the handler's words went: the serial port, the screen, or both. */
  public String reportedOn() {
    Delivery delivery = delivery();
    if (delivery == null) {
      return "nowhere";
    }
    boolean screen = delivery.screen().stream().anyMatch(row -> !row.isBlank());
    boolean serial = !delivery.serial().isBlank();
    return serial && screen
        ? "over serial and on the VGA screen"
        : serial ? "over serial" : screen ? "on the VGA screen" : "nowhere";
  }

  /** Whether the fault was an overflow of the stack, by the page tables. */
  public boolean overflowed() {
    Delivery delivery = delivery();
    return delivery != null && delivery.overflowed();
  }

  /**
   * The slot of the interrupt stack table on whose stack the handler was entered, 1 to 7; 0 for
   * none.
   */
  public int slot() {
    Delivery.Entry entry = entry();
    return entry == null ? 0 : entry.slot();
  }

  /**
   * Whether the frame on the handler's stack names the instruction that was put in. In memory that
   * keeps nothing it names anything.
   */
  public boolean frameHolds() {
    Delivery delivery = delivery();
    Delivery.Entry entry = entry();
    Delivery.Injection injected = delivery == null ? null : delivery.injected();
    return entry == null || injected == null || entry.interruptedRip() == injected.rip();
  }

  /** The entry of the handler in words and addresses. */
  public String entryInWords() {
    Delivery.Entry entry = entry();
    if (entry == null) {
      return "the handler was not entered";
    }
    return "entered at RSP 0x%x%s, interrupted at RIP 0x%x%s with RSP 0x%x"
        .formatted(
            entry.rsp(),
            entry.slot() == 0
                ? " (on no stack of the interrupt stack table)"
                : " (the stack of IST slot %d)".formatted(entry.slot()),
            entry.interruptedRip(),
            entry.interruptedAt() == null ? "" : " (" + entry.interruptedAt().place() + ")",
            entry.interruptedRsp());
  }

  /** Where the processor was at the end, in words. */
  public String lastPlace() {
    Delivery delivery = delivery();
    SourceLocation last = delivery == null ? null : delivery.last();
    return last == null ? "an unknown place" : last.functionAndPlace();
  }

  /** The exceptions that were seen, one a line. */
  public List<String> exceptions() {
    return record == null ? List.of() : record.events().stream().map(Words::of).toList();
  }

  /**
   * An experiment that was never made is no fault of the submission, so it must not become a score.
   */
  private BootRecord present() {
    if (record == null) {
      throw new EvidenceLacks(id);
    }
    return record;
  }

  private @Nullable Delivery delivery() {
    return record == null ? null : record.delivery();
  }

  private Delivery.@Nullable Entry entry() {
    Delivery delivery = delivery();
    return delivery == null ? null : delivery.entry();
  }

  private Delivery.@Nullable Aftermath aftermath() {
    Delivery delivery = delivery();
    return delivery == null ? null : delivery.aftermath();
  }
}
