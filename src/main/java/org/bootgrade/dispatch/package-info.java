/**
 * Has workers grade what waits, on as many machines as there are.
 *
 * <p>Theory of operation. Jobs are rows of db-scheduler's table, in the database that all processes
 * share. A worker locks a row and says every few seconds that it lives; a row whose worker has
 * missed some of these is another worker's to take ({@link
 * org.bootgrade.dispatch.Dispatch.Settings#dead()}). Nothing tells a dead worker from a slow one,
 * so a job may be done twice at the same time; that only one of them counts is the ledger's care.
 *
 * <p>Rows are taken in the order of priority, then of time. The time of a job that waits for its
 * turn is no hour but its {@linkplain org.bootgrade.ledger.Queue#add turn}, as seconds after 1970,
 * and so always due; one that failed through no fault of its own waits for a real hour, and then
 * goes before the others.
 */
@NullMarked
package org.bootgrade.dispatch;

import org.jspecify.annotations.NullMarked;
