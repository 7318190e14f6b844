package org.bootgrade.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.codec.digest.DigestUtils;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.ledger.Token;
import org.jspecify.annotations.Nullable;

/**
 * Makes tokens and knows them again: {@code bg_ID_SECRET}. A secret has 256 random bits, so nobody
 * can try them all, and its plain digest is as good to keep as a slow one.
 */
final class Tokens {

  private static final Pattern FORM = Pattern.compile("bg_([0-9a-f]{12})_([A-Za-z0-9_-]{43})");
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 32;

  private final Ledger ledger;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  Tokens(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * A token that has just been made.
   *
   * @param token as it is kept
   * @param text what its owner shows; nobody can find it out again
   */
  record Made(Token token, String text) {}

  /**
   * Makes a token.
   *
   * @param course the only one it is for; null for all
   */
  Made make(String name, Set<Scope> scopes, @Nullable String course) throws InfrastructureFailure {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    String shown = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    Token token =
        new Token(
            HexFormat.of().formatHex(id),
            DigestUtils.sha256Hex(shown),
            name,
            scopes.stream().map(Scope::word).collect(Collectors.toSet()),
            course,
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    ledger.add(token);
    return new Made(token, "bg_" + token.id() + "_" + shown);
  }

  /** The token that a text is. */
  Optional<Token> known(String text) throws InfrastructureFailure {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    byte[] shown = DigestUtils.sha256Hex(form.group(2)).getBytes(StandardCharsets.US_ASCII);
    return ledger
        .token(form.group(1))
        .filter(t -> MessageDigest.isEqual(t.secret().getBytes(StandardCharsets.US_ASCII), shown));
  }
}
