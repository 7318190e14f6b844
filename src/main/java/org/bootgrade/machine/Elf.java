package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What is read of a program's file here; the LLVM tools read the rest. */
final class Elf {

  private Elf() {}

  /**
   * Where an ELF file for 64 bits begins to execute (ELF-64 object file format, figure 2); 0 where
   * it is none.
   */
  static long entry(byte[] elf) {
    boolean valid =
        elf.length >= 64
            && elf[0] == 0x7f
            && elf[1] == 'E'
            && elf[2] == 'L'
            && elf[3] == 'F'
            && elf[4] == 2;
    return valid ? ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN).getLong(24) : 0;
  }
}
