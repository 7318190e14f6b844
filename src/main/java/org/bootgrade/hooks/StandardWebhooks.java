package org.bootgrade.hooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Pattern;
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

  private static final Pattern SPACES = Pattern.compile(" ");
  private static final String PREFIX = "whsec_";
  private static final String SCHEME = "v1,";

  /** As the specification has it. */
  private static final int SHORTEST = 24;

  private static final int LONGEST = 64;

  private static final int LONGEST_ID = 256;

  /**
   * How far a signature's time may be from the clock here, as the specification's libraries have
   * it.
   */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

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
    return SCHEME + Base64.getEncoder().encodeToString(hmac(id, at.getEpochSecond(), body));
  }

  /**
   * Sees whether a call was signed with this secret, and lately.
   *
   * @return the message's id
   * @throws NotGenuine where it was not
   */
  public String verify(Call call) throws NotGenuine {
    String id = call.required(ID);
    if (id.length() > LONGEST_ID || id.indexOf('.') >= 0) {
      // With a dot, two pairs of id and time would have the same signature.
      throw new NotGenuine(
          NotGenuine.Kind.UNSIGNED,
          ID + " holds a dot, or more than %d characters".formatted(LONGEST_ID));
    }
    String written = call.required(TIMESTAMP);
    if (!written.matches("[0-9]{1,12}")) {
      throw new NotGenuine(
          NotGenuine.Kind.UNSIGNED, TIMESTAMP + " is no number of seconds after 1970");
    }
    long signedAt = Long.parseLong(written);
    byte[] right = hmac(id, signedAt, call.body());
    boolean signed = false;
    // A service that changes its secret signs with the old and the new one for some time.
    for (String signature : SPACES.split(call.required(SIGNATURE), -1)) {
      signed |=
          signature.startsWith(SCHEME) && isBase64Of(signature.substring(SCHEME.length()), right);
    }
    if (!signed) {
      throw new NotGenuine(
          NotGenuine.Kind.FORGED, SIGNATURE + " is not made with this hook's secret");
    }
    Duration age = Duration.between(Instant.ofEpochSecond(signedAt), call.at()).abs();
    if (age.compareTo(TOLERANCE) > 0) {
      throw new NotGenuine(
          NotGenuine.Kind.STALE,
          "it was signed %d s away from now, and %d s are allowed; see whether both clocks are right"
              .formatted(age.toSeconds(), TOLERANCE.toSeconds()));
    }
    return id;
  }

  private static boolean isBase64Of(String written, byte[] right) {
    try {
      return MessageDigest.isEqual(Base64.getDecoder().decode(written), right);
    } catch (IllegalArgumentException e) {
      // What is not base64 is no signature either.
      return false;
    }
  }

  private byte[] hmac(String id, long seconds, byte[] body) {
    byte[] head = "%s.%d.".formatted(id, seconds).getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[head.length + body.length];
    System.arraycopy(head, 0, message, 0, head.length);
    System.arraycopy(body, 0, message, head.length, body.length);
    return new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmac(message);
  }
}
