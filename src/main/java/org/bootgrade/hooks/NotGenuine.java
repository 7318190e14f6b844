package org.bootgrade.hooks;

import java.util.Locale;

/**
 * A call is not from whom it says, or not of now. Its body has not been looked into.
 *
 * <p>The message is for whoever runs the service; it tells no secret, nor what a right signature
 * would have been.
 */
public final class NotGenuine extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why a call is refused. */
  public enum Kind {
    /** It bears no signature, or lacks what a signature is about. */
    UNSIGNED,
    /** Its signature or token is not that of a known secret. */
    FORGED,
    /** It was signed too long ago, or for a time that has not come. */
    STALE;

    /** As counters and logs call it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Kind kind;

  NotGenuine(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why it is refused. */
  public Kind kind() {
    return kind;
  }
}
