/**
 * What the stages leave: the records that everything after the boot is computed from, and their
 * store on disk.
 *
 * <p>Evidence is the waist of bootgrade. Left of it untrusted code is built and run, and things may
 * fail for reasons of our own; right of it there are only pure functions. A record here is
 * therefore plain data: it can be written, read back and graded again years later on a machine
 * without a container engine.
 */
@NullMarked
package org.bootgrade.evidence;

import org.jspecify.annotations.NullMarked;
