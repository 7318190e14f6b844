package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An empty disk in QEMU's own format: what is not written to it is read from a raw image beside it
 * (QEMU's docs/interop/qcow2.txt). Only such a disk can hold states of {@code savevm}.
 */
final class Qcow2 {

  private static final int MAGIC = 'Q' << 24 | 'F' << 16 | 'I' << 8 | 0xfb;
  private static final int VERSION = 3;
  private static final int CLUSTER_BITS = 16;
  private static final int CLUSTER = 1 << CLUSTER_BITS;
  private static final int HEADER_LENGTH = 104;

  /** Reference counts have 1 &lt;&lt; 4 bits. */
  private static final int REFCOUNT_ORDER = 4;

  /** The header extension that names the backing file's format. Without it QEMU would guess. */
  private static final int BACKING_FORMAT = 0xe279_2aca;

  private static final byte[] RAW = "raw".getBytes(StandardCharsets.US_ASCII);

  /** One entry of the first table covers an 8-byte entry for each cluster in a cluster of them. */
  private static final long COVERED = (long) CLUSTER * (CLUSTER / 8);

  private static final int REFCOUNT_TABLE = 1;
  private static final int REFCOUNT_BLOCK = 2;
  private static final int FIRST_TABLE = 3;
  private static final int CLUSTERS = 4;

  private Qcow2() {}

  /**
   * The file.
   *
   * @param size of the disk in bytes; behind the image's end it reads as zeros
   * @param image the raw image's name, relative to the folder that the file will be in
   */
  static byte[] over(String image, long size) {
    byte[] name = image.getBytes(StandardCharsets.UTF_8);
    int extensions = HEADER_LENGTH + 8 + 8 + 8;
    ByteBuffer file = ByteBuffer.allocate(CLUSTERS * CLUSTER);
    file.putInt(MAGIC).putInt(VERSION);
    file.putLong(extensions).putInt(name.length);
    file.putInt(CLUSTER_BITS).putLong(size);
    file.putInt(0); // not encrypted
    file.putInt((int) ((size + COVERED - 1) / COVERED)).putLong((long) FIRST_TABLE * CLUSTER);
    file.putLong((long) REFCOUNT_TABLE * CLUSTER).putInt(1);
    file.putInt(0).putLong(0); // no snapshots
    file.putLong(0).putLong(0).putLong(0); // no features
    file.putInt(REFCOUNT_ORDER).putInt(HEADER_LENGTH);
    file.putInt(BACKING_FORMAT).putInt(RAW.length).put(RAW).put(new byte[8 - RAW.length]);
    file.putLong(0); // no more extensions
    file.put(name);
    file.putLong(REFCOUNT_TABLE * CLUSTER, (long) REFCOUNT_BLOCK * CLUSTER);
    for (int cluster = 0; cluster < CLUSTERS; cluster++) {
      file.putShort(REFCOUNT_BLOCK * CLUSTER + 2 * cluster, (short) 1);
    }
    return file.array();
  }
}
