package org.bootgrade.ledger;

import java.util.UUID;

/** Where jobs wait for workers. */
public interface Queue {

  /**
   * Adds a job, in the transaction that is open.
   *
   * @param grading what is to be done
   * @param turn lower ones come first
   */
  void add(UUID grading, long turn);
}
