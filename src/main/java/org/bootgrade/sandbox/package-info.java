/**
 * Runs commands under limits: untrusted ones in a container or in a fenced process, our own on the
 * host.
 *
 * <p>This is the only package that starts processes. {@link org.bootgrade.sandbox.HostCommand} is
 * for commands of our own that act on this machine (a package manager, a daemon); it bounds their
 * time and output but hides nothing from them.
 */
@NullMarked
package org.bootgrade.sandbox;

import org.jspecify.annotations.NullMarked;
