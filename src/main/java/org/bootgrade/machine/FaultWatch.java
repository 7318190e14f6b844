package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.TaskStateSegment;
import org.bootgrade.machine.LiveMachine.Pause;
import org.bootgrade.machine.LiveMachine.Reason;

/**
 * Lets a machine run into a fault and sees what becomes of it: whether the handler is entered, on
 * which stack, and what it does then.
 */
final class FaultWatch {

  /** Entries, and interrupts that come in by the same gate, are counted up to here. */
  static final int COUNTED = 3;

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
          Duration.ofMillis(1),
          Duration.ofMillis(2),
          Duration.ofMillis(4),
          Duration.ofMillis(8),
          Duration.ofMillis(16),
          Duration.ofMillis(32),
          Duration.ofMillis(40));

  /**
   * After which of them a handler is looked at closely: does it wait for a lock for ever? QEMU
   * takes a microsecond for each {@code pause}.
   */
  private static final int WAITS = 1;

  /** A breakpoint's handler may print all it likes before it returns; it gets some rounds more. */
  private static final int MORE_ROUNDS = 3;

  /** The guest's clock runs ahead where QEMU executes single instructions. */
  private static final int MORE_CLOSE_ROUNDS = 12;

  private static final Duration LOOK = Duration.ofNanos(250_000);

  /** How many return addresses are looked for, in how many words of the stack. */
  private static final int CALLS = 4;

  private static final int CALLS_DEEP = 64;

  /** How long a handler that may still come back is watched at a time, busy or waiting. */
  private static final Duration SHORT_TURN = Duration.ofMillis(5);

  private static final Duration LONG_TURN = Duration.ofSeconds(1);

  /** And how long in all. Waiting takes no time of ours but for the interrupts that come. */
  private static final Duration LONGEST_BUSY = Duration.ofMillis(500);

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  /**
   * Of a breakpoint's frame the last value, which iretq reads last (Intel SDM vol. 3A, figure 6-9).
   */
  private static final int STACK_SELECTOR = 32;

  private static final int VALUE = 8;

  /** How often it may be read by somebody else, for example to be printed. */
  private static final int READS = 200;

  /** How often, and how long each time, a handler's first moments are watched closely. */
  private static final int PROBES = 2;

  private static final Duration PROBE = Duration.ofNanos(100_000);
  private static final long PAGE = 4096;

  /** What the processor pushes for a double fault, in bytes, the error code last. */
  private static final long FRAME = 48;

  private static final long ERROR_CODE = 8;

  private final LiveMachine machine;
  private final Draft draft;
  private final long handler;
  private int strangers;
  private int reads;
  private boolean decided;

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
    return untilEntry(
        limit,
        (at, pause) -> {
          throw new IllegalStateException("nothing is watched");
        });
  }

  /** Takes note of watched bytes that were written to. */
  interface Writes {
    void note(LiveMachine machine, Pause pause) throws GdbException;
  }

  /**
   * The same, where bytes are watched.
   *
   * @param writes is told each time
   */
  boolean untilEntry(Duration limit, Writes writes) throws GdbException {
    if (handler != 0) {
      machine.addPoint(handler);
    }
    Pause pause = run(limit, writes);
    for (int runs = 0; runs < RUNS && pause.reason() == Reason.POINT; runs++) {
      if (byException(pause.registers())) {
        draft.entries = 1;
        draft.entry = entry(pause.registers());
        draft.aftermath = Aftermath.STAYED;
        return true;
      }
      draft.interrupts = Math.min(COUNTED, draft.interrupts + 1);
      pause = run(limit, writes);
    }
    end(pause);
    return false;
  }

  private Pause run(Duration limit, Writes writes) throws GdbException {
    Pause pause = machine.run(limit);
    while (pause.reason() == Reason.WRITTEN) {
      writes.note(machine, pause);
      pause = machine.run(limit);
    }
    return pause;
  }

  /**
   * Follows the handler from its first instruction to where it comes to rest, or to the limit.
   *
   * @param closely whether to look for the interrupted instruction all the time. QEMU executes a
   *     page that a breakpoint is in one instruction at a time, which takes some four times as
   *     long. Otherwise it is looked for in the first moments only, because a handler that returns
   *     at once to a fault would fill the log; one that returns later is known by where it is at
   *     the end, and by what the log says ({@link Reentry})
   */
  void afterEntry(String log, boolean closely) throws GdbException {
    Delivery.Entry entry = draft.entry;
    if (entry == null) {
      throw new IllegalStateException("the handler was not entered");
    }
    byte[] before = machine.markScreen();
    draft.firstLogAfterEntry = draft.logs.size();
    machine.logTo(log);
    draft.logs.add(log);
    if (draft.vector == ExceptionEvent.DOUBLE_FAULT) {
      // What a timer's handler prints from here on would look like the double fault handler's
      // words.
      machine.silenceDevices();
    }
    machine.addPoint(entry.interruptedRip());
    boolean watched = draft.vector == ExceptionEvent.BREAKPOINT;
    if (watched) {
      machine.watchReads(entry.rsp() + STACK_SELECTOR, VALUE);
    }
    Pause pause = settle(entry, closely);
    if (watched && pause.reason() != Reason.GONE && reads < READS) {
      machine.unwatchReads(entry.rsp() + STACK_SELECTOR, VALUE);
    }
    if (pause.usable() && draft.aftermath == Aftermath.STAYED && cameBack(pause, entry)) {
      draft.aftermath = Aftermath.RETURNED;
    }
    if (pause.reason() == Reason.RESET && draft.aftermath == Aftermath.STAYED) {
      draft.aftermath = Aftermath.RESET;
    }
    if (pause.reason() == Reason.DEAF && draft.aftermath == Aftermath.STAYED) {
      draft.aftermath = Aftermath.NOT_WATCHED;
    }
    byte[] cells = end(pause);
    draft.screenAfterEntry = cells.length == 0 ? List.of() : TextScreen.added(before, cells);
  }

  /** Lets the guest go on to where it comes to rest, or to the limit. */
  void toRest() throws GdbException {
    Pause last = machine.run(ROUNDS.get(0));
    for (int round = 1; last.reason() == Reason.TIME && round < ROUNDS.size(); round++) {
      Pause look = machine.run(LOOK);
      draft.atRest = look.atRest(last);
      if (draft.atRest || look.reason() != Reason.TIME) {
        last = look;
        break;
      }
      last = machine.run(ROUNDS.get(round));
    }
    draft.halted = draft.atRest && machine.afterHlt(last.registers());
    end(last);
  }

  private Pause settle(Delivery.Entry entry, boolean closely) throws GdbException {
    Pause last = machine.run(PROBE);
    for (int probes = 1; !note(last, entry) && probes < PROBES; probes++) {
      last = machine.run(PROBE);
    }
    if (decided) {
      return last;
    }
    if (!closely) {
      machine.removePoints();
    }
    int round = 0;
    int more =
        draft.vector == ExceptionEvent.DOUBLE_FAULT ? 0 : closely ? MORE_CLOSE_ROUNDS : MORE_ROUNDS;
    last = machine.run(ROUNDS.get(0));
    for (int runs = 0; runs < RUNS + reads && !note(last, entry); runs++) {
      if (last.reason() == Reason.TIME) {
        if (handlerIsGone(last, entry)) {
          return last;
        }
        Pause look = machine.run(LOOK);
        if (look.atRest(last)) {
          rests(look);
          return look;
        }
        if (look.reason() != Reason.TIME) {
          last = look;
          continue;
        }
        if (round == WAITS && !look.registers().interruptsEnabled()) {
          LiveMachine.Round again = machine.round(look);
          look = again.pause();
          if (again.loops()) {
            rests(look);
            return look;
          }
          if (look.reason() != Reason.TIME) {
            last = look;
            round++;
            continue;
          }
        }
        if (++round >= ROUNDS.size() + more) {
          return look;
        }
      }
      last = machine.run(ROUNDS.get(Math.min(round, ROUNDS.size() - 1)));
    }
    return last;
  }

  /**
   * Whether a handler that was entered on the interrupted stack has taken its frame off again.
   * There is no need to watch a kernel that goes on then, and one that prints without end may not
   * last.
   */
  private static boolean handlerIsGone(Pause pause, Delivery.Entry entry) {
    return entry.slot() == 0
        && Long.compareUnsigned(pause.registers().rsp(), entry.interruptedRsp()) >= 0
        && cameBack(pause, entry);
  }

  private void rests(Pause pause) throws GdbException {
    Registers registers = pause.registers();
    draft.atRest = true;
    draft.halted = machine.afterHlt(registers);
    draft.forGood = draft.halted && !registers.interruptsEnabled();
    List<Long> places = new ArrayList<>(List.of(registers.rip()));
    long[] words = TableReader.words(machine, registers.rsp(), CALLS_DEEP);
    machine.followingCalls(Arrays.stream(words).boxed().toList()).stream()
        .limit(CALLS)
        .forEach(places::add);
    draft.rest = List.copyOf(places);
  }

  /**
   * Follows the handler from its first instruction on, with interrupts, for as long as a program
   * may take: until it can do nothing any more, or is seen to have come back. Nothing is logged,
   * because each tick of a timer would be.
   */
  void forLong() throws GdbException {
    Delivery.Entry entry = draft.entry;
    if (entry == null) {
      throw new IllegalStateException("the handler was not entered");
    }
    draft.firstLogAfterEntry = draft.logs.size();
    machine.logExceptions(false);
    machine.logTo(Experiments.NO_LOG);
    machine.addPoint(entry.interruptedRip());
    Pause last = machine.run(SHORT_TURN);
    Duration waited = Duration.ZERO;
    Duration busy = SHORT_TURN;
    while (!noteForLong(last, entry)
        && waited.compareTo(LONGEST_WAIT) < 0
        && busy.compareTo(LONGEST_BUSY) < 0) {
      boolean waits = false;
      if (last.reason() == Reason.TIME) {
        Pause look = machine.run(LOOK);
        waits = look.atRest(last) && machine.afterHlt(look.registers());
        last = look;
        if (look.reason() != Reason.TIME) {
          continue;
        }
        if (waits && !look.registers().interruptsEnabled()) {
          rests(look);
          break;
        }
      }
      Duration turn = waits ? LONG_TURN : SHORT_TURN;
      waited = waits ? waited.plus(turn) : waited;
      busy = waits ? busy : busy.plus(turn);
      last = machine.run(turn);
    }
    draft.aftermath =
        switch (last.reason()) {
          case RESET, OFF -> Aftermath.RESET;
          case DEAF -> Aftermath.NOT_WATCHED;
          default -> draft.aftermath;
        };
    if (last.reason() == Reason.TIME && draft.aftermath == Aftermath.STAYED && !draft.atRest) {
      last = atItsEnd(last);
    }
    end(last);
    machine.logExceptions(true);
  }

  /** Whether a handler that has stayed all the time goes round in some loop at last. */
  private Pause atItsEnd(Pause last) throws GdbException {
    Pause look = machine.run(LOOK);
    boolean rests = look.atRest(last);
    if (!rests && look.reason() == Reason.TIME && !look.registers().interruptsEnabled()) {
      LiveMachine.Round again = machine.round(look);
      look = again.pause();
      rests = again.loops();
    }
    if (rests) {
      rests(look);
    }
    return look;
  }

  /** Whether it is decided whether the handler came back. */
  private boolean noteForLong(Pause pause, Delivery.Entry entry) throws GdbException {
    if (pause.reason() == Reason.TIME) {
      if (cameBack(pause, entry)) {
        draft.aftermath = Aftermath.RETURNED;
      }
    } else if (pause.reason() == Reason.POINT && pause.registers().rip() == handler) {
      if (byException(pause.registers())) {
        draft.entries++;
        draft.aftermath =
            Reentry.cameBack(entry, entry(pause.registers()).interruptedRsp())
                ? Aftermath.RETURNED
                : Aftermath.ENTERED_AGAIN;
      } else {
        draft.interrupts = Math.min(COUNTED, draft.interrupts + 1);
      }
    } else if (pause.reason() == Reason.POINT) {
      if (pause.registers().rsp() == entry.interruptedRsp()) {
        draft.aftermath = Aftermath.RETURNED;
      } else if (++strangers >= STRANGERS) {
        machine.removePoint(entry.interruptedRip());
      }
    } else {
      return true;
    }
    return draft.aftermath != Aftermath.STAYED;
  }

  /** Takes note of a stop; tells whether nothing more is to be seen. */
  private boolean note(Pause pause, Delivery.Entry entry) throws GdbException {
    if (pause.reason() == Reason.TIME) {
      return false;
    }
    if (pause.reason() == Reason.READ) {
      return read(pause, entry);
    }
    decided = true;
    if (pause.reason() != Reason.POINT) {
      return true;
    }
    if (pause.registers().rip() == handler) {
      if (byException(pause.registers())) {
        draft.entries++;
        if (draft.aftermath == Aftermath.STAYED) {
          draft.aftermath = Aftermath.ENTERED_AGAIN;
        }
        decided = draft.entries >= COUNTED;
      } else {
        draft.interrupts = Math.min(COUNTED, draft.interrupts + 1);
        decided = false;
      }
      return decided;
    }
    // The handler may use the very code that it interrupted, such as a loop of hlt.
    if (pause.registers().rsp() == entry.interruptedRsp()) {
      draft.aftermath = Aftermath.RETURNED;
      return true;
    }
    if (++strangers >= STRANGERS) {
      machine.removePoint(entry.interruptedRip());
    }
    decided = false;
    return false;
  }

  /** Takes note of a read of the frame; tells whether it was the return that takes it off. */
  private boolean read(Pause pause, Delivery.Entry entry) throws GdbException {
    decided = pause.registers().rsp() == entry.interruptedRsp();
    if (decided) {
      draft.aftermath =
          pause.registers().rip() == entry.interruptedRip()
              ? Aftermath.RETURNED
              : Aftermath.RETURNED_ELSEWHERE;
    } else if (++reads == READS) {
      machine.unwatchReads(entry.rsp() + STACK_SELECTOR, VALUE);
    }
    return decided;
  }

  /**
   * Whether a stopped guest is back where it was, though not at the interrupted instruction: a
   * handler can change the frame before it returns. Back means above the frame on the same stack,
   * or near the interrupted stack pointer on the other.
   */
  private static boolean cameBack(Pause pause, Delivery.Entry entry) {
    long rsp = pause.registers().rsp();
    // A far return takes the frame off, but leaves the stack as it is.
    long popped = rsp - entry.rsp();
    if (popped > ERROR_CODE
        && popped <= FRAME
        && Math.abs(pause.registers().rip() - entry.interruptedRip()) < PAGE) {
      return true;
    }
    if (entry.slot() == 0) {
      return Long.compareUnsigned(rsp, entry.interruptedRsp()) >= 0
          && Long.compareUnsigned(rsp, entry.interruptedRsp() + PAGE) < 0;
    }
    return Math.abs(rsp - entry.interruptedRsp()) < PAGE && Math.abs(rsp - entry.rsp()) > PAGE;
  }

  /** What is on the text screen then; nothing where there is no machine any more. */
  private byte[] end(Pause pause) throws GdbException {
    byte[] cells = {};
    draft.end = pause.reason();
    draft.last = pause.usable() ? pause.registers().rip() : 0;
    if (pause.reason() != Reason.GONE) {
      cells = machine.cells();
      draft.screen = TextScreen.decode(cells);
    }
    machine.removePoints();
    return cells;
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
        mapped || frame == 0 ? null : pages.extentFrom(cr2).orElse(null));
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
}
