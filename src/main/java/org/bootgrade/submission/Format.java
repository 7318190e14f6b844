package org.bootgrade.submission;

import java.util.Arrays;

/** What a file is, by its first bytes. */
enum Format {
  ZIP,
  TAR,
  GZIP,
  SEVEN_ZIP("a 7z archive"),
  RAR("a RAR archive"),
  XZ("compressed with xz"),
  BZIP2("compressed with bzip2"),
  ZSTD("compressed with zstd"),
  SEVERAL("a tar and something else at once"),
  UNKNOWN("no archive");

  /** Bytes that are enough to tell: a tar's first record. */
  static final int HEAD = 512;

  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_BYTES = 8;

  private final String description;

  Format() {
    this("");
  }

  Format(String description) {
    this.description = description;
  }

  /** What it is instead of something that is accepted. */
  String description() {
    return description;
  }

  /**
   * @param head the first {@link #HEAD} bytes, or all if there are fewer
   */
  static Format of(byte[] head) {
    Format packed = byMagic(head);
    if (isTar(head)) {
      // A tar's first bytes are a name, so they can be another format's: it depends on the tool.
      return packed == UNKNOWN ? TAR : SEVERAL;
    }
    return packed;
  }

  private static Format byMagic(byte[] head) {
    if (starts(head, 'P', 'K', 3, 4)
        || starts(head, 'P', 'K', 5, 6)
        || starts(head, 'P', 'K', 7, 8)) {
      return ZIP;
    }
    if (starts(head, 0x1F, 0x8B)) {
      return GZIP;
    }
    if (starts(head, '7', 'z', 0xBC, 0xAF, 0x27, 0x1C)) {
      return SEVEN_ZIP;
    }
    if (starts(head, 'R', 'a', 'r', '!')) {
      return RAR;
    }
    if (starts(head, 0xFD, '7', 'z', 'X', 'Z')) {
      return XZ;
    }
    if (starts(head, 'B', 'Z', 'h')) {
      return BZIP2;
    }
    if (starts(head, 0x28, 0xB5, 0x2F, 0xFD)) {
      return ZSTD;
    }
    return UNKNOWN;
  }

  private static boolean starts(byte[] head, int... magic) {
    return head.length >= magic.length
        && Arrays.equals(head, 0, magic.length, toBytes(magic), 0, magic.length);
  }

  private static byte[] toBytes(int[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /**
   * By the header's checksum, as a tar of the seventh Unix has no magic; zeros are an empty tar.
   */
  private static boolean isTar(byte[] head) {
    if (head.length < HEAD) {
      return false;
    }
    long sum = 0;
    boolean zeros = true;
    for (int i = 0; i < HEAD; i++) {
      zeros &= head[i] == 0;
      sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_BYTES ? ' ' : head[i] & 0xFF;
    }
    return zeros || sum == octal(head, CHECKSUM, CHECKSUM_BYTES);
  }

  private static long octal(byte[] head, int from, int length) {
    long value = 0;
    boolean digits = false;
    for (int i = from; i < from + length; i++) {
      if (head[i] >= '0' && head[i] <= '7') {
        value = value * 8 + head[i] - '0';
        digits = true;
      } else if (digits || head[i] != ' ') {
        break;
      }
    }
    return digits ? value : -1;
  }
}
