package org.bootgrade.machine;

import org.bootgrade.machine.LiveMachine.Pause;

/**
 * A program's disk, and the moments of its boot that are kept on it: first the firmware's end, then
 * also the program's first instruction, so that no later machine has to come there once more.
 */
final class Drive {

  private static final String ENTRY = "entry";

  private final String disk;
  private final byte[] bootSector;
  private final long entry;
  private final RegisterLayout registers;
  private final SpinHints spinHints = new SpinHints();
  private boolean atEntry;

  /**
   * @param disk its absolute path in the workspace
   * @param bootSector the first sector of the program's image, which firmware would load
   * @param entry the program's first instruction, or 0 where it has none
   * @param registers those of the emulator that it is for
   */
  Drive(String disk, byte[] bootSector, long entry, RegisterLayout registers) {
    this.disk = disk;
    this.bootSector = bootSector.clone();
    this.entry = entry;
    this.registers = registers;
  }

  /** The disk's absolute path in the workspace. */
  String disk() {
    return disk;
  }

  /** The state that a machine with this disk is to begin with. */
  String state() {
    return atEntry ? ENTRY : Firmware.STATE;
  }

  /** The registers of the emulator that it is for. */
  RegisterLayout registers() {
    return registers;
  }

  boolean hasEntry() {
    return entry != 0;
  }

  /**
   * Brings a machine that began with {@link #state} to the program's first instruction, and keeps
   * that moment.
   *
   * @return where it is; somewhere else where the boot loader does not come there
   */
  Pause toEntry(LiveMachine machine) throws GdbException {
    machine.share(spinHints);
    if (atEntry) {
      return machine.resumed();
    }
    Pause pause = machine.boot(bootSector, entry);
    if (pause.usable()) {
      machine.screenAsMemory();
      machine.save(ENTRY);
      atEntry = true;
    }
    return pause;
  }

  /** Takes a machine back to the program's first instruction. */
  void backToEntry(LiveMachine machine) throws GdbException {
    machine.load(ENTRY);
  }
}
