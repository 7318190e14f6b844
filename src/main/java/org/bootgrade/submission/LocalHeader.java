package org.bootgrade.submission;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * A zip's header in front of a file, held against the central directory. Where the two differ one
 * tool unpacks another tree than the next, so that what a person looked at is not what is graded.
 *
 * @param name of the entry
 * @param start where the header begins in the zip
 * @param end where the file's packed content ends, by the central directory
 */
record LocalHeader(String name, long start, long end) {
  private static final int BYTES = 30;
  private static final int SIGNATURE = 0x04034B50;
  private static final int ENCRYPTED = 1;
  private static final int SIZES_FOLLOW_CONTENT = 1 << 3;
  private static final long IN_ZIP64_FIELD = 0xFFFFFFFFL;

  /**
   * Reads it and compares its name, or refuses.
   *
   * @param name the entry's by the directory
   */
  static LocalHeader named(ZipBytes zip, ZipArchiveEntry entry, String name) throws IOException {
    return read(zip, entry, name).place();
  }

  /** Reads it and compares all that it says, or refuses. */
  static LocalHeader check(ZipBytes zip, ZipArchiveEntry entry, String name) throws IOException {
    Content content = read(zip, entry, name);
    ByteBuffer header = content.header();
    int flags = header.getShort(6) & 0xFFFF;
    boolean same = (header.getShort(8) & 0xFFFF) == entry.getMethod() && (flags & ENCRYPTED) == 0;
    if ((flags & SIZES_FOLLOW_CONTENT) == 0) {
      same &=
          unsigned(header, 14) == entry.getCrc()
              && content.unpacked() == entry.getSize()
              && content.packed() == entry.getCompressedSize();
    }
    if (!same) {
      throw disagreeing(name);
    }
    return content.place();
  }

  private static Content read(ZipBytes zip, ZipArchiveEntry entry, String name) throws IOException {
    long start = entry.getLocalHeaderOffset();
    if (start < 0 || start > zip.size() - BYTES || entry.getCompressedSize() < 0) {
      throw disagreeing(name);
    }
    ByteBuffer header = zip.at(start, BYTES);
    int nameBytes = header.getShort(26) & 0xFFFF;
    int extraBytes = header.getShort(28) & 0xFFFF;
    long begin = start + BYTES + nameBytes + extraBytes;
    if (header.getInt(0) != SIGNATURE || entry.getCompressedSize() > zip.size() - begin) {
      throw disagreeing(name);
    }
    byte[] rawName = zip.at(start + BYTES, nameBytes).array();
    List<ExtraField> extra = ExtraField.in(zip.at(begin - extraBytes, extraBytes).array());
    boolean flaggedUtf8 = ZipDirectory.isFlaggedUtf8(header.getShort(6));
    boolean saysMore = extra.stream().anyMatch(f -> f.id() == ExtraField.UNICODE_PATH);
    if (!Arrays.equals(rawName, entry.getRawName())
        || (saysMore && !UnicodePath.name(rawName, flaggedUtf8, extra).equals(name))) {
      throw disagreeing(name);
    }
    LocalHeader place = new LocalHeader(name, start, begin + entry.getCompressedSize());
    return new Content(header, extra, place);
  }

  private static Refusal disagreeing(String name) {
    return new Refusal(
        "its directory and its contents disagree about %s; pack the project again"
            .formatted(PathRules.shown(name)));
  }

  private static long unsigned(ByteBuffer header, int at) {
    return header.getInt(at) & 0xFFFFFFFFL;
  }

  /** The header and its extra fields, until they are compared. */
  private record Content(ByteBuffer header, List<ExtraField> extra, LocalHeader place) {
    long unpacked() {
      return wide(unsigned(header, 22), 0);
    }

    long packed() {
      return wide(unsigned(header, 18), unsigned(header, 22) == IN_ZIP64_FIELD ? Long.BYTES : 0);
    }

    /** A number that may stand in the field of 64 bits, or -1 if it is not there. */
    private long wide(long narrow, int at) {
      if (narrow != IN_ZIP64_FIELD) {
        return narrow;
      }
      List<ExtraField> fields = extra.stream().filter(f -> f.id() == ExtraField.ZIP64).toList();
      return fields.size() == 1 && fields.get(0).data().length >= at + Long.BYTES
          ? fields.get(0).numbers().getLong(at)
          : -1;
    }
  }
}
