package org.bootgrade.machine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;

/**
 * The registers that gdb's protocol does not know, from QEMU's monitor command {@code info
 * registers}. It prints segments with their hidden part: selector, base, limit, and the
 * descriptor's second doubleword (Intel SDM vol. 3A, 3.4.5).
 */
record SystemRegisters(
    SegmentRegister code, SegmentRegister task, TableRegister gdt, TableRegister idt) {

  private static final String HEX = " *([0-9a-fA-F]{1,16})";

  static SystemRegisters read(LiveMachine machine) throws GdbException {
    return parse(machine.monitor("info registers"));
  }

  /** What the monitor printed; a register that is missing there is all zero. */
  static SystemRegisters parse(String text) {
    return new SystemRegisters(
        segment(text, "CS"), segment(text, "TR"), table(text, "GDT"), table(text, "IDT"));
  }

  private static SegmentRegister segment(String text, String name) {
    Matcher m =
        Pattern.compile("(?m)^" + name + " *=" + HEX + HEX + HEX + " +([0-9a-fA-F]{1,8})")
            .matcher(text);
    if (!m.find()) {
      return new SegmentRegister(0, 0, 0, 0, false);
    }
    long flags = hex(m.group(4));
    return new SegmentRegister(
        (int) hex(m.group(1)) & 0xffff,
        hex(m.group(2)),
        hex(m.group(3)),
        (int) (flags >> 8) & 0xf,
        (flags & 0x8000) != 0);
  }

  private static TableRegister table(String text, String name) {
    Matcher m = Pattern.compile("(?m)^" + name + "=" + HEX + HEX).matcher(text);
    return m.find()
        ? new TableRegister(hex(m.group(1)), (int) hex(m.group(2)) & 0xffff)
        : new TableRegister(0, 0);
  }

  private static long hex(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }
}
