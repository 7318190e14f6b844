package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * What the records in front of an entry's content say, read from their bytes: extensions, each a
 * header with its content, and last the entry's own header. The library has checked them; but it
 * rewrites names, and it takes one meaning where other tools take another.
 *
 * @param name the entry's, as all tools read it; bytes that are no UTF-8 are U+FFFD
 * @param linkName what it links to, read likewise; empty if nothing is named
 */
record TarHeaders(String name, String linkName) {
  static final TarHeaders NONE = new TarHeaders("", "");

  private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;
  private static final int NAME_BYTES = 100;
  private static final int SIZE = 124;
  private static final int SIZE_BYTES = 12;
  private static final int TYPE = 156;
  private static final int LINK = 157;
  private static final int MAGIC = 257;
  private static final byte[] USTAR = "ustar\0".getBytes(US_ASCII);
  private static final int PREFIX = 345;
  private static final int PREFIX_BYTES = 155;
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * Reads, or refuses what tools read differently.
   *
   * @param bytes what was read for the entry
   * @param from where the first header begins in it
   */
  static TarHeaders of(byte[] bytes, int from) throws IOException {
    int last = bytes.length - RECORD;
    if (from > last) {
      throw new IOException("damaged tar header");
    }
    String header = name(bytes, last);
    TarExtensions extensions = new TarExtensions(header);
    int at = from;
    while (at < last) {
      checkSum(bytes, at);
      long size = size(bytes, at);
      if (size < 0 || size > last - at - RECORD) {
        throw new IOException("damaged tar header");
      }
      int begin = at + RECORD;
      int end = begin + (int) size;
      extensions.add(bytes[at + TYPE], bytes, begin, end);
      at = begin + (int) ((size + RECORD - 1) / RECORD * RECORD);
    }
    if (at != last) {
      throw new IOException("damaged tar header");
    }
    String extended = extensions.name();
    String name = extended == null ? header : extended;
    checkHeader(bytes, last, header, name);
    String link = extensions.linkName();
    return new TarHeaders(name, link == null ? text(bytes, last + LINK, NAME_BYTES) : link);
  }

  /**
   * The library asks it only of the entry's own header; other tools skip an extension like that.
   */
  private static void checkSum(byte[] bytes, int header) throws IOException {
    if (!TarUtils.verifyCheckSum(Arrays.copyOfRange(bytes, header, header + RECORD))) {
      throw new IOException("damaged tar header");
    }
  }

  private static long size(byte[] bytes, int header) throws IOException {
    try {
      return TarUtils.parseOctalOrBinary(bytes, header + SIZE, SIZE_BYTES);
    } catch (IllegalArgumentException e) {
      throw new IOException("damaged tar header", e);
    }
  }

  /** By POSIX.1-2017, pax, "ustar Interchange Format": a prefix counts only behind its magic. */
  private static String name(byte[] bytes, int header) {
    String name = text(bytes, header, NAME_BYTES);
    String prefix = text(bytes, header + PREFIX, PREFIX_BYTES);
    return prefix.isEmpty() || !isPosix(bytes, header) ? name : prefix + "/" + name;
  }

  private static boolean isPosix(byte[] bytes, int header) {
    int magic = header + MAGIC;
    return Arrays.equals(bytes, magic, magic + USTAR.length, USTAR, 0, USTAR.length);
  }

  private static void checkHeader(byte[] bytes, int header, String ownName, String name)
      throws Refusal {
    // GNU tar skips the zero byte and reads the number, others take it for the number's end.
    boolean sizeIsHidden =
        bytes[header + SIZE] == 0 && !isZero(bytes, header + SIZE, header + SIZE + SIZE_BYTES);
    // Python reads a prefix whatever the magic is, and GNU tar has other fields there.
    boolean prefixIsHidden =
        !isPosix(bytes, header) && !isZero(bytes, header + PREFIX, header + PREFIX + PREFIX_BYTES);
    // Of the seventh Unix's type a slash makes a folder: to Python the header's, to others the
    // extension's.
    boolean kindIsHidden =
        bytes[header + TYPE] == TarConstants.LF_OLDNORM
            && ownName.endsWith("/")
            && !name.endsWith("/");
    if (sizeIsHidden || prefixIsHidden || kindIsHidden) {
      throw new Refusal(
          "the %s of %s in it is one thing to some tools and another to others; %s"
              .formatted(
                  sizeIsHidden ? "size" : prefixIsHidden ? "folder" : "kind",
                  PathRules.shown(name),
                  TarExtensions.AGAIN));
    }
  }

  private static boolean isZero(byte[] bytes, int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Up to the first zero byte, or all of the field. */
  private static String text(byte[] bytes, int begin, int length) {
    int end = begin;
    while (end < begin + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, begin, end - begin, UTF_8);
  }

  /**
   * Whether the library, which decides where the entry ends, has read the same name. It takes
   * slashes away from the front and puts one behind a folder.
   */
  boolean isNamedAs(String byLibrary) {
    return name.indexOf(REPLACEMENT) >= 0 || bare(name).equals(bare(byLibrary));
  }

  private static String bare(String name) {
    int begin = 0;
    while (begin < name.length() && name.charAt(begin) == '/') {
      begin++;
    }
    int end = name.length();
    while (end > begin && name.charAt(end - 1) == '/') {
      end--;
    }
    return name.substring(begin, end);
  }
}
