package org.bootgrade.grading;

/** Ends a grader's method: some of the criterion holds. */
final class PartlyHolds extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final int held;
  private final int of;

  PartlyHolds(Finding.Share share, String why) {
    super(why);
    this.held = share.held();
    this.of = share.of();
  }

  Finding.Share share() {
    return new Finding.Share(held, of);
  }
}
