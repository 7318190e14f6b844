/**
 * From a source tree to boot images.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>A submission's build runs its author's code: build scripts, procedural macros. It therefore
 * gets a workspace without a network and with a read-only cache, and everything that needs more is
 * done before, in workspaces that never see a line of the submission's code:
 *
 * <ol>
 *   <li><b>Plan</b> (on the host, pure): find the kernel crate, read its manifests and its cargo
 *       configuration as data, mend what only the compiler's age breaks ({@link
 *       org.bootgrade.build.TargetSpec}, {@link org.bootgrade.build.LockMends}).
 *   <li><b>Fetch</b> (network, no code): {@code cargo fetch} over the manifests, the lock file and
 *       empty sources, under our own configuration. Leaves the final lock file and the crates in
 *       the cache.
 *   <li><b>Seed</b> (no network): the registry crates and core, compiled once for each distinct
 *       set. A seed is built from a crate of our own that has the same dependencies, so it cannot
 *       hold an object of any submission: cargo judges freshness by time stamps and would take such
 *       an object for the next submission's.
 *   <li><b>Boot loader</b> (no network): compiled once for each version, features and settings, and
 *       kept as the list of objects that its last link was made of.
 *   <li><b>Programs</b> (no network, the submission's code): the kernel and each test program by a
 *       cargo call of its own, so that one which does not compile hides no other.
 *   <li><b>Boot images</b> (no network, no code): each program is linked with the boot loader's
 *       objects, in a workspace that no code of a submission has run in.
 * </ol>
 *
 * <p>The cache is one volume for each toolchain image; entries are keyed by the content of all that
 * shaped them, made under a temporary name and renamed, and never changed afterwards.
 */
@NullMarked
package org.bootgrade.build;

import org.jspecify.annotations.NullMarked;
