package org.bootgrade.report;

import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;

/**
 * What kind of thing a step of a story is about.
 *
 * @param kind the kind
 * @param label a few words that name it
 * @param event the number of the exception in its boot, or 0 where it is about none
 * @param rsp the stack pointer then, or 0 where it does not matter
 */
record Moment(Kind kind, String label, int event, long rsp) {

  /** The kinds. */
  enum Kind {
    /** The program began, or was stopped for a look. */
    START,
    /** It wrote to the serial port. */
    PRINT,
    /** It wrote to the text screen. */
    SCREEN,
    /** An exception or an interrupt. */
    EXCEPTION,
    /** A double fault by itself. */
    DOUBLE_FAULT,
    /** A handler was entered, on the stack that was interrupted. */
    HANDLER,
    /** A handler was entered, on a stack of the interrupt stack table. */
    HANDLER_ASIDE,
    /** No handler could be entered any more. */
    TRIPLE_FAULT,
    /** It ended otherwise. */
    END,
    /** Anything else. */
    OTHER
  }

  /** A moment without an exception. */
  static Moment of(Kind kind, String label) {
    return new Moment(kind, label, 0, 0);
  }

  /** An exception. */
  static Moment of(ExceptionEvent event) {
    return new Moment(
        event.doubleFault() ? Kind.DOUBLE_FAULT : Kind.EXCEPTION,
        Vectors.plain(event.vector()),
        event.number(),
        event.rsp());
  }

  /**
   * The entry of a handler.
   *
   * @param slot the slot of the interrupt stack table, or 0
   * @param rsp the stack pointer at its first instruction
   */
  static Moment handler(int slot, long rsp) {
    return slot == 0
        ? new Moment(Kind.HANDLER, "handler", 0, rsp)
        : new Moment(Kind.HANDLER_ASIDE, "handler on IST slot " + slot, 0, rsp);
  }

  /** The end of a boot. */
  static Moment of(Ending ending) {
    if (ending instanceof Ending.TripleFault) {
      return of(Kind.TRIPLE_FAULT, "triple fault");
    }
    String label = "end";
    if (ending instanceof Ending.Exited exited) {
      label = "exit 0x%02x".formatted(exited.value());
    } else if (ending instanceof Ending.StillRunning running) {
      label = running.halted() ? "halted" : "still running";
    } else if (ending instanceof Ending.Reset) {
      label = "reset";
    } else if (ending instanceof Ending.Flooded) {
      label = "flooded";
    }
    return of(Kind.END, label);
  }
}
