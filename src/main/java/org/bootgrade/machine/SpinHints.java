package org.bootgrade.machine;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code pause} instructions of a program's loops, which it is rid of while it runs. QEMU
 * leaves its translated code and its lock for each one (helper_pause in
 * target/i386/tcg/sysemu/misc_helper.c), which takes some hundred times as long as any other
 * instruction: a second of a guest that spins takes minutes. For the guest {@code pause} is a
 * no-operation (Intel SDM vol. 2B) that takes one tick of its clock, and so is the other
 * no-operation of two bytes that is written in its place; nothing that happens then happens at
 * another tick.
 */
final class SpinHints {

  private static final byte[] PAUSE = {(byte) 0xf3, (byte) 0x90};

  /** {@code xchg ax,ax}, in 16-bit code {@code xchg eax,eax}. */
  private static final byte[] NOTHING = {0x66, (byte) 0x90};

  /**
   * The bytes may be the end of another instruction. A guest that spins is after the same {@code
   * pause} most of the times; so often it is looked at, and so often has to be there.
   */
  private static final int LOOKS = 8;

  private static final int ENOUGH = 3;

  private static final Duration BETWEEN = Duration.ofMillis(3);

  private final Set<Long> known = new TreeSet<>();

  /**
   * Looks whether a guest that has run for long does so because it spins, and if so, changes that.
   *
   * @param late how it was stopped; where that is by another event, nothing is done
   * @return how it is stopped now: by the interrupt of whoever looked, or by another event
   */
  Stop relieve(GdbClient gdb, Stop late, Duration answer) throws GdbException {
    Map<Long, Integer> seen = new HashMap<>();
    Stop stop = late;
    for (int looks = 1; stop instanceof Stop.Interrupted; looks++) {
      long before = gdb.registers(answer).rip() - PAUSE.length;
      if (isPause(gdb.readEach(List.of(before), PAUSE.length, answer).get(0))) {
        seen.merge(before, 1, Integer::sum);
      } else if (looks == 1) {
        return stop;
      }
      if (looks >= LOOKS) {
        break;
      }
      stop = gdb.runFor(BETWEEN, answer);
    }
    seen.values().removeIf(times -> times < ENOUGH);
    known.addAll(seen.keySet());
    if (stop instanceof Stop.Interrupted) {
      replace(gdb, answer);
    }
    return stop;
  }

  /** Replaces what is known, in a guest whose memory may be that of an earlier moment. */
  void replace(GdbClient gdb, Duration answer) throws GdbException {
    if (known.isEmpty()) {
      return;
    }
    List<Long> addresses = List.copyOf(known);
    List<byte[]> code = gdb.readEach(addresses, PAUSE.length, answer);
    for (int i = 0; i < code.size(); i++) {
      if (isPause(code.get(i))) {
        gdb.write(addresses.get(i), NOTHING, answer);
      }
    }
  }

  private static boolean isPause(byte[] code) {
    return Arrays.equals(code, PAUSE);
  }
}
