package org.bootgrade.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** What is read of a program's file here; the LLVM tools read the rest. */
final class Elf {

  private static final int HEADER = 64;

  private Elf() {}

  /**
   * Where an ELF file for 64 bits begins to execute (ELF-64 object file format, figure 2); 0 where
   * it is none.
   *
   * @throws IOException when it cannot be read
   */
  static long entry(Path file) throws IOException {
    byte[] elf;
    try (InputStream content = Files.newInputStream(file)) {
      elf = content.readNBytes(HEADER);
    }
    boolean valid =
        elf.length == HEADER
            && elf[0] == 0x7f
            && elf[1] == 'E'
            && elf[2] == 'L'
            && elf[3] == 'F'
            && elf[4] == 2;
    return valid ? ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN).getLong(24) : 0;
  }
}
