package org.bootgrade.submission;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A zip's directory as it stands in the archive (APPNOTE.TXT 6.3.10, 4.3.12): what the archive
 * library does not tell of its entries, or merges.
 *
 * @param begin where it begins
 * @param entries in the order of the directory; one more than the limit if there are more
 */
record ZipDirectory(long begin, List<Listed> entries) {
  private static final int SIGNATURE = 0x02014B50;
  private static final int BYTES = 46;
  private static final int FLAGGED_UTF8 = 1 << 11;
  private static final int IN_ZIP64_FIELD = 0xFFFFFFFF;
  private static final int DISK_IN_ZIP64_FIELD = 0xFFFF;

  ZipDirectory {
    entries = Collections.unmodifiableList(entries);
  }

  /**
   * An entry.
   *
   * @param name as all tools read it, but for letters that are not ASCII, which they may spell
   *     differently; bytes that are no UTF-8 though said to be are U+FFFD
   * @param unix whether its attributes are those of Unix, by the system it was packed on
   */
  record Listed(String name, boolean unix) {}

  /** Reads, or refuses what tools read differently. */
  static ZipDirectory read(ZipBytes zip, IntakeLimits limits) throws IOException {
    ZipEnd end = ZipEnd.read(zip);
    zip.position(end.directory());
    // Not closed, as the zip would be with it.
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(Channels.newInputStream(zip), 1 << 16));
    List<Listed> entries = new ArrayList<>();
    long left = end.size();
    while (left > 0 && entries.size() <= limits.listedEntries()) {
      ByteBuffer header = read(in, (int) Math.min(BYTES, left));
      if (header.capacity() < BYTES || header.getInt(0) != SIGNATURE) {
        throw ZipEnd.disagreeing("how long the directory is");
      }
      int nameBytes = header.getShort(28) & 0xFFFF;
      int extraBytes = header.getShort(30) & 0xFFFF;
      int commentBytes = header.getShort(32) & 0xFFFF;
      left -= BYTES + nameBytes + extraBytes + commentBytes;
      if (left < 0) {
        throw ZipEnd.disagreeing("how long the directory is");
      }
      byte[] name = read(in, nameBytes).array();
      List<ExtraField> extra = ExtraField.in(read(in, extraBytes).array());
      read(in, commentBytes);
      Listed entry =
          new Listed(
              UnicodePath.name(name, isFlaggedUtf8(header.getShort(8)), extra), header.get(5) == 3);
      checkNumbers(header, extra, entry.name());
      entries.add(entry);
    }
    long counted = end.wide() ? entries.size() : entries.size() & 0xFFFF;
    if (left == 0 && counted != end.entries()) {
      throw ZipEnd.disagreeing("how many files there are");
    }
    return new ZipDirectory(end.directory(), separated(entries));
  }

  /**
   * Some packers of Windows write its own separator all over, which the standard forbids (4.4.17)
   * and unpackers mend. Where any name has the right one, a backslash is part of a name.
   */
  private static List<Listed> separated(List<Listed> entries) {
    boolean wrong =
        entries.stream().noneMatch(entry -> entry.unix() || entry.name().indexOf('/') >= 0);
    return wrong
        ? entries.stream().map(e -> new Listed(e.name().replace('\\', '/'), false)).toList()
        : entries;
  }

  /** By the general purpose bits of a header. */
  static boolean isFlaggedUtf8(int bits) {
    return (bits & FLAGGED_UTF8) != 0;
  }

  /** What stands in a field of 64 bits must stand there once, and its disk must be the only one. */
  private static void checkNumbers(ByteBuffer header, List<ExtraField> extra, String name)
      throws Refusal {
    int wide = 0;
    for (int at : new int[] {20, 24, 42}) {
      wide += header.getInt(at) == IN_ZIP64_FIELD ? 1 : 0;
    }
    List<ExtraField> fields = extra.stream().filter(f -> f.id() == ExtraField.ZIP64).toList();
    int disk = header.getShort(34) & 0xFFFF;
    if (disk == DISK_IN_ZIP64_FIELD && fields.size() == 1) {
      ExtraField field = fields.get(0);
      int at = wide * Long.BYTES;
      disk = field.data().length >= at + Integer.BYTES ? field.numbers().getInt(at) : disk;
    }
    if (disk != 0 || (wide > 0 && fields.size() != 1)) {
      throw new Refusal(
          "its directory tells no place or size of %s that all tools find; %s"
              .formatted(PathRules.shown(name), ZipEnd.AGAIN));
    }
  }

  private static ByteBuffer read(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
