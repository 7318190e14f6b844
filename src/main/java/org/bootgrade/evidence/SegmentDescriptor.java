package org.bootgrade.evidence;

/**
 * An entry of the global descriptor table (Intel SDM vol. 3A, 3.4.5, figure 3-8; for system
 * descriptors in long mode 7.2.3, figure 7-4).
 *
 * @param selector its place in the table in bytes: the selector that names it, with privilege 0
 * @param base linear base address; long mode ignores it for code and data
 * @param limit the last valid offset in bytes, granularity applied, 0 to 0xffffffff
 * @param type 0 to 15; of a system descriptor 0x9 is a free 64-bit TSS and 0xb a busy one; of a
 *     code segment bit 3 is set
 * @param system whether it is a system descriptor (S bit clear) rather than code or data
 * @param longCode whether it is a 64-bit code segment (L bit)
 * @param dpl privilege level, 0 to 3
 * @param present whether it may be loaded
 */
public record SegmentDescriptor(
    int selector,
    @Address long base,
    long limit,
    int type,
    boolean system,
    boolean longCode,
    int dpl,
    boolean present) {

  /** Whether it describes a 64-bit task state segment, busy or not. */
  public boolean taskState() {
    return system && (type == 0x9 || type == 0xb);
  }

  /** Whether it is a code segment that long mode can run in. */
  public boolean longModeCode() {
    return !system && (type & 0x8) != 0 && longCode;
  }
}
