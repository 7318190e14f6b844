package org.bootgrade.machine;

/** The conversation with the gdb stub failed. After all but a refusal it cannot go on. */
final class GdbException extends Exception {
  private static final long serialVersionUID = 1L;

  /** In which way the conversation failed. */
  enum Kind {
    /** The stub did not answer before the deadline. */
    TIMEOUT,
    /** The channel is closed: the stub's process ended, or this client was closed. */
    CLOSED,
    /** The stub answered what the protocol does not allow. */
    PROTOCOL,
    /** The stub understood and said no, for example to an address that is not mapped. */
    REFUSED,
    /** The stub does not know the request. */
    UNSUPPORTED
  }

  private final Kind kind;

  GdbException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** In which way the conversation failed. */
  Kind kind() {
    return kind;
  }

  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
