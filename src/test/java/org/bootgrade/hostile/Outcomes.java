package org.bootgrade.hostile;

import java.util.Map;
import java.util.TreeMap;

/** Outcomes that several cases share. What is not named is passed. */
final class Outcomes {

  private static final String FAILED = "failed";
  private static final String SKIPPED = "skipped";

  private Outcomes() {}

  /** One program too many does not build; the kernel and its test do. */
  static final Map<String, String> ONE_DOES_NOT_BUILD = Map.of("builds", FAILED);

  /** Nothing builds. */
  static final Map<String, String> NOTHING_BUILDS =
      Map.of(
          "builds", FAILED,
          "breakpoint-returns", SKIPPED,
          "double-fault-handled", SKIPPED,
          "handler-diverges", SKIPPED,
          "tss-loaded", SKIPPED,
          "stack-index-applied", SKIPPED,
          "stack-overflow-exits", SKIPPED,
          "test-is-sensitive", SKIPPED);

  /** The kernel does nothing that is asked of it; the test, a program of its own, does. */
  static final Map<String, String> KERNEL_FAILS =
      Map.of(
          "breakpoint-returns", FAILED,
          "double-fault-handled", FAILED,
          "handler-diverges", FAILED,
          "tss-loaded", FAILED,
          "stack-index-applied", FAILED);

  /** The test does nothing that is asked of it. */
  static final Map<String, String> TEST_FAILS =
      Map.of("stack-overflow-exits", FAILED, "test-is-sensitive", SKIPPED);

  static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
    Map<String, String> all = new TreeMap<>(one);
    all.putAll(other);
    return all;
  }
}
