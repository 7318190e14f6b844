package org.bootgrade.machine;

/** The guest's physical memory, stopped. */
@FunctionalInterface
interface PhysicalMemory {
  /**
   * Reads so many bytes.
   *
   * @param address physical
   * @param length in bytes
   */
  byte[] read(long address, int length) throws GdbException;
}
