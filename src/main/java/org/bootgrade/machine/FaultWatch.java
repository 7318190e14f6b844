package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.PageMapping;
import org.bootgrade.evidence.TaskStateSegment;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;

/**
 * Lets a machine run into a fault and sees what becomes of it: whether the handler is entered, on
 * which stack, and what it does then.
 */
final class FaultWatch {

  /** Entries, and interrupts that come in by the same gate, are counted up to here. */
  private static final int COUNTED = 3;

  /** How often a stop of any kind is followed by another run. */
  private static final int RUNS = 64;

  /** How often the interrupted instruction may be met by the handler's own code. */
  private static final int STRANGERS = 2;

  /**
   * How long a handler is watched, in rounds. After each of them a short look tells whether it has
   * come to rest.
   */
  private static final List<Duration> ROUNDS =
      List.of(
          Duration.ofMillis(4),
          Duration.ofMillis(8),
          Duration.ofMillis(16),
          Duration.ofMillis(32),
          Duration.ofMillis(40));

  private static final Duration LOOK = Duration.ofNanos(250_000);
  private static final long PAGE = 4096;
  private static final int GUARD_PAGES = 16;

  private final LiveMachine machine;
  private final Draft draft;
  private final long handler;

  /**
   * @param draft takes up what is seen; its vector is the watched one
   * @param handler the address in the gate, or 0 where there is no gate that could be used
   */
  FaultWatch(LiveMachine machine, Draft draft, long handler) {
    this.machine = machine;
    this.draft = draft;
    this.handler = handler;
  }

  /**
   * Runs until the handler is entered by an exception, or to the limit.
   *
   * @return whether it was
   */
  boolean untilEntry(Duration limit) throws GdbException {
    if (handler != 0) {
      machine.addPoint(handler);
    }
    Pause pause = machine.run(limit);
    for (int runs = 0; runs < RUNS && pause.reason() == Reason.POINT; runs++) {
      if (byException(pause.registers())) {
        draft.entries = 1;
        draft.entry = entry(pause.registers());
        draft.aftermath = Aftermath.STAYED;
        return true;
      }
      draft.interrupts = Math.min(COUNTED, draft.interrupts + 1);
      pause = machine.run(limit);
    }
    end(pause);
    return false;
  }

  /** Follows the handler from its first instruction to where it comes to rest, or to the limit. */
  void afterEntry(String log) throws GdbException {
    Delivery.Entry entry = draft.entry;
    if (entry == null) {
      throw new IllegalStateException("the handler was not entered");
    }
    List<String> before = machine.screen();
    draft.firstLogAfterEntry = draft.logs.size();
    machine.logTo(log);
    draft.logs.add(log);
    machine.addPoint(entry.interruptedRip());
    Pause pause = settle(entry);
    if (pause.usable() && draft.aftermath == Aftermath.STAYED && cameBack(pause, entry)) {
      draft.aftermath = Aftermath.RETURNED;
    }
    if (pause.reason() == Reason.RESET && draft.aftermath == Aftermath.STAYED) {
      draft.aftermath = Aftermath.RESET;
    }
    if (pause.reason() == Reason.DEAF && draft.aftermath == Aftermath.STAYED) {
      draft.aftermath = Aftermath.NOT_WATCHED;
    }
    end(pause);
    List<String> added = new ArrayList<>(draft.screen);
    before.forEach(added::remove);
    draft.screenAfterEntry = added;
  }

  private Pause settle(Delivery.Entry entry) throws GdbException {
    int strangers = 0;
    int round = 0;
    Pause last = machine.run(ROUNDS.get(0));
    for (int runs = 0; runs < RUNS; runs++) {
      if (last.reason() == Reason.POINT && last.registers().rip() == handler) {
        if (byException(last.registers())) {
          draft.entries++;
          if (draft.aftermath == Aftermath.STAYED) {
            draft.aftermath = Aftermath.ENTERED_AGAIN;
          }
          if (draft.entries >= COUNTED) {
            return last;
          }
        } else {
          draft.interrupts = Math.min(COUNTED, draft.interrupts + 1);
        }
      } else if (last.reason() == Reason.POINT) {
        // The handler may use the very code that it interrupted, such as a loop of hlt.
        if (last.registers().rsp() == entry.interruptedRsp()) {
          draft.aftermath = Aftermath.RETURNED;
          return last;
        }
        if (++strangers >= STRANGERS) {
          machine.removePoint(entry.interruptedRip());
        }
      } else if (last.reason() == Reason.TIME) {
        Pause look = machine.run(LOOK);
        if (look.atRest(last) || look.reason() != Reason.TIME) {
          last = look;
          if (look.reason() == Reason.TIME) {
            draft.halted = machine.afterHlt(look.registers());
            return look;
          }
          continue;
        }
        if (++round >= ROUNDS.size()) {
          return look;
        }
      } else {
        return last;
      }
      last = machine.run(ROUNDS.get(Math.min(round, ROUNDS.size() - 1)));
    }
    return last;
  }

  /**
   * Whether a stopped guest is back where it was, though not at the interrupted instruction: a
   * handler can change the frame before it returns. Back means above the frame on the same stack,
   * or near the interrupted stack pointer on the other.
   */
  private static boolean cameBack(Pause pause, Delivery.Entry entry) {
    long rsp = pause.registers().rsp();
    if (entry.slot() == 0) {
      return Long.compareUnsigned(rsp, entry.interruptedRsp()) >= 0
          && Long.compareUnsigned(rsp, entry.interruptedRsp() + PAGE) < 0;
    }
    return Math.abs(rsp - entry.interruptedRsp()) < PAGE && Math.abs(rsp - entry.rsp()) > PAGE;
  }

  private void end(Pause pause) throws GdbException {
    draft.end = pause.reason();
    draft.last = pause.usable() ? pause.registers().rip() : 0;
    if (pause.reason() != Reason.GONE) {
      draft.screen = machine.screen();
    }
    machine.removePoints();
  }

  /**
   * Whether an exception brought the guest to the handler's first instruction. For the double fault
   * the processor aligns the stack to 16 bytes and pushes six values; for an interrupt of a device
   * or {@code int 8} five (Intel SDM vol. 3A, 6.14.2).
   */
  private boolean byException(Registers registers) throws GdbException {
    if (draft.vector == ExceptionEvent.DOUBLE_FAULT) {
      return (registers.rsp() & 0xf) == 0;
    }
    Delivery.Injection injection = draft.injection;
    return injection != null
        && TableReader.words(machine, registers.rsp(), 1)[0] == injection.rip() + 1;
  }

  private Delivery.Entry entry(Registers registers) throws GdbException {
    int pushed = draft.vector == ExceptionEvent.DOUBLE_FAULT ? 6 : 5;
    long[] words = TableReader.words(machine, registers.rsp(), pushed);
    int frame = pushed - 5;
    long cr2 = registers.get("cr2");
    PageTables pages = machine.pageTables(registers);
    boolean mapped = pages.translate(cr2).writable();
    return new Delivery.Entry(
        registers.rip(),
        registers.rsp(),
        slot(registers.rsp(), pushed),
        frame == 1 ? words[0] : 0,
        words[frame],
        null,
        (int) words[frame + 1] & 0xffff,
        words[frame + 2],
        words[frame + 3],
        (int) words[frame + 4] & 0xffff,
        cr2,
        mapped,
        mapped || frame == 0 ? null : stackAbove(pages, cr2).orElse(null));
  }

  /** The slot of the interrupt stack table whose top the processor has pushed to. */
  private int slot(long rsp, int pushed) throws GdbException {
    Optional<TaskStateSegment> tss = TableReader.taskState(machine);
    if (tss.isEmpty()) {
      return 0;
    }
    for (int slot = 1; slot <= tss.get().interruptStacks().size(); slot++) {
      long top = tss.get().interruptStack(slot);
      if (top != 0 && rsp == (top & ~0xfL) - 8L * pushed) {
        return slot;
      }
    }
    return 0;
  }

  private static Optional<MemoryExtent> stackAbove(PageTables pages, long cr2) throws GdbException {
    long page = cr2 & -PAGE;
    for (int i = 1; i <= GUARD_PAGES; i++) {
      PageMapping mapping = pages.translate(page + i * PAGE);
      if (mapping.writable()) {
        return pages.extent(page + i * PAGE, PageTables.LONGEST_REACH);
      }
    }
    return Optional.empty();
  }
}
