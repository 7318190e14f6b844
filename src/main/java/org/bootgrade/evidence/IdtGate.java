package org.bootgrade.evidence;

/**
 * An entry of the interrupt descriptor table in long mode (Intel SDM vol. 3A, 6.14.1, figure 6-8).
 *
 * @param offset linear address of the handler
 * @param selector the code segment the handler runs in
 * @param ist the slot of the interrupt stack table the handler's stack comes from, 1 to 7; 0 where
 *     the stack is not switched (6.14.5). What crates count from 0 is one less
 * @param type 0xe for an interrupt gate, 0xf for a trap gate
 * @param dpl the least privilege that may use it by {@code int n}, 0 to 3
 * @param present whether the gate may be used at all
 */
public record IdtGate(
    @Address long offset, int selector, int ist, int type, int dpl, boolean present) {

  /** Whether the processor can deliver through this gate: present, and of a type long mode has. */
  public boolean usable() {
    return present && (type == 0xe || type == 0xf);
  }
}
