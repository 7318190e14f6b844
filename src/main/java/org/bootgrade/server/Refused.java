package org.bootgrade.server;

/** A call that is not answered as the caller wishes. */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status the HTTP status
   * @param detail what is wrong and what to do next, in a sentence or two
   */
  Refused(int status, String detail) {
    super(detail);
    this.status = status;
  }

  int status() {
    return status;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
