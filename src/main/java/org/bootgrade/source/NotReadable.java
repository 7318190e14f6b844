package org.bootgrade.source;

/** A file is beyond a bound. Its message is the end of a sentence: "was not read: …". */
final class NotReadable extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  NotReadable(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
