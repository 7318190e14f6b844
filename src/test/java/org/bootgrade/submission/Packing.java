package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** The ways a test hands a list of things in. */
enum Packing {
  FOLDER {
    @Override
    void pack(Path at, List<Item> items) throws IOException {
      Files.createDirectories(at);
      for (Item item : items) {
        Path path = at.resolve(item.name());
        Files.createDirectories(path.getParent());
        switch (item.kind()) {
          case FILE -> Files.write(path, item.content());
          case FOLDER -> Files.createDirectories(path);
          case SYMBOLIC_LINK -> Files.createSymbolicLink(path, Path.of(item.text()));
          default -> throw new IllegalArgumentException("not in a folder: " + item.name());
        }
      }
    }
  },
  ZIP {
    @Override
    void pack(Path at, List<Item> items) throws IOException {
      Files.write(at, zip(items));
    }
  },
  TAR {
    @Override
    void pack(Path at, List<Item> items) throws IOException {
      Files.write(at, tar(items));
    }
  },
  TAR_GZ {
    @Override
    void pack(Path at, List<Item> items) throws IOException {
      Files.write(at, gzip(tar(items)));
    }
  };

  private static final long TIME = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  /** As precise as a zip's times are. */
  private static final long STEP = 2000;

  abstract void pack(Path at, List<Item> items) throws IOException;

  static byte[] zip(List<Item> items) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      long time = TIME;
      for (Item item : items) {
        boolean folder = item.kind() == Item.Kind.FOLDER;
        ZipArchiveEntry entry = new ZipArchiveEntry(item.name() + (folder ? "/" : ""));
        // Of entries that are equal, the library lists one place for all.
        entry.setTime(time += STEP);
        entry.setUnixMode(
            switch (item.kind()) {
              case FOLDER -> 0040700;
              case SYMBOLIC_LINK -> 0120777;
              case FIFO -> 0010644;
              default -> 0100755;
            });
        zip.putArchiveEntry(entry);
        zip.write(item.content());
        zip.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  static byte[] tar(List<Item> items) throws IOException {
    return tar(items, TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /** A tar with long names as GNU tar writes them. */
  static byte[] gnuTar(List<Item> items) throws IOException {
    return tar(items, TarArchiveOutputStream.LONGFILE_GNU);
  }

  private static byte[] tar(List<Item> items, int longNames) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(longNames);
      for (Item item : items) {
        TarArchiveEntry entry =
            switch (item.kind()) {
              case FILE -> new TarArchiveEntry(item.name(), true);
              case FOLDER -> new TarArchiveEntry(item.name() + "/", true);
              case SYMBOLIC_LINK -> link(item, TarConstants.LF_SYMLINK);
              case HARD_LINK -> link(item, TarConstants.LF_LINK);
              case FIFO -> new TarArchiveEntry(item.name(), TarConstants.LF_FIFO, true);
            };
        boolean file = item.kind() == Item.Kind.FILE;
        entry.setSize(file ? item.content().length : 0);
        tar.putArchiveEntry(entry);
        if (file) {
          tar.write(item.content());
        }
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static TarArchiveEntry link(Item item, byte type) {
    TarArchiveEntry entry = new TarArchiveEntry(item.name(), type, true);
    entry.setLinkName(item.text());
    return entry;
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  /** A copy in which every occurrence of a text is another of the same length. */
  static byte[] replacing(byte[] archive, String from, String to) {
    byte[] wanted = from.getBytes(UTF_8);
    byte[] other = to.getBytes(UTF_8);
    if (wanted.length != other.length) {
      throw new IllegalArgumentException("must be of the same length");
    }
    byte[] copy = archive.clone();
    for (int i = find(copy, wanted, 0); i >= 0; i = find(copy, wanted, i + 1)) {
      System.arraycopy(other, 0, copy, i, other.length);
    }
    return copy;
  }

  /** Where bytes occur at or after an index, or -1. */
  static int find(byte[] all, byte[] wanted, int from) {
    for (int i = from; i <= all.length - wanted.length; i++) {
      if (Arrays.equals(all, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }

  static long crc(byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    return crc.getValue();
  }
}
