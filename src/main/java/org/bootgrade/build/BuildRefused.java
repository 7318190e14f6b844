package org.bootgrade.build;

import org.bootgrade.evidence.BuildRecord.BuildFailure;

/**
 * The submission cannot be built as a whole, and that is its own doing or beyond what bootgrade
 * supports.
 */
final class BuildRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient BuildFailure failure;

  BuildRefused(String reason) {
    this(reason, "");
  }

  BuildRefused(String reason, String log) {
    super(reason);
    this.failure = new BuildFailure(reason, log);
  }

  BuildFailure failure() {
    return failure;
  }
}
