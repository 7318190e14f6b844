package org.bootgrade.machine;

import java.util.Map;

/**
 * The registers of a stopped processor, those of up to 64 bits.
 *
 * @param values by gdb's name: {@code rax} … {@code r15}, {@code rip}, {@code eflags}, {@code cs} …
 *     {@code gs}, and from QEMU {@code fs_base}, {@code gs_base}, {@code cr0}, {@code cr2}, {@code
 *     cr3}, {@code cr4}, {@code efer}
 */
record Registers(Map<String, Long> values) {

  Registers {
    values = Map.copyOf(values);
  }

  /** The value of a register; 0 where the stub has none of that name. */
  long get(String name) {
    return values.getOrDefault(name, 0L);
  }

  /** The next instruction. */
  long rip() {
    return get("rip");
  }

  /** The stack pointer. */
  long rsp() {
    return get("rsp");
  }

  /** The page-table base with its flags. */
  long cr3() {
    return get("cr3");
  }

  /** Whether interrupts are enabled (RFLAGS.IF; Intel SDM vol. 1, 3.4.3.3). */
  boolean interruptsEnabled() {
    return (get("eflags") & 0x200) != 0;
  }
}
