package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * Stops a guest after a time of its own, at the same instruction in every run. A request to stop
 * from outside, by gdb or by a watchdog device, takes effect some thousands of instructions later
 * or earlier each time, depending on how busy the host is.
 *
 * <p>Timer 2 of the HPET sends a system management interrupt as a message to the local APIC (IA-PC
 * HPET specification 1.0a, 2.3.9: FSB interrupts; Intel SDM vol. 3A, 10.11: message format,
 * delivery mode 010 is SMI). The processor enters system management mode at {@link #ENTRY}, where a
 * breakpoint waits, and a guest in {@code hlt} wakes by it. Nothing of the guest's is used: no
 * gate, no vector, no byte of its stack. Firmware ends the mode at once, because no command was
 * given.
 *
 * <p>A guest that programs timer 2 itself can lose the alarm; whoever waits for it needs a limit by
 * the host's clock as well.
 */
final class GuestAlarm {

  /**
   * Where system management mode begins: the base that SeaBIOS relocates it to, and 0x8000 (Intel
   * SDM vol. 3C, 31.4).
   */
  static final long ENTRY = 0xa_8000L;

  /** {@link #ENTRY} as the instruction pointer has it, relative to the mode's code segment. */
  private static final long POINTER = 0x8000;

  /** Where QEMU saves RIP (do_smm_enter in target/i386/tcg/sysemu/smm_helper.c). */
  private static final long SAVED_RIP = ENTRY + 0x7f78;

  private static final long HPET = 0xfed0_0000L;
  private static final long CONFIGURATION = HPET + 0x10;
  private static final long COUNTER = HPET + 0xf0;
  private static final long TIMER_CONFIGURATION = HPET + 0x140;
  private static final long TIMER_COMPARATOR = HPET + 0x148;
  private static final long TIMER_MESSAGE = HPET + 0x150;
  private static final long TIMER_MESSAGE_ADDRESS = HPET + 0x154;

  /** Message interrupts, 32 bits, enabled; not periodic. */
  private static final int ARMED = 1 << 14 | 1 << 8 | 1 << 2;

  private static final int SMI_MESSAGE = 2 << 8;
  private static final int LOCAL_APIC = 0xfee0_0000;

  /** QEMU's HPET counts every 10 ns. */
  private static final int TICK = 10;

  private GuestAlarm() {}

  /**
   * Sets the alarm on a stopped guest.
   *
   * @return when it rings, for {@link #isOver}
   */
  static int arm(GdbClient gdb, Duration after, Duration timeout) throws GdbException {
    write(gdb, CONFIGURATION, 1, timeout);
    write(gdb, TIMER_CONFIGURATION, 0, timeout);
    write(gdb, TIMER_MESSAGE, SMI_MESSAGE, timeout);
    write(gdb, TIMER_MESSAGE_ADDRESS, LOCAL_APIC, timeout);
    int end = now(gdb, timeout) + (int) (after.toNanos() / TICK);
    write(gdb, TIMER_COMPARATOR, end, timeout);
    write(gdb, TIMER_CONFIGURATION, ARMED, timeout);
    return end;
  }

  /**
   * Whether the time is over. A guest can send itself a system management interrupt, too.
   *
   * @param end what {@link #arm} gave
   */
  static boolean isOver(GdbClient gdb, int end, Duration timeout) throws GdbException {
    return now(gdb, timeout) - end >= 0;
  }

  private static int now(GdbClient gdb, Duration timeout) throws GdbException {
    return little(gdb.readPhysical(COUNTER, 4, timeout)).getInt();
  }

  /** Whether the guest was stopped by the alarm. */
  static boolean rings(Registers registers) {
    return registers.rip() == POINTER && registers.get("efer") == 0;
  }

  /** Where the guest goes on when system management mode ends. */
  static long interrupted(GdbClient gdb, Duration timeout) throws GdbException {
    return little(gdb.read(SAVED_RIP, 8, timeout)).getLong();
  }

  private static void write(GdbClient gdb, long address, int value, Duration timeout)
      throws GdbException {
    byte[] bytes = new byte[4];
    little(bytes).putInt(value);
    gdb.writePhysical(address, bytes, timeout);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
