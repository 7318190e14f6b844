package org.bootgrade.sandbox;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A sign in a stream, and some bytes behind it. What comes before is passed on as it comes, but for
 * a tail that may be the sign's beginning; nothing of the mark itself is ever passed on.
 */
final class Mark {

  private static final byte[] NOTHING = {};

  private final byte[] sign;
  private final int length;
  private byte[] held = NOTHING;

  /**
   * @param sign what the mark begins with; the stream must not hold it otherwise
   * @param behind how many bytes follow it that belong to the mark
   */
  Mark(byte[] sign, int behind) {
    this.sign = sign.clone();
    this.length = sign.length + behind;
  }

  /**
   * Reads on in the stream. Not to be called again after the mark was read.
   *
   * @param before takes what is before the mark
   * @return whether the whole mark has been read
   */
  boolean read(byte[] bytes, Consumer<byte[]> before) {
    byte[] all = bytes;
    if (held.length > 0) {
      all = Arrays.copyOf(held, held.length + bytes.length);
      System.arraycopy(bytes, 0, all, held.length, bytes.length);
    }
    int start = start(all);
    if (start > 0) {
      before.accept(Arrays.copyOf(all, start));
    }
    held = Arrays.copyOfRange(all, start, all.length);
    return held.length >= length;
  }

  /** The bytes behind the sign that belong to the mark. */
  byte[] behind() {
    return Arrays.copyOfRange(held, sign.length, length);
  }

  /** Whether more came together with the mark, behind it. */
  boolean moreCame() {
    return held.length > length;
  }

  /** Where the sign is or may begin, or the bytes' end. */
  private int start(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      int end = Math.min(bytes.length, i + sign.length);
      if (bytes[i] == sign[0] && Arrays.equals(bytes, i, end, sign, 0, end - i)) {
        return i;
      }
    }
    return bytes.length;
  }
}
