package org.bootgrade.submission;

import java.security.MessageDigest;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/** SHA-256 in the form digests are written everywhere. */
final class Digests {
  private Digests() {}

  static MessageDigest sha256() {
    return DigestUtils.getSha256Digest();
  }

  /** The digest of bytes. */
  static String of(byte[] bytes) {
    return "sha256:" + DigestUtils.sha256Hex(bytes);
  }

  /** Finishes a digest. */
  static String text(MessageDigest digest) {
    return "sha256:" + Hex.encodeHexString(digest.digest());
  }
}
