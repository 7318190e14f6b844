/**
 * Tells others what they want to know, at least once.
 *
 * <p>Theory of operation. A delivery is written down in the transaction that ends a grading, and
 * with it a row of a db-scheduler table of its own: so none is lost, whatever is killed, and none
 * waits behind a grading. A process that dies while it tells somebody leaves a row whose heartbeat
 * stops; another process, or the same one when it is back, tells it again under the same id, by
 * which the receiver knows it. One that nobody takes is tried again, each time after a longer
 * while, and at last counts as dead: it stays written down, and is told again when somebody asks
 * for it.
 */
@NullMarked
package org.bootgrade.outbox;

import org.jspecify.annotations.NullMarked;
