package org.bootgrade.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * A few changes to bytes that are otherwise right. As a sample it is short, whatever it is applied
 * to, so that a failure's report says all that is needed to see it again.
 *
 * @param edits in the order in which they are made
 */
public record Damage(List<Edit> edits) {

  private static final int FARTHEST = 1 << 20;
  private static final int LONGEST = 64;

  private enum Kind {
    OVERWRITE,
    INSERT,
    DELETE,
    REPEAT,
    CUT
  }

  /**
   * One change.
   *
   * @param kind what is done
   * @param at where, modulo the length
   * @param length how many bytes are deleted or repeated
   * @param with what is written or inserted, each character a byte
   */
  private record Edit(Kind kind, int at, int length, String with) {
    byte[] to(byte[] bytes) {
      int from = bytes.length == 0 ? 0 : at % bytes.length;
      int end = Math.min(bytes.length, from + length);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, from);
      byte[] fresh = with.getBytes(ISO_8859_1);
      switch (kind) {
        case OVERWRITE -> {
          out.writeBytes(fresh);
          int rest = Math.min(bytes.length, from + fresh.length);
          out.write(bytes, rest, bytes.length - rest);
        }
        case INSERT -> {
          out.writeBytes(fresh);
          out.write(bytes, from, bytes.length - from);
        }
        case DELETE -> out.write(bytes, end, bytes.length - end);
        case REPEAT -> {
          out.write(bytes, from, end - from);
          out.write(bytes, from, bytes.length - from);
        }
        case CUT -> {
          // Nothing more.
        }
        default -> throw new AssertionError(kind);
      }
      return out.toByteArray();
    }

    @Override
    public String toString() {
      String shown =
          with.chars()
              .mapToObj(c -> c > 0x20 && c < 0x7f ? "" + (char) c : "\\x%02x".formatted(c))
              .collect(Collectors.joining());
      return "%s at %d (%d) \"%s\"".formatted(kind, at, length, shown);
    }
  }

  public Damage {
    edits = List.copyOf(edits);
  }

  /** Changes that write any bytes. */
  public static Arbitrary<Damage> anyBytes() {
    return of(Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(8));
  }

  /**
   * Changes that write words, or any bytes.
   *
   * @param words what means something to whoever reads it
   */
  public static Arbitrary<Damage> with(String... words) {
    List<String> bytes =
        List.of(words).stream().map(w -> new String(w.getBytes(UTF_8), ISO_8859_1)).toList();
    return of(
        Arbitraries.oneOf(
            Arbitraries.of(bytes),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(8)));
  }

  private static Arbitrary<Damage> of(Arbitrary<String> contents) {
    Arbitrary<Edit> edit =
        Combinators.combine(
                Arbitraries.frequency(
                    Tuple.of(8, Kind.OVERWRITE),
                    Tuple.of(2, Kind.INSERT),
                    Tuple.of(2, Kind.DELETE),
                    Tuple.of(2, Kind.REPEAT),
                    Tuple.of(1, Kind.CUT)),
                // Evenly, as else most changes would be made to the beginning.
                Arbitraries.integers()
                    .between(0, FARTHEST)
                    .withDistribution(RandomDistribution.uniform())
                    .withoutEdgeCases(),
                Arbitraries.integers().between(0, LONGEST),
                contents)
            .as(Edit::new);
    return edit.list().ofMinSize(1).ofMaxSize(5).map(Damage::new);
  }

  /** The bytes with all changes made. */
  public byte[] to(byte[] bytes) {
    byte[] changed = bytes;
    for (Edit edit : edits) {
      changed = edit.to(changed);
    }
    return changed;
  }

  /** The bytes with all changes made between two places of them. */
  public byte[] to(byte[] bytes, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(to(Arrays.copyOfRange(bytes, from, to)));
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  /** The text with all changes made to its UTF-8. */
  public String to(String text) {
    return new String(to(text.getBytes(UTF_8)), UTF_8);
  }
}
