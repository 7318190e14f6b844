package org.bootgrade.machine;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * A machine that is stopped at its program's double fault and waits for a debugger. Not for use by
 * several threads, but for {@link #close}.
 */
public final class DebugSession implements AutoCloseable {

  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** Where the machine is stopped. */
  public enum Place {
    /** Before the first instruction of the double fault handler. */
    HANDLER,
    /** Before the instruction whose fault no handler takes. */
    FAULT,
    /** Some instructions before that one, which could not be met exactly. */
    SHORTLY_BEFORE,
    /** Before the program's first instruction: it does not double fault. */
    ENTRY
  }

  /** How a debugger's visit ended. */
  public enum Visit {
    /** It detached, was closed, or broke off. Another one may come. */
    LEFT,
    /** The machine is gone: the debugger ended it. No other one can come. */
    MACHINE_GONE
  }

  private final LiveMachine machine;
  private final DebugStop stop;
  private final BootRecord record;
  private final Map<String, Long> registers;
  private boolean touched;

  DebugSession(LiveMachine machine, DebugStop stop, BootRecord asSubmitted, BootRecord found)
      throws GdbException {
    this.machine = machine;
    this.stop = stop;
    this.registers = machine.registers().values();
    this.record =
        new BootRecord(
            asSubmitted.id(),
            asSubmitted.program(),
            asSubmitted.intervention(),
            asSubmitted.ending(),
            asSubmitted.serial(),
            asSubmitted.serialTruncated(),
            asSubmitted.screen(),
            asSubmitted.events(),
            asSubmitted.eventsTruncated(),
            found.tables(),
            found.delivery(),
            List.of(),
            asSubmitted.serialEnd());
  }

  /** Where the machine is stopped. */
  public Place place() {
    return stop.place();
  }

  /**
   * What is known of the program there: its boot as submitted, the tables as they are now, and the
   * entry of the handler where there was one.
   */
  public BootRecord record() {
    return record;
  }

  /** The registers at the stop, by gdb's names. */
  public Map<String, Long> registers() {
    return registers;
  }

  /**
   * Lets a debugger talk to the machine until it leaves. Each one finds the machine at the same
   * stop, whatever the one before did to it.
   *
   * @param in what the debugger sends, in gdb's remote protocol
   * @param out what it receives
   * @throws InfrastructureFailure when the emulator fails
   */
  public Visit serve(InputStream in, OutputStream out) throws InfrastructureFailure {
    try {
      if (touched) {
        takeBack();
      }
      touched = true;
      // We have read page tables, and a debugger knows nothing of physical addresses.
      machine.gdb().forgetPhysical(ANSWER);
      new DebugRelay(machine.gdb(), in, out).run();
      return Visit.LEFT;
    } catch (GdbException e) {
      if (e.kind() == GdbException.Kind.CLOSED) {
        return Visit.MACHINE_GONE;
      }
      throw new InfrastructureFailure(
          "the emulator did not do as it was told (%s; %s)"
              .formatted(e.getMessage(), machine.errors().strip()),
          "Run the command again.",
          e);
    }
  }

  private void takeBack() throws GdbException {
    GdbClient gdb = machine.gdb();
    if (gdb.running()) {
      gdb.interrupt(ANSWER);
    }
    if (machine.monitor("info status").contains("shutdown")) {
      // Only a reset leads out of the state that a power off leaves.
      machine.monitor("system_reset");
    }
    machine.load(DebugStop.STATE);
  }

  /** Ends the machine. */
  @Override
  public void close() {
    machine.close();
  }
}
