package org.bootgrade.server;

import org.bootgrade.ledger.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * What became of a delivery, as JSON.
 *
 * @param id as in the header {@code webhook-id}
 * @param webhook who is told
 * @param submission whose grading
 * @param grading counts the submission's gradings from 1
 * @param state waiting, delivered or dead
 * @param attempts how often it was tried
 * @param said what came of the last attempt; null before the first
 */
record DeliveryStatus(
    String id,
    String webhook,
    String course,
    String submission,
    int grading,
    String state,
    int attempts,
    @Nullable String said,
    String createdAt,
    @Nullable String triedAt) {

  static DeliveryStatus of(Delivery delivery) {
    return new DeliveryStatus(
        "msg_" + delivery.id(),
        delivery.receiver(),
        delivery.submission().course(),
        delivery.submission().id().toString(),
        delivery.grading().number(),
        delivery.state().word(),
        delivery.attempts(),
        delivery.said().isEmpty() ? null : delivery.said(),
        delivery.createdAt().toString(),
        delivery.triedAt() == null ? null : delivery.triedAt().toString());
  }
}
