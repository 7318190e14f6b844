package org.bootgrade.machine;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.ExceptionEvent.Escalation;
import org.bootgrade.evidence.ExceptionEvent.SegmentRegister;
import org.bootgrade.evidence.ExceptionEvent.TableRegister;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log that QEMU writes with {@code -d int,cpu_reset}, merged with the trace events {@code
 * serial_write} and {@code runstate_set}. The format is that of QEMU 7.2 ({@code do_interrupt_all}
 * and {@code check_exception} in target/i386/tcg, {@code x86_cpu_dump_state} in
 * target/i386/cpu-dump.c):
 *
 * <pre>
 * check_exception old: 0xe new 0xb
 *      1: v=08 e=0000 i=0 cpl=0 IP=0008:0000000000204421 pc=… SP=0000:0000010000002000 …
 * RAX=… (the registers, last of them EFER)
 * </pre>
 *
 * <p>What becomes an event: a software interrupt ({@code i=1}), and a block that follows a {@code
 * check_exception} whose outcome is its vector. QEMU writes that line for whatever it raises as an
 * exception and for nothing else, so an interrupt of a device that enters gate 8 (the timer does,
 * where the interrupt controller was not remapped) does not count as a double fault; neither would
 * one that the guest sends itself.
 *
 * <p>The input may break off anywhere and nothing in it makes this class throw. Memory is bounded
 * by {@link Limits}. Feed it with {@link #accept} while the boot runs, or by its {@link #stream};
 * ask {@link #parsed} at any time. Not for use by several threads.
 */
final class ExceptionLog {

  /**
   * How much of a log is taken in.
   *
   * @param bytes how much is read; what follows is ignored
   * @param events how many events are kept; later ones only count as truncation, but for the first
   *     {@value #LATE} double faults among them and what came right before each
   */
  record Limits(long bytes, int events) {
    Limits {
      if (bytes < 0 || events < 0) {
        throw new IllegalArgumentException("a limit is not negative");
      }
    }
  }

  /** QEMU's lines have some 150 characters; what is longer is skipped. */
  private static final int LONGEST_LINE = 1024;

  /** How many bytes of serial output are kept. */
  static final int LONGEST_SERIAL = 1 << 20;

  private static final String CHECK = "check_exception old: 0x";
  private static final String SERIAL = "serial_write write addr 0x";
  private static final int NO_EXCEPTION = -1;

  /** What the lines that matter begin with: see {@link #line} and {@link Block#register}. */
  private static final String FIRST = "csrTGICE 0123456789";

  /** EFER.LMA: IA-32e mode is active (Intel SDM vol. 3A, 2.2.1). */
  private static final long LONG_MODE_ACTIVE = 1 << 10;

  /**
   * How many double faults are kept beyond the limit: the one that the program came to, most of
   * all.
   */
  private static final int LATE = 4;

  /** Registers of a 16550 UART, as offsets from its base port. */
  private static final int UART_DATA = 0;

  private static final int UART_LINE_CONTROL = 3;
  private static final int UART_MODEM_CONTROL = 4;
  private static final int DIVISOR_LATCH = 0x80;
  private static final int LOOPBACK = 0x10;

  private final Limits limits;
  private final KernelEntry entry;
  private final byte[] line = new byte[LONGEST_LINE];
  private final List<ExceptionEvent> events = new ArrayList<>();
  private int lineLength;
  private boolean lineTooLong;
  private long bytes;
  private boolean truncated;
  private boolean tripleFault;
  private boolean shutDown;
  private boolean inKernel;
  private long before;
  private long hardwareInterrupts;
  private long serialBytes;
  private final ByteArrayOutputStream serial = new ByteArrayOutputStream();
  private int lineControl;
  private int modemControl;
  private int late;
  private @Nullable Dropped dropped;
  private @Nullable Raised raised;
  private @Nullable Block block;

  ExceptionLog(Limits limits, KernelEntry entry) {
    this.limits = limits;
    this.entry = entry;
  }

  /** What takes a log as it comes. */
  OutputStream stream() {
    return new OutputStream() {
      @Override
      public void write(int value) {
        accept(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        accept(bytes, offset, length);
      }
    };
  }

  /** Whether the limit of bytes is reached, so that reading on is of no use. */
  boolean full() {
    return bytes >= limits.bytes();
  }

  /** Takes in the next piece of the log, which may begin and end anywhere. */
  void accept(byte[] piece, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (full()) {
        truncated = true;
        return;
      }
      bytes++;
      if (piece[i] == '\n') {
        // Most lines hold registers that nobody asks for; making text of them takes half the time.
        if (!lineTooLong && lineLength > 0 && FIRST.indexOf(line[0]) >= 0) {
          int end = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
          line(new String(line, 0, end, StandardCharsets.ISO_8859_1));
        }
        lineLength = 0;
        lineTooLong = false;
      } else if (lineLength < LONGEST_LINE) {
        line[lineLength++] = piece[i];
      } else {
        lineTooLong = true;
      }
    }
  }

  /** What the guest has sent to the serial port so far, at most {@link #LONGEST_SERIAL} bytes. */
  byte[] serial() {
    return serial.toByteArray();
  }

  /** What the log has told so far. A block that has only begun is missing from it. */
  ParsedLog parsed() {
    return new ParsedLog(
        events,
        truncated || block != null || raised != null,
        tripleFault,
        shutDown,
        before,
        hardwareInterrupts,
        serialBytes);
  }

  private void line(String text) {
    Block open = block;
    if (open != null && open.register(text)) {
      if (open.ended()) {
        block = null;
        finish(open);
      }
      return;
    }
    // Lines of a register dump without a block belong to a reset of the processor.
    if (text.startsWith(SERIAL)) {
      serialWrite(text);
    } else if (text.startsWith(CHECK)) {
      abandon();
      raise(text);
    } else if (text.startsWith("Triple fault")) {
      abandon();
      tripleFault = true;
    } else if (text.startsWith("runstate_set")) {
      shutDown |= text.endsWith("(shutdown)") || text.endsWith("(suspended)");
    } else if (text.contains(": v=")) {
      if (block != null) {
        truncated = true;
      }
      Raised cause = raised;
      raised = null;
      block = Block.begin(text, cause, serialBytes);
      if (block == null) {
        truncated = true;
      }
    }
  }

  /** Drops what was begun, because another exception is next in the log. */
  private void abandon() {
    if (block != null) {
      truncated = true;
    }
    block = null;
    // In real mode QEMU raises without writing a block: nothing is missing then.
    raised = null;
  }

  private void raise(String text) {
    OptionalLong first = hex(text, "old: 0x");
    OptionalLong second = hex(text, "new 0x");
    if (first.isEmpty() || second.isEmpty()) {
      truncated = true;
      return;
    }
    // QEMU writes old as an unsigned 32-bit number, -1 where no exception was being delivered.
    int old = (int) first.getAsLong();
    if (old == ExceptionEvent.DOUBLE_FAULT) {
      return; // "Triple fault" follows, not a delivery.
    }
    raised = new Raised(old, (int) second.getAsLong());
  }

  private void serialWrite(String text) {
    raised = null;
    OptionalLong register = hex(text, "addr 0x");
    OptionalLong value = hex(text, "val 0x");
    if (register.isEmpty() || value.isEmpty()) {
      return;
    }
    switch ((int) register.getAsLong()) {
      case UART_DATA -> {
        // The same register holds the divisor while the latch bit is set, and in loopback mode
        // nothing leaves the chip (PC16550D data sheet, 8.1 and 8.7).
        if ((lineControl & DIVISOR_LATCH) == 0 && (modemControl & LOOPBACK) == 0) {
          serialBytes++;
          if (serial.size() < LONGEST_SERIAL) {
            serial.write((int) value.getAsLong());
          }
        }
      }
      case UART_LINE_CONTROL -> lineControl = (int) value.getAsLong();
      case UART_MODEM_CONTROL -> modemControl = (int) value.getAsLong();
      default -> {
        // The other registers send nothing.
      }
    }
  }

  private void finish(Block done) {
    if (!done.whole()) {
      truncated = true;
      return;
    }
    Raised cause = done.cause;
    boolean exception = !done.software && cause != null && cause.gives(done.vector);
    if (!inKernel) {
      inKernel = entry.reached((done.efer & LONG_MODE_ACTIVE) != 0, done.rip, done.rsp);
    }
    if (!inKernel) {
      before++;
      return;
    }
    if (!done.software && !exception) {
      hardwareInterrupts++;
      return;
    }
    Escalation escalation =
        exception && cause != null && cause.first != NO_EXCEPTION
            ? new Escalation(cause.first, cause.second)
            : null;
    if (events.size() < limits.events()) {
      events.add(done.event(events.size() + 1, escalation));
      return;
    }
    truncated = true;
    if (exception && done.vector == ExceptionEvent.DOUBLE_FAULT && late < LATE) {
      late++;
      Dropped before = dropped;
      if (before != null) {
        events.add(before.block().event(events.size() + 1, before.escalation()));
        dropped = null;
      }
      events.add(done.event(events.size() + 1, escalation));
    } else {
      dropped = new Dropped(done, escalation);
    }
  }

  /** An exception that there was no room for; a double fault behind it is not told without it. */
  private record Dropped(Block block, @Nullable Escalation escalation) {}

  /** The hexadecimal number after the first place where {@code key} stands, if there is one. */
  private static OptionalLong hex(String text, String key) {
    int at = text.indexOf(key);
    return at < 0 ? OptionalLong.empty() : hex(text, at + key.length());
  }

  private static OptionalLong hex(String text, int from) {
    int start = from;
    while (start < text.length() && text.charAt(start) == ' ') {
      start++;
    }
    int end = start;
    while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
      end++;
    }
    if (end == start || end - start > 16) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseUnsignedLong(text, start, end, 16));
  }

  /**
   * A line {@code check_exception}.
   *
   * @param first the exception being delivered, or {@link #NO_EXCEPTION}
   * @param second the exception that came
   */
  private record Raised(int first, int second) {
    /** Two exceptions give the second, or a double fault (Intel SDM vol. 3A, table 6-5). */
    boolean gives(int vector) {
      return vector == second || (first != NO_EXCEPTION && vector == ExceptionEvent.DOUBLE_FAULT);
    }
  }

  /** One delivered interrupt, filled in line by line. */
  private static final class Block {
    private final @Nullable Raised cause;
    private final long serialOffset;
    private final int vector;
    private final long errorCode;
    private final boolean software;
    private final int cpl;
    private final int cs;
    private final long rip;
    private final int ss;
    private final long rsp;
    private @Nullable SegmentRegister task;
    private @Nullable TableRegister gdt;
    private @Nullable TableRegister idt;
    private boolean controlSeen;
    private long cr2;
    private long cr3;
    private boolean eferSeen;
    private long efer;

    private Block(
        @Nullable Raised cause,
        long serialOffset,
        int vector,
        long errorCode,
        boolean software,
        int cpl,
        int cs,
        long rip,
        int ss,
        long rsp) {
      this.cause = cause;
      this.serialOffset = serialOffset;
      this.vector = vector;
      this.errorCode = errorCode;
      this.software = software;
      this.cpl = cpl;
      this.cs = cs;
      this.rip = rip;
      this.ss = ss;
      this.rsp = rsp;
    }

    /** The block that this line opens, or null where the line is not whole. */
    static @Nullable Block begin(String text, @Nullable Raised cause, long serialOffset) {
      OptionalLong vector = hex(text, " v=");
      OptionalLong error = hex(text, " e=");
      OptionalLong software = hex(text, " i=");
      OptionalLong cpl = hex(text, " cpl=");
      OptionalLong cs = hex(text, " IP=");
      OptionalLong rip = afterColon(text, " IP=");
      OptionalLong ss = hex(text, " SP=");
      OptionalLong rsp = afterColon(text, " SP=");
      if (vector.isEmpty()
          || vector.getAsLong() < 0
          || vector.getAsLong() > 0xff
          || error.isEmpty()
          || software.isEmpty()
          || cpl.isEmpty()
          || cs.isEmpty()
          || rip.isEmpty()
          || ss.isEmpty()
          || rsp.isEmpty()) {
        return null;
      }
      return new Block(
          cause,
          serialOffset,
          (int) vector.getAsLong(),
          error.getAsLong(),
          software.getAsLong() != 0,
          (int) cpl.getAsLong() & 3,
          (int) cs.getAsLong() & 0xffff,
          rip.getAsLong(),
          (int) ss.getAsLong() & 0xffff,
          rsp.getAsLong());
    }

    private static OptionalLong afterColon(String text, String key) {
      int at = text.indexOf(key);
      int colon = at < 0 ? -1 : text.indexOf(':', at);
      return colon < 0 ? OptionalLong.empty() : hex(text, colon + 1);
    }

    /** Takes in a line of the register dump; false where it is none. */
    boolean register(String text) {
      if (text.startsWith("TR =")) {
        task = segment(text);
      } else if (text.startsWith("GDT=")) {
        gdt = table(text);
      } else if (text.startsWith("IDT=")) {
        idt = table(text);
      } else if (text.startsWith("CR0=")) {
        OptionalLong fault = hex(text, "CR2=");
        OptionalLong tables = hex(text, "CR3=");
        controlSeen = fault.isPresent() && tables.isPresent();
        cr2 = fault.orElse(0);
        cr3 = tables.orElse(0);
      } else if (text.startsWith("EFER=")) {
        efer = hex(text, "EFER=").orElse(0);
        eferSeen = true;
      } else {
        return false;
      }
      return true;
    }

    private static @Nullable SegmentRegister segment(String text) {
      String[] words = text.substring(text.indexOf('=') + 1).trim().split(" +", 5);
      if (words.length < 4) {
        return null;
      }
      OptionalLong selector = hex(words[0], 0);
      OptionalLong base = hex(words[1], 0);
      OptionalLong limit = hex(words[2], 0);
      OptionalLong flags = hex(words[3], 0);
      if (selector.isEmpty() || base.isEmpty() || limit.isEmpty() || flags.isEmpty()) {
        return null;
      }
      // The flags are the descriptor's second doubleword (Intel SDM vol. 3A, 3.4.5).
      return new SegmentRegister(
          (int) selector.getAsLong() & 0xffff,
          base.getAsLong(),
          limit.getAsLong(),
          (int) (flags.getAsLong() >> 8) & 0xf,
          (flags.getAsLong() & 0x8000) != 0);
    }

    private static @Nullable TableRegister table(String text) {
      String[] words = text.substring(text.indexOf('=') + 1).trim().split(" +", 3);
      if (words.length < 2) {
        return null;
      }
      OptionalLong base = hex(words[0], 0);
      OptionalLong limit = hex(words[1], 0);
      if (base.isEmpty() || limit.isEmpty()) {
        return null;
      }
      return new TableRegister(base.getAsLong(), (int) limit.getAsLong());
    }

    /** QEMU writes EFER last. */
    boolean ended() {
      return eferSeen;
    }

    boolean whole() {
      return eferSeen && controlSeen && task != null && gdt != null && idt != null;
    }

    ExceptionEvent event(int number, @Nullable Escalation escalation) {
      return new ExceptionEvent(
          number,
          vector,
          errorCode,
          software,
          escalation,
          cpl,
          cs,
          rip,
          ss,
          rsp,
          cr2,
          cr3,
          task == null ? new SegmentRegister(0, 0, 0, 0, false) : task,
          gdt == null ? new TableRegister(0, 0) : gdt,
          idt == null ? new TableRegister(0, 0) : idt,
          serialOffset,
          null);
    }
  }
}
