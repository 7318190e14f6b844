package org.bootgrade.report;

/** What the processor's manual calls its exceptions (Intel SDM vol. 3A, table 6-1). */
final class Vectors {

  private Vectors() {}

  /** For example {@code 14 page fault}. */
  static String name(int vector) {
    return vector + " " + plain(vector);
  }

  /** For example {@code page fault}. */
  static String plain(int vector) {
    return switch (vector) {
      case 0 -> "divide error";
      case 1 -> "debug exception";
      case 2 -> "non-maskable interrupt";
      case 3 -> "breakpoint";
      case 4 -> "overflow";
      case 5 -> "bound range exceeded";
      case 6 -> "invalid opcode";
      case 7 -> "device not available";
      case 8 -> "double fault";
      case 10 -> "invalid TSS";
      case 11 -> "segment not present";
      case 12 -> "stack-segment fault";
      case 13 -> "general protection";
      case 14 -> "page fault";
      case 16 -> "x87 floating-point error";
      case 17 -> "alignment check";
      case 18 -> "machine check";
      case 19 -> "SIMD floating-point exception";
      case 20 -> "virtualization exception";
      case 21 -> "control protection exception";
      default -> vector < 32 ? "reserved exception" : "interrupt";
    };
  }
}
