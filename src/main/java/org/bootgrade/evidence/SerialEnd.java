package org.bootgrade.evidence;

import java.util.Objects;

/**
 * The end of a long output, of which the beginning is kept as well and the middle is not. A verdict
 * is mostly what a program prints last.
 *
 * @param offset how many bytes the guest had written before it
 * @param text as UTF-8 with every undecodable byte replaced
 */
public record SerialEnd(long offset, String text) {
  public SerialEnd {
    Objects.requireNonNull(text, "the end of an output has no text");
    if (offset < 0) {
      throw new IllegalArgumentException("an output does not end before it begins");
    }
  }

  /**
   * Where the end begins of which as much is kept as of the beginning, and which lies behind that.
   *
   * @param size of the output, in bytes
   * @param kept how much of its beginning is kept, in bytes
   * @return an offset; {@code size} or more where nothing is behind the beginning
   */
  public static long begin(long size, int kept) {
    return Math.max(kept, size - kept);
  }
}
