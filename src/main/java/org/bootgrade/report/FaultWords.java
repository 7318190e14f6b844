package org.bootgrade.report;

import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.SourceLocation;
import org.jspecify.annotations.Nullable;

/** What a processor means by an exception, in a person's words. */
final class FaultWords {

  private static final int GENERAL_PROTECTION = 13;
  private static final int INVALID_TSS = 10;
  private static final int NOT_PRESENT = 11;
  private static final int STACK_SEGMENT = 12;
  private static final long PAGE = 4096;

  /** How far below a stack its own frames can still reach. */
  private static final long FRAMES = 64 << 10;

  private FaultWords() {}

  static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  /** For example {@code 20 KiB} or {@code 48 bytes}. */
  static String size(long bytes) {
    if (bytes == 1) {
      return "1 byte";
    }
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1024 && bytes % 1024 == 0 ? (bytes >> 10) + " KiB" : bytes + " bytes";
  }

  /** For example {@code 0x2000 to 0x4000 (8 KiB)}. */
  static String extent(MemoryExtent extent) {
    return "%s to %s (%s)".formatted(hex(extent.start()), hex(extent.end()), size(extent.size()));
  }

  /** For example {@code RIP 0x203c67, in main (src/main.rs:3)}. */
  static String place(String register, long address, @Nullable SourceLocation at) {
    String word = register.isEmpty() ? "" : register + " ";
    return at == null
        ? word + hex(address) + ", of which no source line is known"
        : "%s%s, in %s".formatted(word, hex(address), at.functionAndPlace());
  }

  /** For example {@code page fault (vector 14)}. */
  static String vector(int vector) {
    return "%s (vector %d)".formatted(Vectors.plain(vector), vector);
  }

  /** The error code of an exception in words; empty for a vector that has none to tell. */
  static String errorCode(ExceptionEvent event) {
    if (event.software()) {
      return "";
    }
    return switch (event.vector()) {
      case ExceptionEvent.PAGE_FAULT -> pageFaultCode(event.errorCode());
      case INVALID_TSS, NOT_PRESENT, STACK_SEGMENT, GENERAL_PROTECTION ->
          selectorCode(event.errorCode());
      default -> "";
    };
  }

  /** Intel SDM vol. 3A, figure 4-12. */
  private static String pageFaultCode(long code) {
    boolean fetch = bit(code, 4);
    StringBuilder words = new StringBuilder("Its error code is " + hex(code) + ": ");
    words.append(
        bit(code, 0)
            ? "P = 1, the page is there but does not allow this"
            : "P = 0, no page is mapped there");
    words.append(
        bit(code, 1) ? "; W = 1, it was a write" : fetch ? "; W = 0" : "; W = 0, it was a read");
    words.append(bit(code, 2) ? "; U = 1, by user code" : "; U = 0, by the kernel");
    words.append(
        bit(code, 3) ? "; RSVD = 1, a page table entry has reserved bits set" : "; RSVD = 0");
    words.append(fetch ? "; I = 1, it fetched an instruction" : "; I = 0, no instruction fetch");
    if (bit(code, 5)) {
      words.append("; PK = 1, a protection key forbids it");
    }
    if (bit(code, 6)) {
      words.append("; SS = 1, an access to a shadow stack");
    }
    if (bit(code, 15)) {
      words.append("; SGX = 1");
    }
    return words.append('.').toString();
  }

  /** Intel SDM vol. 3A, figure 6-7. */
  private static String selectorCode(long code) {
    if (code == 0) {
      return "Its error code is 0x0: it names no selector.";
    }
    String table =
        bit(code, 1)
            ? "gate %d of the IDT".formatted(code >> 3 & 0x1fff)
            : "selector %s of the %s".formatted(hex(code & 0xfff8), bit(code, 2) ? "LDT" : "GDT");
    return "Its error code is %s: it is about %s%s."
        .formatted(
            hex(code),
            table,
            bit(code, 0) ? "; EXT = 1, it came while another event was delivered" : "");
  }

  private static boolean bit(long value, int bit) {
    return (value >>> bit & 1) == 1;
  }

  /**
   * Where the address of a page fault lies by the stack.
   *
   * @param stack the program's stack, or null where it is not known
   * @param whose whose stack that is, as the subject of a sentence
   */
  static String address(ExceptionEvent event, @Nullable MemoryExtent stack, String whose) {
    long cr2 = event.cr2();
    String begin = "CR2, the address it wanted, is " + hex(cr2);
    if (stack == null) {
      return begin
          + (Long.compareUnsigned(cr2, PAGE) < 0 ? ": a null pointer, or close to one." : ".");
    }
    String where = "%s lies at %s".formatted(whose, extent(stack));
    if (stack.contains(cr2)) {
      return "%s, inside of the stack: %s.".formatted(begin, where);
    }
    long below = stack.start() - cr2;
    if (below > 0 && below <= FRAMES) {
      return "%s, %s below the end of the stack, %s: %s. %s"
          .formatted(
              begin,
              size(below),
              below <= PAGE ? "in its guard page" : "beyond its guard page",
              where,
              depth(event, stack));
    }
    if (Long.compareUnsigned(cr2, PAGE) < 0) {
      return begin + ": a null pointer, or close to one.";
    }
    return "%s, far from the stack: %s, and RSP is %s.".formatted(begin, where, hex(event.rsp()));
  }

  private static String depth(ExceptionEvent event, MemoryExtent stack) {
    long above = event.rsp() - stack.start();
    String rsp =
        above >= 0
            ? "RSP is %s, %s".formatted(hex(event.rsp()), left(above))
            : "RSP is %s, already %s below it".formatted(hex(event.rsp()), size(-above));
    return rsp + ": the stack has overflowed.";
  }

  private static String left(long above) {
    return above == 0 ? "its very end" : size(above) + " above its end";
  }

  /** Why an exception could not be delivered, from the one that came in the way. */
  static String obstacle(Escalation escalation) {
    int gate = escalation.first();
    String second = vector(escalation.second());
    return switch (escalation.second()) {
      case NOT_PRESENT ->
          "Delivering it caused a %s: gate %d of the IDT is not marked present, so no handler was set for it."
              .formatted(second, gate);
      case GENERAL_PROTECTION ->
          "Delivering it caused a %s: gate %d lies beyond the IDT's limit, is of no valid type, or names no usable code segment."
              .formatted(second, gate);
      case ExceptionEvent.PAGE_FAULT ->
          "Delivering it caused a %s of its own: the processor could not read the IDT, GDT or TSS, or could not push the handler's frame onto the stack."
              .formatted(second);
      case INVALID_TSS ->
          "Delivering it caused an %s: the stack that gate %d names lies beyond the limit of the TSS in TR."
              .formatted(second, gate);
      case STACK_SEGMENT ->
          "Delivering it caused a %s: the stack pointer to push the handler's frame at is no valid address."
              .formatted(second);
      default -> "Delivering it caused a %s.".formatted(second);
    };
  }
}
