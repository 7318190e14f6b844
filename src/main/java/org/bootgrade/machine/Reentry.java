package org.bootgrade.machine;

import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.ExceptionEvent;

/**
 * What a second double fault says of the first one's handler: it came back and the code it had
 * interrupted faulted once more, or it faulted itself.
 */
final class Reentry {

  /** How much of a stack a handler may have used, and how far code may have gone since. */
  private static final long NEAR = 64 << 10;

  /**
   * What the processor pushed for the first one (Intel SDM vol. 3A, 6.14.2), alignment included.
   */
  private static final long FRAME = 64;

  private Reentry() {}

  /**
   * What follows from the exceptions after the first entry of the double fault handler; empty where
   * there was no second double fault.
   */
  static Optional<Aftermath> of(Delivery.Entry entry, List<ExceptionEvent> after) {
    return after.stream()
        .filter(ExceptionEvent::doubleFault)
        .findFirst()
        .map(
            second -> cameBack(entry, second.rsp()) ? Aftermath.RETURNED : Aftermath.ENTERED_AGAIN);
  }

  /** How many double faults there are among some exceptions. */
  static long count(List<ExceptionEvent> events) {
    return events.stream().filter(ExceptionEvent::doubleFault).count();
  }

  /**
   * Whether the code that a handler interrupted was going on when a second fault came.
   *
   * @param rsp the stack pointer that the second one interrupted
   */
  static boolean cameBack(Delivery.Entry entry, long rsp) {
    if (rsp == entry.interruptedRsp()) {
      return true;
    }
    long used = entry.rsp() + FRAME - rsp;
    boolean onHandlersStack = used > 0 && used <= NEAR;
    return !onHandlersStack && Math.abs(rsp - entry.interruptedRsp()) <= NEAR;
  }
}
