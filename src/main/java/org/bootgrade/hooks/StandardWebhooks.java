package org.bootgrade.hooks;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * Signatures of the Standard Webhooks specification (standardwebhooks.com, version 1.0.0), of its
 * symmetric scheme v1: HMAC-SHA256 over {@code ID.TIMESTAMP.BODY}.
 */
public final class StandardWebhooks {

  /** The header of a message's id, which is the same at each attempt. */
  public static final String ID = "webhook-id";

  /** The header of an attempt's time, in seconds after 1970. */
  public static final String TIMESTAMP = "webhook-timestamp";

  /** The header of the signatures, a blank between them. */
  public static final String SIGNATURE = "webhook-signature";

  private static final String PREFIX = "whsec_";
  private static final String SCHEME = "v1,";

  /** As the specification has it. */
  private static final int SHORTEST = 24;

  private static final int LONGEST = 64;

  private final byte[] key;

  private StandardWebhooks(byte[] key) {
    this.key = key;
  }

  /**
   * With a secret.
   *
   * @param secret {@code whsec_} and the base64 of 24 to 64 bytes
   * @throws IllegalArgumentException where it has another form; the message does not tell it
   */
  public static StandardWebhooks of(String secret) {
    byte[] key;
    try {
      key =
          Base64.getDecoder()
              .decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : "-");
    } catch (IllegalArgumentException e) {
      key = new byte[0];
    }
    if (key.length < SHORTEST || key.length > LONGEST) {
      throw new IllegalArgumentException(
          "a webhook's secret must be whsec_ and the base64 of %d to %d bytes; make one with: echo whsec_$(openssl rand -base64 32)"
              .formatted(SHORTEST, LONGEST));
    }
    return new StandardWebhooks(key);
  }

  /**
   * Signs a message.
   *
   * @param id without dots
   * @param at the attempt's time
   * @return the value of {@link #SIGNATURE}
   */
  public String sign(String id, Instant at, byte[] body) {
    byte[] head = "%s.%d.".formatted(id, at.getEpochSecond()).getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[head.length + body.length];
    System.arraycopy(head, 0, message, 0, head.length);
    System.arraycopy(body, 0, message, head.length, body.length);
    return SCHEME
        + Base64.getEncoder()
            .encodeToString(new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmac(message));
  }
}
