package org.bootgrade.submission;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * A zip's header in front of a file, held against the central directory. Where the two differ one
 * tool unpacks another tree than the next, so that what a person looked at is not what is graded.
 *
 * @param start where the header begins in the zip
 * @param end where the file's packed content ends, by the central directory
 */
record LocalHeader(long start, long end) {
  private static final int BYTES = 30;
  private static final int SIGNATURE = 0x04034B50;
  private static final int ENCRYPTED = 1;
  private static final int SIZES_FOLLOW_CONTENT = 1 << 3;
  private static final long IN_ZIP64_FIELD = 0xFFFFFFFFL;

  /** Reads and compares, or refuses. */
  static LocalHeader check(SeekableByteChannel zip, ZipArchiveEntry entry) throws IOException {
    long start = entry.getLocalHeaderOffset();
    ByteBuffer header = read(zip, start, BYTES);
    int flags = header.getShort(6) & 0xFFFF;
    int nameBytes = header.getShort(26) & 0xFFFF;
    int extraBytes = header.getShort(28) & 0xFFFF;
    boolean same =
        header.getInt(0) == SIGNATURE
            && (header.getShort(8) & 0xFFFF) == entry.getMethod()
            && (flags & ENCRYPTED) == 0
            && Arrays.equals(read(zip, start + BYTES, nameBytes).array(), entry.getRawName());
    if ((flags & SIZES_FOLLOW_CONTENT) == 0) {
      same &=
          unsigned(header, 14) == entry.getCrc()
              && sameSize(unsigned(header, 18), entry.getCompressedSize())
              && sameSize(unsigned(header, 22), entry.getSize());
    }
    long end = start + BYTES + nameBytes + extraBytes + entry.getCompressedSize();
    if (!same || entry.getCompressedSize() < 0 || end > zip.size()) {
      throw new Refusal(
          "its directory and its contents disagree about %s; pack the project again"
              .formatted(PathRules.shown(entry.getName())));
    }
    return new LocalHeader(start, end);
  }

  private static boolean sameSize(long local, long central) {
    return local == central || local == IN_ZIP64_FIELD;
  }

  private static long unsigned(ByteBuffer header, int at) {
    return header.getInt(at) & 0xFFFFFFFFL;
  }

  private static ByteBuffer read(SeekableByteChannel zip, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    zip.position(at);
    while (buffer.hasRemaining()) {
      if (zip.read(buffer) < 0) {
        throw new IOException("the zip ends within a header");
      }
    }
    return buffer.flip();
  }
}
