package org.bootgrade.hooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.DecoderException;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * How GitHub signs webhooks: {@code X-Hub-Signature-256: sha256=} and the HMAC-SHA256 of the body
 * in hexadecimal digits (its documentation, "Validating webhook deliveries"). The older {@code
 * X-Hub-Signature} is made with SHA-1 and counts for nothing.
 *
 * <p>Only the body is signed: neither the id of the delivery nor its event is, and there is no time
 * in it. Whoever has recorded a delivery can send it again under another id, so what is refused as
 * a repetition has to be known by the body.
 */
final class GithubSignature {

  private static final String HEADER = "X-Hub-Signature-256";
  private static final Pattern FORM = Pattern.compile("sha256=([0-9a-fA-F]{64})");

  private final List<byte[]> secrets;

  /**
   * With secrets.
   *
   * @param secrets any of which may have signed, so that one can be changed without a gap
   */
  GithubSignature(List<String> secrets) {
    this.secrets = secrets.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** Sees whether a call was signed with one of the secrets. */
  void verify(Call call) throws NotGenuine {
    Matcher written = FORM.matcher(call.required(HEADER));
    if (!written.matches()) {
      throw new NotGenuine(
          NotGenuine.Kind.UNSIGNED, HEADER + " is not sha256= and 64 hexadecimal digits");
    }
    byte[] signature;
    try {
      signature = Hex.decodeHex(written.group(1));
    } catch (DecoderException e) {
      throw new IllegalStateException("the pattern lets nothing but digits pass", e);
    }
    byte[] body = call.body();
    boolean right = false;
    for (byte[] secret : secrets) {
      // All are tried, and each in the same time.
      right |=
          MessageDigest.isEqual(
              new HmacUtils(HmacAlgorithms.HMAC_SHA_256, secret).hmac(body), signature);
    }
    if (!right) {
      throw new NotGenuine(NotGenuine.Kind.FORGED, HEADER + " is not made with this hook's secret");
    }
  }
}
