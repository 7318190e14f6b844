package org.bootgrade.evidence;

import java.util.Locale;

/**
 * What bootgrade did to a program while it ran.
 *
 * <p>All but {@link #AS_SUBMITTED} and {@link #IST_KEPT_OUT} run on a machine without an exit port,
 * so that what a handler does is seen to its end. What is injected is one instruction, put where
 * the kernel waits after its own initialisation.
 */
public enum Intervention {
  /** Nothing: the program as it was handed in. */
  AS_SUBMITTED,
  /**
   * The kernel's tables were read while it waited. A kernel that had come to rest in a handler was
   * put back to what it was doing. Of one that triple faults or resets the machine before it waits
   * for anything, they were read just before that, and its own end is the ending.
   */
  INSPECTED,
  /** A write to an address where nothing is mapped, 0xdeadbeef if possible. */
  WILD_WRITE,
  /** The same, after the IST field of gate 8 was cleared. */
  WILD_WRITE_WITHOUT_IST,
  /**
   * The write of {@link #WILD_WRITE} once more, after which interrupts go on and the handler is
   * watched for longer. Only where it did not come to rest for good.
   */
  HANDLER_WATCHED,
  /** A push with the stack pointer at the lowest mapped byte of the kernel's stack. */
  OVERFLOW,
  /** The same, after the IST field of gate 8 was cleared. */
  OVERFLOW_WITHOUT_IST,
  /** An {@code int3}. */
  BREAKPOINT,
  /**
   * A test's own double fault, delivered once more after the IST field of gate 8 was cleared: when
   * its handler was reached, the machine was put back to the faulting instruction.
   */
  IST_KNOCKED_OUT,
  /**
   * A test from its beginning, with the IST field of gate 8 cleared whenever it was written: it
   * shows whether the test finds that out by itself and passes all the same.
   */
  IST_KEPT_OUT,
  /** A program as it is, on a machine where writing to the exit port does nothing. */
  EXIT_PORT_ABSENT,
  /**
   * A panic that has nothing to do with what a test is about: core's panic was called in the place
   * of its double fault handler.
   */
  PANIC,
  /**
   * Pairs of exceptions, one on the way to the handler of the other, put into the kernel where it
   * waits.
   */
  FAULT_PAIRS;

  /** Its name in ids and reports, for example {@code ist-knocked-out}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
