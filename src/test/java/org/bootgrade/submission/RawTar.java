package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** A tar made record by record, so that it can say what no library writes. */
final class RawTar {

  static final int RECORD = 512;

  private static final int SIZE = 124;
  private static final int CHECKSUM = 148;
  private static final int TYPE = 156;
  private static final int LINK = 157;
  private static final int MAGIC = 257;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A kernel crate to begin with. */
  static RawTar crate() {
    return new RawTar()
        .entry("Cargo.toml", '0', "[package]\n")
        .entry("src/main.rs", '0', "#![no_std]\n");
  }

  /** An entry with its content, of the size that it has. */
  RawTar entry(String name, char type, String content) {
    return header(name, type, "", "%011o\0".formatted(content.getBytes(UTF_8).length))
        .content(content);
  }

  /** A header by itself. */
  RawTar header(String name, char type, String link, String size) {
    byte[] header = new byte[RECORD];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, SIZE, size);
    put(header, 136, "00000000000\0");
    header[TYPE] = (byte) type;
    put(header, LINK, link);
    put(header, MAGIC, "ustar\00000");
    sum(header, 0);
    bytes.writeBytes(header);
    return this;
  }

  /** Writes over a part of the header that came last. */
  RawTar patched(int at, String latin) {
    byte[] all = bytes.toByteArray();
    int header = all.length - RECORD;
    while (all[header + CHECKSUM + 6] != 0 || all[header + CHECKSUM + 7] != ' ') {
      header -= RECORD;
    }
    put(all, header + at, latin);
    sum(all, header);
    bytes.reset();
    bytes.writeBytes(all);
    return this;
  }

  /** Content, filled up to whole records. */
  RawTar content(String content) {
    byte[] utf8 = content.getBytes(UTF_8);
    bytes.writeBytes(utf8);
    bytes.writeBytes(new byte[(RECORD - utf8.length % RECORD) % RECORD]);
    return this;
  }

  /** An extended header (POSIX.1-2017, pax), for the next entry or for all that follow. */
  RawTar pax(char type, String... keysAndValues) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String rest = " " + keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n";
      int length = rest.getBytes(UTF_8).length;
      int digits = Integer.toString(length + Integer.toString(length).length()).length();
      records.append(length + digits).append(rest);
    }
    return entry("pax", type, records.toString());
  }

  /** The archive so far, without an end marker. */
  byte[] body() {
    return bytes.toByteArray();
  }

  /** The archive with its end marker. */
  byte[] end() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(bytes.toByteArray());
    whole.writeBytes(new byte[2 * RECORD]);
    return whole.toByteArray();
  }

  /** A copy in which the checksum of all that looks like a header is right. */
  static byte[] withChecksums(byte[] tar) {
    byte[] copy = tar.clone();
    for (int at = 0; at + RECORD <= copy.length; at += RECORD) {
      if (new String(copy, at + MAGIC, 5, ISO_8859_1).equals("ustar")) {
        sum(copy, at);
      }
    }
    return copy;
  }

  private static void sum(byte[] tar, int header) {
    Arrays.fill(tar, header + CHECKSUM, header + CHECKSUM + 8, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < RECORD; i++) {
      sum += tar[header + i] & 0xff;
    }
    put(tar, header + CHECKSUM, "%06o\0 ".formatted(sum));
  }

  private static void put(byte[] tar, int at, String latin) {
    byte[] written = latin.getBytes(ISO_8859_1);
    System.arraycopy(written, 0, tar, at, written.length);
  }
}
