package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A zip made header by header (APPNOTE.TXT 6.3.10, 4.3), so that it can say what no tool writes.
 */
final class RawZip {

  /** Systems that attributes are those of (4.4.2.2). */
  static final int DOS = 0;

  static final int UNIX = 3;
  static final int MAC = 19;

  static final int UTF8 = 1 << 11;
  static final int SIZES_FOLLOW = 1 << 3;

  private final ByteArrayOutputStream files = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  /** What the headers of a file say. */
  static final class Entry {
    private final byte[] name;
    private final byte[] content;
    private int flags = UTF8;
    private int system = DOS;
    private int attributes;
    private int disk;
    private byte[] localExtra = new byte[0];
    private byte[] extra = new byte[0];
    private boolean wide;
    private byte[] behind = new byte[0];

    Entry(byte[] name, byte[] content) {
      this.name = name;
      this.content = content;
    }

    Entry(String name, String content) {
      this(name.getBytes(UTF_8), content.getBytes(UTF_8));
    }

    Entry flags(int flags) {
      this.flags = flags;
      return this;
    }

    /** The system, and the mode that Unix would give the file. */
    Entry mode(int system, int mode) {
      return attributes(system, mode << 16);
    }

    /** The system and all its attributes. */
    Entry attributes(int system, int attributes) {
      this.system = system;
      this.attributes = attributes;
      return this;
    }

    Entry disk(int disk) {
      this.disk = disk;
      return this;
    }

    /** Extra fields of both headers. */
    Entry extra(byte[]... fields) {
      return localExtra(fields).directoryExtra(fields);
    }

    Entry localExtra(byte[]... fields) {
      localExtra = joined(fields);
      return this;
    }

    Entry directoryExtra(byte[]... fields) {
      extra = joined(fields);
      return this;
    }

    /** The sizes of the header in front of the content are all ones. */
    Entry wide() {
      wide = true;
      return this;
    }

    /** Bytes behind the content, as where the sizes follow it. */
    Entry behind(byte[] bytes) {
      behind = bytes;
      return this;
    }
  }

  static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(content);
    deflater.finish();
    byte[] buffer = new byte[content.length + 100];
    int length = deflater.deflate(buffer);
    deflater.end();
    return Arrays.copyOf(buffer, length);
  }

  static int crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return (int) crc.getValue();
  }

  static ByteBuffer numbers(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What was written to it. */
  static byte[] bytes(ByteBuffer written) {
    byte[] bytes = new byte[written.position()];
    written.flip().get(bytes);
    return bytes;
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] field(int id, byte[] data) {
    ByteBuffer head = numbers(4).putShort((short) id).putShort((short) data.length);
    return joined(bytes(head), data);
  }

  /** A second name, in UTF-8, and the checksum of the name that it stands for. */
  static byte[] unicodePath(byte[] header, String name) {
    return field(
        0x7075, joined(bytes(numbers(5).put((byte) 1).putInt(crc(header))), name.getBytes(UTF_8)));
  }

  /** Sizes and more in 64 bits. */
  static byte[] zip64(long... numbers) {
    ByteBuffer data = numbers(numbers.length * Long.BYTES);
    for (long number : numbers) {
      data.putLong(number);
    }
    return field(1, bytes(data));
  }

  /** A kernel crate to begin with. */
  static RawZip crate() {
    return new RawZip()
        .add(new Entry("Cargo.toml", "[package]\n"))
        .add(new Entry("src/main.rs", "#![no_std]\n"));
  }

  RawZip add(Entry entry) {
    byte[] packed = deflated(entry.content);
    boolean later = (entry.flags & SIZES_FOLLOW) != 0;
    int offset = files.size();
    ByteBuffer header = numbers(30).putInt(0x04034b50).putShort((short) 20);
    header.putShort((short) entry.flags).putShort((short) 8).putInt(0);
    header.putInt(later ? 0 : crc(entry.content));
    header.putInt(entry.wide ? -1 : later ? 0 : packed.length);
    header.putInt(entry.wide ? -1 : later ? 0 : entry.content.length);
    header.putShort((short) entry.name.length).putShort((short) entry.localExtra.length);
    files.writeBytes(joined(bytes(header), entry.name, entry.localExtra, packed, entry.behind));
    return central(entry, packed.length, offset);
  }

  private RawZip central(Entry entry, int packed, int offset) {
    entries++;
    ByteBuffer header = numbers(46).putInt(0x02014b50).put((byte) 20).put((byte) entry.system);
    header.putShort((short) 20).putShort((short) entry.flags).putShort((short) 8).putInt(0);
    header.putInt(crc(entry.content)).putInt(packed).putInt(entry.content.length);
    header.putShort((short) entry.name.length).putShort((short) entry.extra.length);
    header.putShort((short) 0).putShort((short) entry.disk).putShort((short) 0);
    header.putInt(entry.attributes).putInt(offset);
    directory.writeBytes(joined(bytes(header), entry.name, entry.extra));
    return this;
  }

  /** A file's header and content, which the directory does not list; gives where it begins. */
  int local(String name, byte[] packed, byte[] content) {
    int offset = files.size();
    byte[] utf8 = name.getBytes(UTF_8);
    ByteBuffer header = numbers(30).putInt(0x04034b50).putShort((short) 20);
    header.putShort((short) UTF8).putShort((short) 8).putInt(0).putInt(crc(content));
    header.putInt(packed.length).putInt(content.length);
    header.putShort((short) utf8.length).putShort((short) 0);
    files.writeBytes(joined(bytes(header), utf8, packed));
    return offset;
  }

  /** An entry of the directory. */
  RawZip central(String name, int packed, byte[] content, int offset, byte[] extra) {
    return central(new Entry(name.getBytes(UTF_8), content).directoryExtra(extra), packed, offset);
  }

  RawZip file(String name, byte[] content) {
    return add(new Entry(name.getBytes(UTF_8), content));
  }

  /** Bytes between two files. */
  RawZip between(byte[] bytes) {
    files.writeBytes(bytes);
    return this;
  }

  /** Where the directory begins, and how long it is. */
  int directoryAt() {
    return files.size();
  }

  int directoryBytes() {
    return directory.size();
  }

  /** Files and directory without an end record. */
  byte[] body() {
    return joined(files.toByteArray(), directory.toByteArray());
  }

  static byte[] endRecord(int entries, int bytes, int at, byte[] comment) {
    ByteBuffer end = numbers(22).putInt(0x06054b50).putInt(0);
    end.putShort((short) entries).putShort((short) entries).putInt(bytes).putInt(at);
    return joined(bytes(end.putShort((short) comment.length)), comment);
  }

  /** The end record of 64 bits and its locator. */
  static byte[] wideEnd(long entries, long bytes, long at, long recordAt) {
    ByteBuffer end = numbers(76).putInt(0x06064b50).putLong(44).putShort((short) 45);
    end.putShort((short) 45).putInt(0).putInt(0).putLong(entries).putLong(entries);
    end.putLong(bytes).putLong(at);
    return bytes(end.putInt(0x07064b50).putInt(0).putLong(recordAt).putInt(1));
  }

  /** The zip with its end record, and with a comment behind it. */
  byte[] end(byte[] comment) {
    return joined(body(), endRecord(entries, directory.size(), files.size(), comment));
  }

  byte[] end() {
    return end(new byte[0]);
  }
}
