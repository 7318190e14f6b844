package org.bootgrade.ledger;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller shows to be let in.
 *
 * @param id its public part
 * @param secret SHA-256 of its secret part, in hexadecimal digits; the secret itself nobody keeps
 * @param name for whom it is, for people
 * @param scopes what it allows
 * @param course the only course that it is for; null for all
 * @param createdAt when it was made
 */
public record Token(
    String id,
    String secret,
    String name,
    Set<String> scopes,
    @Nullable String course,
    Instant createdAt) {
  public Token {
    scopes = Set.copyOf(scopes);
  }
}
