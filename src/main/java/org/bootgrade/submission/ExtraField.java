package org.bootgrade.submission;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An extra field of a zip's header (APPNOTE.TXT 6.3.10, 4.5).
 *
 * @param id what it is
 * @param data what it says; to be read only
 */
record ExtraField(int id, byte[] data) {
  static final int ZIP64 = 0x0001;
  static final int UNICODE_PATH = 0x7075;

  private static final int HEAD = 4;

  /** All of a header's, up to where they are none any more: some writers fill up with zeros. */
  static List<ExtraField> in(byte[] bytes) {
    ByteBuffer left = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<ExtraField> fields = new ArrayList<>();
    while (left.remaining() >= HEAD) {
      int id = left.getShort() & 0xFFFF;
      int length = left.getShort() & 0xFFFF;
      if (length > left.remaining()) {
        break;
      }
      byte[] data = new byte[length];
      left.get(data);
      fields.add(new ExtraField(id, data));
    }
    return fields;
  }

  /** Its numbers. */
  ByteBuffer numbers() {
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
  }
}
