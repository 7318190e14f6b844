package org.bootgrade.evidence;

/**
 * How a stack was used on the way to its end. A function that calls itself writes to all of it; a
 * stack pointer that was set by hand leaves it as it was.
 *
 * @param pages how many pages of 4 KiB, between the stack's end and where the program began, had
 *     never been written to when the program began; 0 where it was another stack than that one
 * @param untouched how many of them had still not been at the fault, by the dirty flags of the page
 *     tables (Intel SDM vol. 3A, 4.8)
 * @param words how many values of 8 bytes, of those in the stack's lowest 16 KiB, were others at
 *     the fault than when the program began
 * @param size of the stack that was overflowed, in bytes
 * @param ahead how far below the stack pointer a page at the stack's end, or one in its middle, was
 *     written to, in bytes: the least for each, and the more of the two; 0 where that was not seen
 * @param frame how large the frame is, in bytes, that the faulting function makes for itself and
 *     that alone reaches from above the stack's end to below it; 0 where none does
 */
public record Descent(int pages, int untouched, int words, long size, long ahead, long frame) {

  /** A return address, what a function saves and its local variable, twice. */
  private static final int FEWEST_WORDS = 4;

  /** A smaller stack is not looked at while it is used. */
  public static final long SMALL = 64 << 10;

  /**
   * Whether most of the stack was passed over, or filled without being used, but not by a frame
   * that is larger than it.
   */
  public boolean leapt() {
    return frame == 0
        && (untouched * 2 > pages || (pages == 0 && words < FEWEST_WORDS) || filled());
  }

  /** Whether the stack was written to far below the stack pointer only. */
  public boolean filled() {
    return ahead > SMALL;
  }
}
