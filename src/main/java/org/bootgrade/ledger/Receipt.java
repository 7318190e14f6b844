package org.bootgrade.ledger;

/** What becomes of something that is handed in. */
public sealed interface Receipt {

  /**
   * It was taken, now or by an earlier call with the same key.
   *
   * @param submission as it is kept
   * @param fresh whether now
   */
  record Taken(Submission submission, boolean fresh) implements Receipt {}

  /**
   * Another submission was handed in with the same key.
   *
   * @param submission that one
   */
  record KeyInUse(Submission submission) implements Receipt {}
}
