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

  /** The kernel does not build, its test does. */
  static final Map<String, String> KERNEL_DOES_NOT_BUILD =
      Map.of(
          "builds", FAILED,
          "breakpoint-returns", SKIPPED,
          "double-fault-handled", SKIPPED,
          "handler-diverges", SKIPPED,
          "tss-loaded", SKIPPED,
          "stack-index-applied", SKIPPED);

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

  /**
   * The kernel does nothing that is asked of it, and has no handler to be judged; the test, a
   * program of its own, passes.
   */
  static final Map<String, String> KERNEL_FAILS =
      Map.of(
          "breakpoint-returns", FAILED,
          "double-fault-handled", FAILED,
          "handler-diverges", SKIPPED,
          "tss-loaded", FAILED,
          "stack-index-applied", FAILED);

  /** What the kernel would do could not be seen; the test, a program of its own, passes. */
  static final Map<String, String> KERNEL_NOT_OBSERVED =
      Map.of(
          "breakpoint-returns", SKIPPED,
          "double-fault-handled", SKIPPED,
          "handler-diverges", SKIPPED,
          "tss-loaded", SKIPPED,
          "stack-index-applied", SKIPPED);

  /** The kernel triple faults at once; the test passes. */
  static final Map<String, String> KERNEL_TRIPLE_FAULTS =
      both(KERNEL_NOT_OBSERVED, Map.of("double-fault-handled", FAILED));

  /** There is no test. */
  static final Map<String, String> NO_TEST =
      Map.of("stack-overflow-exits", SKIPPED, "test-is-sensitive", SKIPPED);

  /** The test does nothing that is asked of it. */
  static final Map<String, String> TEST_FAILS =
      Map.of("stack-overflow-exits", FAILED, "test-is-sensitive", SKIPPED);

  static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
    Map<String, String> all = new TreeMap<>(one);
    all.putAll(other);
    return all;
  }
}
