package org.bootgrade.sandbox;

/** What a workspace is for. Image, network and access to the cache follow from it. */
public enum Role {
  /** Downloads crates. Has the network, and runs no code of a submission. */
  FETCH,
  /** Builds a submission: no network, cache read-only. */
  BUILD,
  /** Puts finished things into the cache: no network, and runs no code of a submission. */
  STORE,
  /** Links boot images and runs the emulator: no network, cache read-only. */
  BOOT
}
