package org.bootgrade.machine;

import java.time.Duration;
import java.util.List;

/**
 * The emulated machine and what a boot may use.
 *
 * @param memoryMib the guest's memory in MiB
 * @param exitPorts the I/O ports of isa-debug-exit
 * @param guestTime how long the guest runs before it counts as still running, in its own time: one
 *     nanosecond an instruction, and waiting takes no time of ours. Independent of how busy the
 *     host is. Less where it does nothing any more, or much all the time; see {@link PlainBoot}
 * @param hostTime how long a second of the guest's time may take by our clock; reaching it is a
 *     failure of ours
 * @param serialBytes how much serial output is kept
 * @param fileBytes how large a log or the serial output may become before the boot is ended as
 *     flooding
 * @param events how many exceptions are kept
 */
public record MachineSettings(
    int memoryMib,
    List<Integer> exitPorts,
    Duration guestTime,
    Duration hostTime,
    int serialBytes,
    long fileBytes,
    int events) {

  /** As every course text has it, and as QEMU has it where its command line does not say. */
  private static final List<Integer> EXIT_PORTS = List.of(0xf4, 0x501);

  /** How long a machine is kept for a person who debugs it. Its workspace lives longer. */
  public static final Duration DEBUGGING = Duration.ofHours(2);

  public MachineSettings {
    exitPorts = List.copyOf(exitPorts);
  }

  /** The same machine, kept for as long as a person may debug it. */
  MachineSettings forDebugging() {
    return new MachineSettings(
        memoryMib, exitPorts, guestTime, DEBUGGING, serialBytes, fileBytes, events);
  }

  /** The defaults. */
  public static MachineSettings defaults() {
    return new MachineSettings(
        128, EXIT_PORTS, Duration.ofSeconds(10), Duration.ofSeconds(90), 64 << 10, 64L << 20, 200);
  }
}
