package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** What the alarm's time is counted by. It stands still while the guest is stopped. */
  static final long COUNTER = HPET + 0xf0;

  /** How many bytes of it are wanted. */
  static final int COUNTER_BYTES = 4;

  /** Configuration, comparator and message of timer 2, 8 bytes each. */
  private static final long TIMER = HPET + 0x140;

  /** Message interrupts, 32 bits, enabled; not periodic. */
  private static final int ARMED = 1 << 14 | 1 << 8 | 1 << 2;

  private static final int SMI_MESSAGE = 2 << 8;
  private static final int LOCAL_APIC = 0xfee0_0000;

  /** QEMU's HPET counts every 10 ns. */
  private static final int TICK = 10;

  /** Mechanism #1 of PCI: selector and window of configuration space. */
  private static final String PCI_ADDRESS = "0xcf8";

  private static final String PCI_DATA_BYTE_3 = "0xcff";

  /** Bus 0, device 1, function 3, register 0x58. */
  private static final String DEVACTB = "0x80000b58";

  /** Bit 25 of the register, in its highest byte. */
  private static final long APMC_EN = 1 << 1;

  private static final Pattern PORT = Pattern.compile("= 0x([0-9a-fA-F]{1,8})");

  private GuestAlarm() {}

  /**
   * Prepares a booted machine: starts the counter, and keeps the guest from sending itself a system
   * management interrupt, which would look like the alarm. For that it clears APMC_EN of the
   * chipset's power management function (82371AB data sheet, 7.1.13, DEVACTB); I/O port 0xb2 then
   * does nothing.
   */
  static void install(GdbClient gdb, Duration timeout) throws GdbException {
    gdb.writePhysical(CONFIGURATION, new byte[] {1, 0, 0, 0}, timeout);
    long selected = port(gdb, "i /w " + PCI_ADDRESS, timeout);
    gdb.order("o /w %s %s".formatted(PCI_ADDRESS, DEVACTB), timeout);
    long enabled = port(gdb, "i /b " + PCI_DATA_BYTE_3, timeout);
    gdb.order("o /b %s 0x%x".formatted(PCI_DATA_BYTE_3, enabled & ~APMC_EN), timeout);
    gdb.order("o /w %s 0x%x".formatted(PCI_ADDRESS, selected), timeout);
  }

  /** QEMU's monitor prints {@code portb[0x0cff] = 0x02}. */
  private static long port(GdbClient gdb, String command, Duration timeout) throws GdbException {
    String answer = gdb.monitor(command, timeout);
    Matcher m = PORT.matcher(answer);
    if (!m.find()) {
      throw new GdbException(
          GdbException.Kind.PROTOCOL, "QEMU's monitor said to %s: %s".formatted(command, answer));
    }
    return Long.parseLong(m.group(1), 16);
  }

  /**
   * Sets the alarm on a stopped guest.
   *
   * @param counter the {@linkplain #COUNTER_BYTES bytes} of {@link #COUNTER}
   */
  static void arm(GdbClient gdb, byte[] counter, Duration after, Duration timeout)
      throws GdbException {
    int now = little(counter).getInt();
    byte[] timer = new byte[24];
    ByteBuffer registers = little(timer);
    registers.putInt(ARMED).putInt(0);
    registers.putInt(now + (int) (after.toNanos() / TICK)).putInt(0);
    registers.putInt(SMI_MESSAGE).putInt(LOCAL_APIC);
    gdb.writePhysical(TIMER, timer, timeout);
  }

  /** Whether the guest was stopped by the alarm. */
  static boolean rings(Registers registers) {
    return registers.rip() == POINTER && registers.get("efer") == 0;
  }

  /** Where the guest goes on when system management mode ends. */
  static long interrupted(GdbClient gdb, Duration timeout) throws GdbException {
    return little(gdb.read(SAVED_RIP, 8, timeout)).getLong();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
