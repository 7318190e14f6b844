package org.bootgrade.sandbox;

import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that come in pieces. They are copied once when they come and once when all are wanted; a
 * buffer that grows would leave twice as much behind, of which a collector of garbage has the more
 * trouble the larger the pieces are.
 */
final class Blocks {

  private static final int BLOCK = 64 << 10;

  private final List<byte[]> blocks = new ArrayList<>();
  private int size;

  void add(byte[] bytes, int length) {
    int done = 0;
    while (done < length) {
      int used = size % BLOCK;
      if (used == 0) {
        blocks.add(new byte[BLOCK]);
      }
      int part = Math.min(length - done, BLOCK - used);
      System.arraycopy(bytes, done, blocks.get(blocks.size() - 1), used, part);
      size += part;
      done += part;
    }
  }

  int size() {
    return size;
  }

  byte[] toArray() {
    byte[] all = new byte[size];
    for (int i = 0; i < blocks.size(); i++) {
      System.arraycopy(blocks.get(i), 0, all, i * BLOCK, Math.min(BLOCK, size - i * BLOCK));
    }
    return all;
  }
}
