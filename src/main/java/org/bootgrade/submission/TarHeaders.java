package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/**
 * The records in front of an entry's content, as they stand in the archive: extensions, each a
 * header with its content, and last the entry's own header. The library has checked them; this
 * tells what it has rewritten.
 *
 * @param last the entry's own header
 * @param absolutePath the path that an extension gives, where it begins with a slash
 */
record TarHeaders(byte[] last, Optional<String> absolutePath) {
  static final TarHeaders NONE =
      new TarHeaders(new byte[TarConstants.DEFAULT_RCDSIZE], Optional.empty());

  private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;
  private static final int SIZE = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE = 156;

  /**
   * @param bytes what was read for the entry
   * @param from where the first header begins in it
   */
  static TarHeaders of(byte[] bytes, int from) {
    Optional<String> absolutePath = Optional.empty();
    int at = from;
    while (at + RECORD < bytes.length) {
      long size = TarUtils.parseOctalOrBinary(bytes, at + SIZE, SIZE_BYTES);
      if (size < 0 || size > bytes.length) {
        break;
      }
      int begin = at + RECORD;
      int end = (int) Math.min(bytes.length, begin + size);
      String path =
          switch (bytes[at + TYPE]) {
            case TarConstants.LF_GNUTYPE_LONGNAME -> new String(bytes, begin, end - begin, UTF_8);
            case TarConstants.LF_PAX_EXTENDED_HEADER_LC,
                TarConstants.LF_PAX_EXTENDED_HEADER_UC,
                TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER ->
                path(bytes, begin, end);
            default -> null;
          };
      if (path != null && path.startsWith("/")) {
        absolutePath = Optional.of(path);
      }
      at = begin + (int) ((size + RECORD - 1) / RECORD * RECORD);
    }
    byte[] last = Arrays.copyOfRange(bytes, Math.max(0, bytes.length - RECORD), bytes.length);
    return new TarHeaders(Arrays.copyOf(last, RECORD), absolutePath);
  }

  /** Of records {@code LENGTH KEY=VALUE\\n} the last path (POSIX.1-2017, pax extended header). */
  private static @Nullable String path(byte[] bytes, int begin, int end) {
    String path = null;
    int at = begin;
    while (at < end) {
      int length = 0;
      int digit = at;
      while (digit < end && bytes[digit] >= '0' && bytes[digit] <= '9') {
        length = Math.min(end, length * 10 + bytes[digit++] - '0');
      }
      if (length == 0) {
        break;
      }
      int next = Math.min(end, at + length);
      String record = new String(bytes, digit, Math.max(0, next - digit), UTF_8);
      if (record.startsWith(" path=")) {
        path = record.substring(" path=".length()).stripTrailing();
      }
      at = next;
    }
    return path;
  }
}
