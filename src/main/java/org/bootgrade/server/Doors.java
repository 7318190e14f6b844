package org.bootgrade.server;

import io.javalin.http.Context;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Token;

/** Who may come in. */
final class Doors {

  private static final String BEARER = "Bearer ";

  private final Tokens tokens;

  Doors(Tokens tokens) {
    this.tokens = tokens;
  }

  /**
   * The token that a call shows. Nothing of the body is read before.
   *
   * @throws Refused where it shows none, or one that does not allow this
   */
  Token with(Context context, Scope scope) throws Refused, InfrastructureFailure {
    String shown = Optional.ofNullable(context.header("Authorization")).orElse("");
    if (!shown.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      context.header("WWW-Authenticate", "Bearer");
      throw new Refused(401, "Show a token: Authorization: Bearer bg_…");
    }
    Optional<Token> token = tokens.known(shown.substring(BEARER.length()).strip());
    if (token.isEmpty()) {
      context.header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
      throw new Refused(401, "This token is not known, or was revoked.");
    }
    if (!allows(token.get(), scope)) {
      throw new Refused(403, "This token does not allow to %s.".formatted(scope.word()));
    }
    return token.get();
  }

  /** Whether a token allows something. */
  static boolean allows(Token token, Scope scope) {
    return token.scopes().contains(scope.word()) || token.scopes().contains(Scope.ADMIN.word());
  }

  /** Whether a token is for a course. */
  static boolean opens(Token token, String course) {
    return token.course() == null || token.course().equals(course);
  }
}
