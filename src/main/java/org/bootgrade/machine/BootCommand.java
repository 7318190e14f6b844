package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * QEMU's command line for one boot. Nothing of it comes from a submission. Two boots with the same
 * options leave the same exception log and serial output, byte for byte:
 *
 * <ul>
 *   <li>{@code -accel tcg}: {@code -d int} exists in the translator only.
 *   <li>{@code -icount shift=0,sleep=off -rtc clock=vm}: guest time is the count of executed
 *       instructions, one nanosecond each, and while the guest waits it leaps to the next timer.
 *   <li>{@code -nodefaults -no-user-config}: no device that is not named here, no network, no
 *       monitor on a stream, and half the noise of the firmware.
 *   <li>{@code format=qcow2}: writes go to a file beside the raw image, which also holds the states
 *       of {@code savevm}.
 *   <li>{@code -sandbox}: QEMU itself may not start processes or gain privileges.
 *   <li>{@code -global hpet.msi=on}: {@link GuestAlarm} stops the guest by a message of its HPET.
 *   <li>{@code -cpu qemu64,-svm}: a guest inside the guest would have exceptions of its own, in the
 *       same log.
 * </ul>
 */
final class BootCommand {

  /** What a reset means, a triple fault among them. */
  enum OnReset {
    /** QEMU ends, with exit code 0. */
    END,
    /**
     * The machine stops and can be looked at, but not run again: QEMU lets no state that {@code
     * loadvm} brings back go on from there.
     */
    PAUSE,
    /**
     * The machine starts anew. With a breakpoint at {@link #RESET_VECTOR} it stops there, and
     * {@code loadvm} can take it back as often as one likes. A power off pauses it; {@code
     * system_reset} leads from there to the reset vector.
     */
    RESTART
  }

  /** What writing to the exit port does. */
  enum OnExit {
    /** QEMU ends (isa-debug-exit). */
    END,
    /**
     * Nothing. A debug console in its place reads as the same zero, so that a guest cannot tell the
     * machines apart.
     */
    NOTHING
  }

  /** How many I/O ports each exit port has. */
  private static final int PORTS = 4;

  /** The linear address of the first instruction after a reset (Intel SDM vol. 3A, 9.1.4). */
  static final long RESET_VECTOR = 0xffff_fff0L;

  /**
   * What to boot and how.
   *
   * @param disk the disk, in QEMU's own format; see {@link Qcow2}
   * @param state what is on the disk of {@code savevm} and the machine begins with; empty to begin
   *     with a reset
   * @param serial the file that what the guest prints goes to
   * @param log the exception log
   * @param memoryMib the guest's memory, in MiB
   * @param exitPorts the bases of the exit ports' four I/O ports each
   * @param onExit what writing to them does
   * @param gdb whether to wait for a debugger on standard input and output
   * @param onReset what a reset means
   */
  record Options(
      String disk,
      String state,
      String serial,
      String log,
      int memoryMib,
      List<Integer> exitPorts,
      OnExit onExit,
      boolean gdb,
      OnReset onReset) {

    Options {
      if (memoryMib < 1 || memoryMib > 4096) {
        throw new IllegalArgumentException("memory is 1 to 4096 MiB, not " + memoryMib);
      }
      exitPorts = List.copyOf(exitPorts);
      for (int port : exitPorts) {
        if (port < 0 || port > 0x10000 - PORTS) {
          throw new IllegalArgumentException("no such port: " + port);
        }
      }
      if (log.contains("%")) {
        throw new IllegalArgumentException("QEMU would read the % in " + log + " as a pattern");
      }
    }
  }

  private BootCommand() {}

  /**
   * The command line.
   *
   * @param program the emulator, {@code qemu-system-x86_64} or a path to it
   */
  static List<String> of(String program, Options options) {
    List<String> line = new ArrayList<>();
    line.add(program);
    line.addAll(List.of("-nodefaults", "-no-user-config"));
    line.addAll(
        List.of(
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"));
    line.addAll(List.of("-machine", "pc", "-accel", "tcg", "-cpu", "qemu64,-svm", "-smp", "1"));
    line.addAll(List.of("-global", "hpet.msi=on"));
    line.addAll(List.of("-m", options.memoryMib() + "M"));
    line.addAll(List.of("-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01,clock=vm"));
    line.addAll(List.of("-vga", "std", "-display", "none", "-nic", "none", "-monitor", "none"));
    line.addAll(List.of("-drive", "format=qcow2,file=" + withoutCommas(options.disk())));
    if (!options.state().isEmpty()) {
      line.addAll(List.of("-loadvm", options.state()));
    }
    line.addAll(List.of("-serial", "file:" + withoutCommas(options.serial())));
    options.exitPorts().forEach(base -> line.addAll(exitPort(base, options.onExit())));
    switch (options.onReset()) {
      case END -> line.add("-no-reboot");
      case PAUSE -> line.addAll(List.of("-no-reboot", "-no-shutdown"));
      case RESTART -> line.add("-no-shutdown");
    }
    line.addAll(List.of("-d", "int,cpu_reset", "-D", options.log()));
    line.addAll(List.of("-trace", "serial_write", "-trace", "runstate_set"));
    if (options.gdb()) {
      line.addAll(List.of("-S", "-gdb", "stdio"));
    }
    return List.copyOf(line);
  }

  private static List<String> exitPort(int base, OnExit onExit) {
    if (onExit == OnExit.END) {
      return List.of("-device", "isa-debug-exit,iobase=0x%x,iosize=0x0%x".formatted(base, PORTS));
    }
    List<String> devices = new ArrayList<>();
    for (int port = base; port < base + PORTS; port++) {
      devices.addAll(List.of("-chardev", "null,id=exit-%x".formatted(port)));
      devices.addAll(
          List.of(
              "-device",
              "isa-debugcon,iobase=0x%x,readback=0,chardev=exit-%x".formatted(port, port)));
    }
    return devices;
  }

  /** In a list of options a comma is doubled to stand for itself (QEMU manual, "-drive"). */
  private static String withoutCommas(String path) {
    return path.replace(",", ",,");
  }
}
