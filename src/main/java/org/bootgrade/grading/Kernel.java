package org.bootgrade.grading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.Tables;

/** The kernel as it is meant to run, and what was done to it while it ran. */
public final class Kernel {

  private final Submission submission;
  private final String program;

  Kernel(Submission submission, String program) {
    this.submission = submission;
    this.program = program;
  }

  /** The kernel as it was handed in. */
  public Experiment asSubmitted() {
    return experiment(Intervention.AS_SUBMITTED);
  }

  /** Whether it triple faults all by itself. */
  public boolean tripleFaultsByItself() {
    return record(Intervention.AS_SUBMITTED)
        .filter(r -> r.ending() instanceof Ending.TripleFault)
        .isPresent();
  }

  /** A write to an unmapped address, put into the kernel where it waits. */
  public Experiment wildWrite() {
    return experiment(Intervention.WILD_WRITE);
  }

  /** The same, with gate 8's IST field cleared. */
  public Experiment wildWriteWithoutIst() {
    return experiment(Intervention.WILD_WRITE_WITHOUT_IST);
  }

  /** An overflow of the kernel's stack, put into the kernel where it waits. */
  public Experiment overflow() {
    return experiment(Intervention.OVERFLOW);
  }

  /** The same, with gate 8's IST field cleared. */
  public Experiment overflowWithoutIst() {
    return experiment(Intervention.OVERFLOW_WITHOUT_IST);
  }

  /** An {@code int3}, put into the kernel where it waits. */
  public Experiment breakpoint() {
    return experiment(Intervention.BREAKPOINT);
  }

  /** All experiments in which the double fault handler may have been entered. */
  public List<Experiment> doubleFaults() {
    List<Experiment> all = new ArrayList<>();
    for (Intervention intervention :
        List.of(
            Intervention.WILD_WRITE,
            Intervention.WILD_WRITE_WITHOUT_IST,
            Intervention.HANDLER_WATCHED,
            Intervention.OVERFLOW,
            Intervention.EXIT_PORT_ABSENT)) {
      Experiment experiment = experiment(intervention);
      // A kernel that never faults by itself has nothing to show without an exit port.
      boolean optional = intervention == Intervention.EXIT_PORT_ABSENT;
      if ((!optional || record(intervention).isPresent()) && experiment.ran()) {
        all.add(experiment);
      }
    }
    return all;
  }

  /**
   * Whether the kernel by itself came to the very double fault that it had met before, with the
   * same stack pointer: then its handler gave control back in between. Handlers that fault
   * themselves do so with another stack pointer than the kernel's.
   */
  public boolean doubleFaultsAgain() {
    List<ExceptionEvent> faults =
        record(Intervention.AS_SUBMITTED).stream()
            .flatMap(r -> r.events().stream())
            .filter(ExceptionEvent::doubleFault)
            .toList();
    return faults.stream()
        .skip(1)
        .anyMatch(f -> f.rip() == faults.get(0).rip() && f.rsp() == faults.get(0).rsp());
  }

  /** The processor's tables, read from the machine's memory while the kernel waited. */
  public Optional<DescriptorTables> tables() {
    return record(Intervention.INSPECTED)
        .filter(r -> r.tables() != null)
        .map(
            r -> {
              Tables tables = r.tables();
              if (tables == null) {
                throw new IllegalStateException("filtered");
              }
              return new DescriptorTables(tables, EvidenceReference.boot(r.id()));
            });
  }

  /** Why its tables could not be read, as a sentence. */
  public String whyNoTables() {
    return experiment(Intervention.INSPECTED).whyNot();
  }

  private Experiment experiment(Intervention intervention) {
    return new Experiment(BootRecord.id(program, intervention), record(intervention).orElse(null));
  }

  private Optional<BootRecord> record(Intervention intervention) {
    return submission.evidence().boot(program, intervention);
  }
}
