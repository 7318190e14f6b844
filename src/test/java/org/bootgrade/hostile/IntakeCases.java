package org.bootgrade.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnicodePathExtraField;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Archives that are rejected. What is inside of them would be a right submission. */
final class IntakeCases {

  private static final String PLAN =
      "Every entry's name is checked before the first byte is written, and only what was planned is written.";
  private static final String CAPS =
      "Every byte and every entry is counted, whatever a header says.";

  private static final String READINGS =
      "What common tools unpack to different trees is rejected, and never graded by one of them.";

  private IntakeCases() {}

  /** Adds something to an archive. */
  private interface Extra<T> {
    void to(T archive) throws IOException;
  }

  static List<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    all.add(
        zip(
                "zip-traversal",
                "An entry of its zip climbs out of its folder.",
                PLAN,
                "leads out of its folder",
                file("../../outside.txt"))
            .covers());
    all.add(
        zip(
            "zip-absolute",
            "An entry of its zip has an absolute name.",
            PLAN,
            "absolute path",
            file("/tmp/bootgrade-outside.txt")));
    all.add(
        zip(
            "zip-backslashes",
            "An entry of its zip climbs out with backslashes.",
            PLAN,
            "leads out of its folder",
            file("..\\..\\outside.txt")));
    all.add(
        zip(
            "zip-control-characters",
            "The name of an entry of its zip commands terminals and turns the direction of text.",
            PLAN,
            "'tests/\\u001b[2J\\u202etxt.rs' holds a control character",
            file("tests/\u001b[2J\u202etxt.rs")));
    all.add(
        tar(
            "tar-link-outside",
            "A symbolic link of its tar leads out of it.",
            PLAN,
            "link",
            link("src/link", "/etc/passwd", TarConstants.LF_SYMLINK)));
    all.add(
        tar(
            "tar-hard-link-outside",
            "A hard link of its tar leads out of it.",
            PLAN,
            "link",
            link("src/link", "../../etc/passwd", TarConstants.LF_LINK)));
    all.add(
        tar(
            "tar-device",
            "An entry of its tar is a disk.",
            PLAN,
            "device",
            special("src/disk", TarConstants.LF_BLK)));
    all.add(
        tar(
            "tar-fifo",
            "An entry of its tar is a named pipe.",
            PLAN,
            "pipe",
            special("src/pipe", TarConstants.LF_FIFO)));
    all.add(
        zip(
            "zip-bomb",
            "A file of its zip unpacks to a thousand times its size.",
            CAPS,
            "is larger than",
            zip -> {
              zip.putArchiveEntry(new ZipArchiveEntry("src/bomb.rs"));
              byte[] block = new byte[1 << 20];
              for (int i = 0; i < 80; i++) {
                zip.write(block);
              }
              zip.closeArchiveEntry();
            }));
    all.add(
        HostileCase.archive(
            "zip-cut",
            "Its zip is cut off in the middle.",
            CAPS,
            ".zip",
            half(zip(z -> {})),
            "damaged or cut short"));
    all.add(
        zip(
            "zip-same-name-in-other-case",
            "Two files of its zip have the same name but for capital letters.",
            PLAN,
            "differ only in upper and lower case",
            file("SRC/MAIN.RS")));
    all.add(
        HostileCase.archive(
            "zip-behind-zip",
            "Its file is two zips behind each other, and tools differ in which of them they show.",
            READINGS,
            ".zip",
            joined(zip(z -> {}), zip(file("src/other.rs"))),
            "another zip stands in front of it"));
    all.add(
        zip(
            "zip-two-names",
            "A file of its zip has another name in an extra field, which only some tools heed.",
            READINGS,
            "called both 'src/one.rs' and 'src/main.rs'",
            zip -> {
              ZipArchiveEntry entry = new ZipArchiveEntry("src/one.rs");
              entry.addExtraField(
                  new UnicodePathExtraField("src/main.rs", "src/one.rs".getBytes(UTF_8)));
              zip.putArchiveEntry(entry);
              zip.write("written by an archive\n".getBytes(UTF_8));
              zip.closeArchiveEntry();
            }));
    all.add(
        tar(
            "tar-two-names",
            "An entry of its tar has two long names, of which some tools take the first.",
            READINGS,
            "two headers of one kind",
            tar -> {
              longName(tar, "src/one.rs\0");
              longName(tar, "src/main.rs\0");
              tar.putArchiveEntry(new TarArchiveEntry("src/three.rs"));
              tar.closeArchiveEntry();
            }));
    all.add(
        HostileCase.archive(
            "tar-gz-endless",
            "Its tar.gz holds more than can be unpacked.",
            CAPS,
            ".tar.gz",
            tarGz(
                tar -> {
                  for (int i = 0; i < 20; i++) {
                    TarArchiveEntry entry = new TarArchiveEntry("src/big%d.rs".formatted(i));
                    entry.setSize(8 << 20);
                    tar.putArchiveEntry(entry);
                    tar.write(new byte[8 << 20]);
                    tar.closeArchiveEntry();
                  }
                }),
            "decompression bomb"));
    return all;
  }

  private static HostileCase zip(
      String id,
      String attempts,
      String guard,
      String reason,
      Extra<ZipArchiveOutputStream> extra) {
    return HostileCase.archive(id, attempts, guard, ".zip", zip(extra), reason);
  }

  private static HostileCase tar(
      String id,
      String attempts,
      String guard,
      String reason,
      Extra<TarArchiveOutputStream> extra) {
    return HostileCase.archive(id, attempts, guard, ".tar", tar(extra), reason);
  }

  private static Extra<ZipArchiveOutputStream> file(String name) {
    return zip -> {
      zip.putArchiveEntry(new ZipArchiveEntry(name));
      zip.write("written by an archive\n".getBytes(UTF_8));
      zip.closeArchiveEntry();
    };
  }

  private static Extra<TarArchiveOutputStream> link(String name, String to, byte type) {
    return tar -> {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(to);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    };
  }

  private static void longName(TarArchiveOutputStream tar, String name) throws IOException {
    byte[] content = name.getBytes(UTF_8);
    TarArchiveEntry header = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    header.setSize(content.length);
    tar.putArchiveEntry(header);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static Extra<TarArchiveOutputStream> special(String name, byte type) {
    return tar -> {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setDevMajor(8);
      entry.setDevMinor(0);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    };
  }

  private static byte[] zip(Extra<ZipArchiveOutputStream> extra) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : Tree.right().files().entrySet()) {
        zip.putArchiveEntry(new ZipArchiveEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeArchiveEntry();
      }
      extra.to(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] tar(Extra<TarArchiveOutputStream> extra) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      tar(extra, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] tarGz(Extra<TarArchiveOutputStream> extra) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      tar(extra, gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void tar(Extra<TarArchiveOutputStream> extra, OutputStream out)
      throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      for (Map.Entry<String, byte[]> file : Tree.right().files().entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
      extra.to(tar);
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] half(byte[] content) {
    return Arrays.copyOf(content, content.length / 2);
  }
}
