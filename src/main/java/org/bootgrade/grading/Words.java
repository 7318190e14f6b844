package org.bootgrade.grading;

import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.SourceLocation;

/** Machine facts in a person's words. */
final class Words {

  private static final String[] NAMES = {
    "divide error",
    "debug exception",
    "non-maskable interrupt",
    "breakpoint",
    "overflow trap",
    "bound range exceeded",
    "invalid opcode",
    "device not available",
    "double fault",
    "coprocessor segment overrun",
    "invalid TSS",
    "segment not present",
    "stack-segment fault",
    "general protection fault",
    "page fault"
  };

  private Words() {}

  /** The name of a vector (Intel SDM vol. 3A, table 6-1). */
  static String vector(int vector) {
    return vector >= 0 && vector < NAMES.length ? NAMES[vector] : "vector " + vector;
  }

  static String of(ExceptionEvent event) {
    SourceLocation at = event.at();
    return "event %d: %s%s%s at RIP 0x%x%s, RSP 0x%x%s"
        .formatted(
            event.number(),
            vector(event.vector()),
            event.software() ? " asked for by an int instruction" : "",
            event.escalation() == null
                ? ""
                : " (%s while delivering %s)"
                    .formatted(
                        vector(event.escalation().second()), vector(event.escalation().first())),
            event.rip(),
            at == null ? "" : " (%s)".formatted(at.place()),
            event.rsp(),
            event.vector() == ExceptionEvent.PAGE_FAULT
                ? ", page-fault address 0x%x".formatted(event.cr2())
                : "");
  }
}
