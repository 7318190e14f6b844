package org.bootgrade.hooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A token that each call bears, which is all that Moodle's event posts have: {@code Authorization:
 * Bearer TOKEN}. It proves who calls, and neither what nor when.
 */
final class StaticToken {

  private static final String HEADER = "Authorization";
  private static final String SCHEME = "Bearer ";

  private final List<byte[]> digests;

  /**
   * With tokens.
   *
   * @param tokens any of which a call may bear, so that one can be changed without a gap
   */
  StaticToken(List<String> tokens) {
    digests = tokens.stream().map(StaticToken::digest).toList();
  }

  /** Sees whether a call bears one of the tokens. */
  void verify(Call call) throws NotGenuine {
    String header = call.required(HEADER);
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new NotGenuine(NotGenuine.Kind.UNSIGNED, HEADER + " bears no token");
    }
    byte[] digest = digest(header.substring(SCHEME.length()).strip());
    boolean right = false;
    for (byte[] known : digests) {
      right |= MessageDigest.isEqual(known, digest);
    }
    if (!right) {
      throw new NotGenuine(NotGenuine.Kind.FORGED, "the token is not this hook's");
    }
  }

  /** Of equal length for all tokens, so that a comparison tells nothing of it. */
  private static byte[] digest(String token) {
    return DigestUtils.sha256(token.getBytes(StandardCharsets.UTF_8));
  }
}
