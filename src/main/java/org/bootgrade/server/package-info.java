/**
 * The service: takes submissions in over HTTP and has them graded.
 *
 * <p>Theory of operation. There are two roles, and a process has one or both. The web role answers
 * calls: it keeps what comes in the store, writes it down in the ledger together with its job, and
 * answers before anything is looked at. The worker role takes jobs and does what {@code grade} does
 * for one submission. They share the database and the store, and nothing else; neither knows how
 * many there are of the other. Only a worker needs a container engine.
 *
 * <p>What comes over the network is nobody's until a token says whose: calls are checked before
 * their bodies are read, and bodies are bounded. Code of a submission runs in containers of the
 * worker alone, as it does for {@code grade}.
 */
@NullMarked
package org.bootgrade.server;

import org.jspecify.annotations.NullMarked;
