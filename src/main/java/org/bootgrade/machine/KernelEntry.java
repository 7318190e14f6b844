package org.bootgrade.machine;

/**
 * Tells from which exception on a boot's log is about the kernel. Firmware and bootloader run
 * before it, and newer versions of either may leave exceptions of their own.
 */
@FunctionalInterface
interface KernelEntry {

  /** End of the memory that real mode reaches, where firmware and bootloader live: 1 MiB. */
  long LOW_MEMORY = 0x10_0000;

  /**
   * Whether an exception was raised by the kernel, judged by the registers it interrupted. Asked
   * only until it says yes for the first time.
   *
   * @param longMode whether IA-32e mode is active (EFER.LMA)
   * @param rip the interrupted instruction
   * @param rsp the interrupted stack pointer
   */
  boolean reached(boolean longMode, long rip, long rsp);

  /**
   * For version 0.9 of the bootloader crate. All its stages, its stack too, lie in low memory; the
   * last one runs in long mode and then jumps to the kernel with a stack high above. So a kernel
   * that jumps to address 0 is still known by its stack, and one that ruins its stack pointer by
   * its code.
   */
  static KernelEntry afterLowMemoryBootloader() {
    return (longMode, rip, rsp) ->
        longMode
            && (Long.compareUnsigned(rip, LOW_MEMORY) >= 0
                || Long.compareUnsigned(rsp, LOW_MEMORY) >= 0);
  }

  /** For a part of a log that begins after the kernel's entry. */
  static KernelEntry already() {
    return (longMode, rip, rsp) -> true;
  }
}
