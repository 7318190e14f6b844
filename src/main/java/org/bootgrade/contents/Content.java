package org.bootgrade.contents;

import java.util.regex.Pattern;

/**
 * Bytes that are kept.
 *
 * @param digest of them: SHA-256 as 64 hexadecimal digits
 * @param size how many there are
 */
public record Content(String digest, long size) {

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  public Content {
    if (!isDigest(digest)) {
      throw new IllegalArgumentException("no SHA-256: " + digest);
    }
    if (size < 0) {
      throw new IllegalArgumentException("a size of " + size);
    }
  }

  /** Whether a text is a digest, and no path. */
  public static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }
}
