package org.bootgrade.report;

import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InterruptStack;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Tables;
import org.jspecify.annotations.Nullable;

/**
 * What all boots of a program together tell about it: one boot saw its tables, another its stack.
 *
 * @param boots the program's boots
 * @param stack the stack it runs on, or null where no boot saw it
 * @param ownStack whether {@code stack} was seen in this program rather than in another of the
 *     submission
 * @param relative another program's boot in which tables were read, the kernel's if possible, or
 *     null where there is none
 */
record Background(
    List<BootRecord> boots,
    @Nullable MemoryExtent stack,
    boolean ownStack,
    @Nullable BootRecord relative) {

  static Background of(Evidence evidence, String program) {
    List<BootRecord> boots =
        evidence.boots().stream().filter(b -> b.program().equals(program)).toList();
    MemoryExtent own = stackOf(boots);
    return new Background(
        boots,
        own == null ? stackOf(evidence.boots()) : own,
        own != null,
        evidence.boots().stream()
            .filter(b -> !b.program().equals(program) && b.tables() != null)
            .findFirst()
            .orElse(null));
  }

  /** An overflow tells the stack's end for certain, a look at the tables only around RSP. */
  private static @Nullable MemoryExtent stackOf(List<BootRecord> boots) {
    for (BootRecord boot : boots) {
      Delivery delivery = boot.delivery();
      Delivery.Entry entry = delivery == null ? null : delivery.entry();
      if (entry != null && entry.overflowed() && entry.stack() != null) {
        return entry.stack();
      }
    }
    for (BootRecord boot : boots) {
      Tables tables = boot.tables();
      if (tables != null && tables.stack() != null) {
        return tables.stack();
      }
    }
    return null;
  }

  Optional<BootRecord> boot(Intervention intervention) {
    return boots.stream().filter(b -> b.intervention() == intervention).findFirst();
  }

  /** Whose stack {@link #stack} is, as the subject of a sentence. */
  String whose() {
    return ownStack
        ? "the stack"
        : "the stack of another program of the submission, which the same bootloader made,";
  }

  /** The tables, if the IDT that was in force then is the one that they were read with. */
  Optional<Tables> tables(TableRegister idt) {
    return boots.stream()
        .map(BootRecord::tables)
        .filter(t -> t != null && t.idt().equals(idt))
        .findFirst();
  }

  /** What is known of a slot of the interrupt stack table, from any boot that saw it. */
  Optional<InterruptStack> interruptStack(int slot) {
    return boots.stream()
        .map(BootRecord::tables)
        .filter(t -> t != null)
        .flatMap(t -> t.interruptStack(slot).stream())
        .findFirst();
  }

  /**
   * The gate that an experiment found the double fault handler in, as it is before any experiment.
   */
  Optional<IdtGate> gate(TableRegister idt, int vector) {
    return tables(idt)
        .flatMap(
            t ->
                Optional.ofNullable(
                    switch (vector) {
                      case ExceptionEvent.BREAKPOINT -> t.breakpointGate();
                      case ExceptionEvent.DOUBLE_FAULT -> t.doubleFaultGate();
                      case ExceptionEvent.PAGE_FAULT -> t.pageFaultGate();
                      default -> null;
                    }));
  }

  /**
   * An entry of the double fault handler.
   *
   * @param boot the id of the boot it was seen in
   */
  record Watched(String boot, Delivery.Entry entry) {}

  /**
   * The entry of the double fault handler after the same fault, watched on a machine without an
   * exit port.
   */
  Optional<Watched> watched(ExceptionEvent event) {
    return boot(Intervention.EXIT_PORT_ABSENT)
        .flatMap(
            b -> {
              Delivery delivery = b.delivery();
              Delivery.Entry entry = delivery == null ? null : delivery.entry();
              return entry != null
                      && entry.interruptedRip() == event.rip()
                      && entry.interruptedRsp() == event.rsp()
                  ? Optional.of(new Watched(b.id(), entry))
                  : Optional.empty();
            });
  }
}
