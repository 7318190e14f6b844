/**
 * What the service knows: submissions, their gradings and tokens, in a database that several
 * processes share.
 *
 * <p>Theory of operation. Any process may be ended at any moment, the database's as well, so what
 * has to hold together is written in one transaction: a submission, its grading and the job that
 * does it ({@link org.bootgrade.ledger.Ledger#receive}). A job may be done more than once: its
 * worker may be slow and not dead when another one takes over. Each begin of a grading therefore
 * gets a number, and a worker writes only while its number is the last ({@link
 * org.bootgrade.ledger.Attempt}); so one result is kept, whoever else comes with one.
 */
@NullMarked
package org.bootgrade.ledger;

import org.jspecify.annotations.NullMarked;
