package org.bootgrade.ledger;

import java.util.UUID;

/** Where deliveries wait to be made. */
public interface Outgoing {

  /**
   * Adds a delivery, in the transaction that is open.
   *
   * @param delivery which
   */
  void add(UUID delivery);
}
