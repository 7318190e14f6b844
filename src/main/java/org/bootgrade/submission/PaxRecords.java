package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a pax extended header says: records {@code LENGTH KEY=VALUE\\n}, of which the last of a key
 * counts (POSIX.1-2017, pax, "pax Extended Header").
 *
 * @param values by key; bytes that are no UTF-8 are U+FFFD
 */
record PaxRecords(Map<String, String> values) {
  static final String PATH = "path";
  static final String LINK_PATH = "linkpath";

  /** Keys that say which entry this is, or where it ends. */
  private static final Set<String> DECISIVE = Set.of(PATH, LINK_PATH, "size");

  PaxRecords {
    values = Collections.unmodifiableMap(values);
  }

  /** Reads as strictly as the strictest of the common tools, so that none reads other records. */
  static PaxRecords read(byte[] bytes, int begin, int end) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    int at = begin;
    while (at < end) {
      int digit = at;
      int length = 0;
      while (digit < end && bytes[digit] >= '0' && bytes[digit] <= '9' && length < end) {
        length = length * 10 + bytes[digit++] - '0';
      }
      int next = at + length;
      int equals = digit;
      while (equals < Math.min(next, end) && bytes[equals] != '=') {
        equals++;
      }
      if (next <= digit
          || next > end
          || equals >= next
          || bytes[digit] != ' '
          || bytes[next - 1] != '\n') {
        throw new IOException("damaged pax record");
      }
      values.put(
          new String(bytes, digit + 1, equals - digit - 1, UTF_8),
          new String(bytes, equals + 1, next - 1 - equals - 1, UTF_8));
      at = next;
    }
    return new PaxRecords(values);
  }

  /** Whether it names, links or measures an entry. */
  boolean isDecisive() {
    return values.keySet().stream().anyMatch(DECISIVE::contains);
  }

  /** Whether it takes back what the entry's header says: tools know several meanings of that. */
  boolean hasEmptyDecision() {
    return DECISIVE.stream().anyMatch(key -> "".equals(values.get(key)));
  }

  /** Whether it describes a sparse file, by the keys of GNU tar or of star. */
  boolean isSparse() {
    return values.keySet().stream()
        .anyMatch(key -> key.startsWith("GNU.sparse.") || key.equals("SCHILY.realsize"));
  }
}
