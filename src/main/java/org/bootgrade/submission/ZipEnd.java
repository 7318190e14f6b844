package org.bootgrade.submission;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where a zip's directory lies, by the records behind it (APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16).
 * Tools find the directory by different ones of their fields: by its place, by its size, counted
 * from the end, or by the records of 64 bits. So all of them must lead to the same.
 *
 * @param directory where the directory begins
 * @param size its length in bytes
 * @param entries how many it is said to hold
 * @param wide whether that is a number of 64 bits, and not only the last 16 of one
 */
record ZipEnd(long directory, long size, long entries, boolean wide) {
  /** What to do about a zip that no usual tool has written. */
  static final String AGAIN = "pack the folder again into one new zip, with 'zip -r' or Explorer";

  private static final int SIGNATURE = 0x06054B50;
  private static final int BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int LOCATOR_SIGNATURE = 0x07064B50;
  private static final int LOCATOR_BYTES = 20;
  private static final int WIDE_SIGNATURE = 0x06064B50;
  private static final int WIDE_BYTES = 56;

  /** Bytes of the record of 64 bits that its own size does not count. */
  private static final int WIDE_HEAD = 12;

  /** Reads and compares, or refuses. */
  static ZipEnd read(ZipBytes zip) throws IOException {
    int length = (int) Math.min(zip.size(), BYTES + LONGEST_COMMENT);
    long tailBegin = zip.size() - length;
    ByteBuffer tail = zip.at(tailBegin, length);
    int at = length - BYTES;
    while (at >= 0 && tail.getInt(at) != SIGNATURE) {
      at--;
    }
    if (at < 0 || at + BYTES + unsigned(tail.getShort(at + 20)) > length) {
      throw new IOException("the zip has no whole end record");
    }
    long end = tailBegin + at;
    ByteBuffer locator = end < LOCATOR_BYTES ? null : zip.at(end - LOCATOR_BYTES, LOCATOR_BYTES);
    boolean wide = locator != null && locator.getInt(0) == LOCATOR_SIGNATURE;
    Fields fields = Fields.of(tail, at);
    if (wide && locator != null) {
      fields = wide(zip, locator, end - LOCATOR_BYTES, fields);
      end = locator.getLong(8);
    }
    if (fields.disk != 0 || fields.directoryDisk != 0 || fields.entriesHere != fields.entries) {
      throw disagreeing("how many disks it lies on");
    }
    if (fields.size < 0 || fields.directory < 0 || fields.size > end) {
      throw disagreeing("how long the directory is");
    }
    if (fields.directory + fields.size != end) {
      throw new Refusal(
          "its directory is not where its end record says, as where other data or another zip"
              + " stands in front of it; "
              + AGAIN);
    }
    return new ZipEnd(fields.directory, fields.size, fields.entries, wide);
  }

  private static Fields wide(ZipBytes zip, ByteBuffer locator, long locatorAt, Fields narrow)
      throws IOException {
    long at = locator.getLong(8);
    if (at < 0 || at > locatorAt - WIDE_BYTES) {
      throw disagreeing("where its records of 64 bits lie");
    }
    ByteBuffer record = zip.at(at, WIDE_BYTES);
    if (record.getInt(0) != WIDE_SIGNATURE
        || record.getLong(4) != locatorAt - at - WIDE_HEAD
        || locator.getInt(4) != 0
        || (locator.getInt(16) & ~1) != 0) {
      throw disagreeing("where its records of 64 bits lie");
    }
    Fields wide =
        new Fields(
            record.getInt(16),
            record.getInt(20),
            record.getLong(24),
            record.getLong(32),
            record.getLong(40),
            record.getLong(48));
    if (!narrow.agreesWith(wide)) {
      throw disagreeing("where its directory lies");
    }
    return wide;
  }

  static Refusal disagreeing(String about) {
    return new Refusal("its end records and its directory disagree about " + about + "; " + AGAIN);
  }

  private static int unsigned(short value) {
    return value & 0xFFFF;
  }

  /** What both forms of the record hold. */
  private record Fields(
      long disk, long directoryDisk, long entriesHere, long entries, long size, long directory) {
    private static final long NONE_16 = 0xFFFF;
    private static final long NONE_32 = 0xFFFFFFFFL;

    static Fields of(ByteBuffer bytes, int at) {
      return new Fields(
          unsigned(bytes.getShort(at + 4)),
          unsigned(bytes.getShort(at + 6)),
          unsigned(bytes.getShort(at + 8)),
          unsigned(bytes.getShort(at + 10)),
          bytes.getInt(at + 12) & NONE_32,
          bytes.getInt(at + 16) & NONE_32);
    }

    /** All ones say that the number is in the other record. */
    boolean agreesWith(Fields wide) {
      return (disk == NONE_16 || disk == wide.disk)
          && (directoryDisk == NONE_16 || directoryDisk == wide.directoryDisk)
          && (entriesHere == NONE_16 || entriesHere == wide.entriesHere)
          && (entries == NONE_16 || entries == wide.entries)
          && (size == NONE_32 || size == wide.size)
          && (directory == NONE_32 || directory == wide.directory);
    }
  }
}
