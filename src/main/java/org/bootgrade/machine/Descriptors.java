package org.bootgrade.machine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.GdtTable;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.SegmentDescriptor;
import org.bootgrade.evidence.TaskStateSegment;

/** Decodes the processor's tables from the bytes the guest has put there, whatever they are. */
final class Descriptors {

  /** The size of a gate in long mode, in bytes. */
  static final int GATE_SIZE = 16;

  private static final int DESCRIPTOR_SIZE = 8;

  private Descriptors() {}

  /**
   * A gate of the IDT in long mode (Intel SDM vol. 3A, figure 6-8); empty where there are fewer
   * than {@link #GATE_SIZE} bytes.
   */
  static Optional<IdtGate> gate(byte[] bytes) {
    if (bytes.length < GATE_SIZE) {
      return Optional.empty();
    }
    ByteBuffer data = little(bytes);
    long offset =
        (data.getShort(0) & 0xffffL)
            | (data.getShort(6) & 0xffffL) << 16
            | (data.getInt(8) & 0xffffffffL) << 32;
    int flags = data.get(5) & 0xff;
    return Optional.of(
        new IdtGate(
            offset,
            data.getShort(2) & 0xffff,
            data.get(4) & 0x7,
            flags & 0xf,
            flags >> 5 & 0x3,
            (flags & 0x80) != 0));
  }

  /**
   * The GDT (Intel SDM vol. 3A, 3.5.1). In long mode a system descriptor takes two places (7.2.3);
   * one that is cut by the table's end is left out.
   *
   * @param base linear address
   * @param limit in bytes, minus one
   * @param bytes the table's memory; what exceeds the limit is ignored
   */
  static GdtTable gdt(long base, int limit, byte[] bytes) {
    ByteBuffer data = little(bytes);
    int end = Math.min(bytes.length, (limit & 0xffff) + 1);
    List<SegmentDescriptor> found = new ArrayList<>();
    int at = 0;
    while (at + DESCRIPTOR_SIZE <= end) {
      long low = data.getLong(at);
      boolean wide = low != 0 && (low >> 44 & 1) == 0;
      if (wide && at + 2 * DESCRIPTOR_SIZE > end) {
        break;
      }
      if (low != 0) {
        found.add(descriptor(at, low, wide ? data.getLong(at + DESCRIPTOR_SIZE) : 0));
      }
      at += wide ? 2 * DESCRIPTOR_SIZE : DESCRIPTOR_SIZE;
    }
    return new GdtTable(base, limit & 0xffff, found);
  }

  private static SegmentDescriptor descriptor(int selector, long low, long high) {
    long base = (low >>> 16 & 0xff_ffff) | (low >>> 56) << 24 | (high & 0xffff_ffffL) << 32;
    long limit = (low & 0xffff) | (low >>> 48 & 0xf) << 16;
    boolean pages = (low >>> 55 & 1) != 0;
    return new SegmentDescriptor(
        selector,
        base,
        pages ? limit << 12 | 0xfff : limit,
        (int) (low >>> 40) & 0xf,
        (low >>> 44 & 1) == 0,
        (low >>> 53 & 1) != 0,
        (int) (low >>> 45) & 0x3,
        (low >>> 47 & 1) != 0);
  }

  /**
   * The TSS in long mode (Intel SDM vol. 3A, figure 7-11); empty where there are fewer than {@link
   * TaskStateSegment#SIZE} bytes.
   */
  static Optional<TaskStateSegment> taskState(byte[] bytes) {
    if (bytes.length < TaskStateSegment.SIZE) {
      return Optional.empty();
    }
    ByteBuffer data = little(bytes);
    return Optional.of(
        new TaskStateSegment(
            addresses(data, 0x04, 3), addresses(data, 0x24, 7), data.getShort(0x66) & 0xffff));
  }

  private static List<Long> addresses(ByteBuffer data, int offset, int count) {
    List<Long> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add(data.getLong(offset + 8 * i));
    }
    return addresses;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
