package org.bootgrade.submission;

import java.io.IOException;

/**
 * The submission cannot be accepted. An {@link IOException}, because guards that sit inside streams
 * raise it through the archive library.
 */
final class Refusal extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason for the student, without the submission's name in front
   */
  Refusal(String reason) {
    super(reason);
  }

  /** The reason; never null, unlike the method it overrides. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }

  /**
   * The refusal or read fault in an exception's chain of causes, else the exception: libraries wrap
   * what their streams throw.
   */
  static IOException unwrap(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Refusal refusal) {
        return refusal;
      }
      if (cause instanceof ReadFault fault) {
        return fault;
      }
    }
    return e;
  }
}
