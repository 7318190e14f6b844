package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The name of a zip's entry, which may be said twice: in the header, and in UTF-8 in an extra field
 * (APPNOTE.TXT 6.3.10, 4.6.9). Of Info-ZIP, 7-Zip, libarchive, Python and Java some heed the field
 * and some do not. So it counts only for what it is there for, a name that is not ASCII in a header
 * that does not tell its encoding, and must otherwise repeat the header.
 *
 * <p>A header that does not tell its encoding is in UTF-8 where tools of Unix wrote it, and in code
 * page 437 by the standard (appendix D.1), which is what Windows writes in the west, or differs
 * from it in rare letters only.
 */
final class UnicodePath {
  private static final int WORDS_BEGIN = 5;
  private static final Charset CODE_PAGE_437 = Charset.forName("IBM437");

  private UnicodePath() {}

  /**
   * The name, or a refusal.
   *
   * @param header the bytes of the name in the header
   * @param flaggedUtf8 whether the header says that they are UTF-8
   * @param extra all extra fields of that header
   */
  static String name(byte[] header, boolean flaggedUtf8, List<ExtraField> extra) throws Refusal {
    String own =
        flaggedUtf8 || isUtf8(header)
            ? new String(header, UTF_8)
            : new String(header, CODE_PAGE_437);
    Set<String> said = new LinkedHashSet<>();
    boolean fits = true;
    for (ExtraField field : extra) {
      if (field.id() == ExtraField.UNICODE_PATH && field.data().length >= WORDS_BEGIN) {
        byte[] data = field.data();
        said.add(new String(data, WORDS_BEGIN, data.length - WORDS_BEGIN, UTF_8));
        fits &= data[0] == 1 && field.numbers().getInt(1) == crc(header);
      }
    }
    if (said.isEmpty() || said.equals(Set.of(own))) {
      return own;
    }
    String other = said.stream().filter(name -> !name.equals(own)).findFirst().orElse(own);
    if (said.size() > 1
        || !fits
        || flaggedUtf8
        || !isAnotherSpelling(new String(header, ISO_8859_1), other)) {
      throw new Refusal(
          "one entry is called both %s and %s in it, and tools differ in which counts; %s"
              .formatted(PathRules.shown(own), PathRules.shown(other), ZipEnd.AGAIN));
    }
    return other;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Whether two paths differ only in how what is not ASCII is written. */
  private static boolean isAnotherSpelling(String latin, String unicode) {
    String[] one = latin.split("/", -1);
    String[] other = unicode.split("/", -1);
    boolean same = one.length == other.length;
    for (int i = 0; same && i < one.length; i++) {
      same =
          isAscii(one[i])
              ? one[i].equals(other[i])
              : !isAscii(other[i]) && ending(one[i]).equals(ending(other[i]));
    }
    return same;
  }

  /** What begins with the last dot, which says what kind of file it is; if that is ASCII. */
  private static String ending(String name) {
    String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
    return name.indexOf('.') >= 0 && isAscii(ending) ? ending : "";
  }

  private static boolean isAscii(String text) {
    return US_ASCII.newEncoder().canEncode(text);
  }
}
