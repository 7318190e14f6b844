package org.bootgrade.machine;

import java.util.List;
import org.bootgrade.evidence.ExceptionEvent;

/**
 * What QEMU's exception log tells about the kernel.
 *
 * @param events the kernel's exceptions and software interrupts, in order
 * @param truncated whether there is more than {@code events} holds: a limit was reached, or the log
 *     ends or breaks off within a block
 * @param tripleFault whether the processor shut down because a double fault could not be delivered
 * @param shutDown whether QEMU's machine went into its shutdown state (power off, or a reset under
 *     {@code -no-reboot}, a triple fault among them) or to sleep; known only where {@code
 *     runstate_set} is traced
 * @param before how many exceptions were dropped because the kernel had not been reached
 * @param hardwareInterrupts how many interrupts of devices were delivered to the kernel
 * @param serialBytes how many bytes the guest sent to the serial port; known only where {@code
 *     serial_write} is traced
 */
record ParsedLog(
    List<ExceptionEvent> events,
    boolean truncated,
    boolean tripleFault,
    boolean shutDown,
    long before,
    long hardwareInterrupts,
    long serialBytes) {

  ParsedLog {
    events = List.copyOf(events);
  }
}
