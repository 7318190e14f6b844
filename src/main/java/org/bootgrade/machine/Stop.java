package org.bootgrade.machine;

import org.jspecify.annotations.Nullable;

/**
 * Why the guest no longer runs, from a stop reply (GDB manual, "Stop Reply Packets"). The signal
 * numbers are gdb's own; which one stands for what is QEMU's choice ({@code gdb_vm_state_change} in
 * gdbstub.c).
 */
sealed interface Stop {

  /**
   * A breakpoint or watchpoint was reached, or a step was made (SIGTRAP).
   *
   * @param watchpoint the watchpoint that was hit, or null where it was none
   */
  record Trapped(@Nullable Watchpoint watchpoint) implements Stop {}

  /** The machine was paused: this client asked for it, or someone on QEMU's monitor (SIGINT). */
  record Interrupted() implements Stop {}

  /** The machine is in QEMU's shutdown state: triple fault, reset or power off (SIGQUIT). */
  record ShutDown() implements Stop {}

  /**
   * The guest put the machine to sleep (ACPI state S3). Nothing wakes it again, but its memory can
   * be read.
   */
  record Suspended() implements Stop {}

  /**
   * The machine stopped for another reason, for example an error of QEMU's.
   *
   * @param number gdb's signal number
   */
  record Signalled(int number) implements Stop {}

  /**
   * The stub said that its process ends.
   *
   * @param code the exit code, or the signal that ended it
   */
  record Exited(int code) implements Stop {}

  /**
   * The channel was closed with no word. That is how it looks when the guest writes to
   * isa-debug-exit: the code is then the exit code of QEMU's process.
   */
  record TargetGone() implements Stop {}

  /** Whether registers and memory can still be read. */
  default boolean alive() {
    return !(this instanceof Exited) && !(this instanceof TargetGone);
  }

  /**
   * A watchpoint that was hit.
   *
   * @param access {@code watch} for a write, {@code rwatch} for a read, {@code awatch} for either
   * @param address the guest's linear address
   */
  record Watchpoint(String access, long address) {}
}
