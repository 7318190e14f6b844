package org.bootgrade.server;

import java.util.Arrays;
import java.util.Optional;

/** What a token allows. */
enum Scope {
  /** To hand submissions in, and to follow them. */
  SUBMIT("submit"),
  /** To read results, pages and evidence of every submission. */
  READ("read"),
  /** To make and revoke tokens, and all the rest. */
  ADMIN("admin");

  private final String word;

  Scope(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  static Optional<Scope> of(String word) {
    return Arrays.stream(values()).filter(s -> s.word.equals(word)).findFirst();
  }
}
