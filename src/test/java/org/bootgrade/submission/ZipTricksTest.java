package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a zip says twice, and what it can lie about. */
@Timeout(120)
class ZipTricksTest extends IntakeFixture {

  private static final byte[] MANIFEST = "[package]\n".getBytes(UTF_8);

  /** A zip made header by header (APPNOTE.TXT 6.3.10, 4.3), so that it can lie. */
  private static final class RawZip {
    private final ByteArrayOutputStream files = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    private static byte[] deflated(byte[] content) {
      Deflater deflater = new Deflater(9, true);
      deflater.setInput(content);
      deflater.finish();
      byte[] buffer = new byte[content.length + 100];
      int length = deflater.deflate(buffer);
      deflater.end();
      return java.util.Arrays.copyOf(buffer, length);
    }

    private static int crc(byte[] content) {
      CRC32 crc = new CRC32();
      crc.update(content);
      return (int) crc.getValue();
    }

    /** A file's header and content; gives where it begins. */
    int local(String name, byte[] packed, byte[] content) {
      int offset = files.size();
      byte[] utf8 = name.getBytes(UTF_8);
      ByteBuffer header = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(0x04034b50).putShort((short) 20).putShort((short) 0x800).putShort((short) 8);
      header.putInt(0).putInt(crc(content)).putInt(packed.length).putInt(content.length);
      header.putShort((short) utf8.length).putShort((short) 0);
      files.writeBytes(header.array());
      files.writeBytes(utf8);
      files.writeBytes(packed);
      return offset;
    }

    RawZip central(String name, int packed, byte[] content, int offset, byte[] extra) {
      entries++;
      byte[] utf8 = name.getBytes(UTF_8);
      ByteBuffer header = ByteBuffer.allocate(46).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(0x02014b50).putShort((short) 20).putShort((short) 20).putShort((short) 0x800);
      header.putShort((short) 8).putInt(0).putInt(crc(content)).putInt(packed);
      header.putInt(content.length).putShort((short) utf8.length).putShort((short) extra.length);
      header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0).putInt(offset);
      directory.writeBytes(header.array());
      directory.writeBytes(utf8);
      directory.writeBytes(extra);
      return this;
    }

    RawZip file(String name, byte[] content) {
      byte[] packed = deflated(content);
      return central(name, packed.length, content, local(name, packed, content), new byte[0]);
    }

    /** The zip with its end record, and with another text behind it. */
    byte[] end(byte[] comment) {
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      zip.writeBytes(files.toByteArray());
      zip.writeBytes(directory.toByteArray());
      ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
      end.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
      end.putInt(directory.size()).putInt(files.size()).putShort((short) comment.length);
      zip.writeBytes(end.array());
      zip.writeBytes(comment);
      return zip.toByteArray();
    }

    byte[] end() {
      return end(new byte[0]);
    }
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private String reasonOf(byte[] zip) throws Exception {
    return reason(take(handedIn(zip)));
  }

  @Test
  void aRightZipIsTakenIn() throws Exception {
    SourceTree tree =
        accepted(
            take(
                handedIn(
                    new RawZip().file("Cargo.toml", MANIFEST).file("a/b", new byte[9]).end())));

    assertThat(paths(tree)).containsExactly("Cargo.toml", "a/b");
  }

  @ParameterizedTest
  @EnumSource(Zip64Mode.class)
  void sizesInAnyFormAreTakenIn(Zip64Mode mode) throws Exception {
    for (boolean seekable : new boolean[] {true, false}) {
      Path zip = folder.resolve("zip" + seekable);
      try (var seek =
              Files.newByteChannel(
                  zip,
                  java.util.Set.of(
                      java.nio.file.StandardOpenOption.CREATE,
                      java.nio.file.StandardOpenOption.WRITE));
          ZipArchiveOutputStream out =
              seekable
                  ? new ZipArchiveOutputStream(seek)
                  : new ZipArchiveOutputStream(java.nio.channels.Channels.newOutputStream(seek))) {
        out.setUseZip64(mode);
        for (Item item : crateWith(file("big", "x".repeat(100_000)))) {
          out.putArchiveEntry(new ZipArchiveEntry(item.name()));
          out.write(item.content());
          out.closeArchiveEntry();
        }
      }
      assertThat(accepted(take(zip)).read("big")).hasSize(100_000);
    }
  }

  @Test
  void aLieInAHeaderOrInTheDirectoryIsRejected() throws Exception {
    byte[] zip = new RawZip().file("Cargo.toml", MANIFEST).end();
    int central = Packing.find(zip, new byte[] {'P', 'K', 1, 2}, 0);
    // Of the header in front of the content: flags' encryption, method, checksum, both sizes, name.
    for (int at : new int[] {6, 8, 14, 18, 22, 26, 30}) {
      byte[] lie = zip.clone();
      lie[at] ^= 1;
      assertThat(reasonOf(lie)).as("byte %d of the header", at).isNotEmpty();
    }
    // Of the directory: encryption, method, checksum, both sizes, length of the name, offset, name.
    for (int at : new int[] {8, 10, 16, 20, 24, 28, 42, 46}) {
      byte[] lie = zip.clone();
      lie[central + at] ^= 1;
      assertThat(reasonOf(lie)).as("byte %d of the directory", at).isNotEmpty();
    }
  }

  @Test
  void anEntryThatTheDirectoryDoesNotListIsNoPartOfTheTree() throws Exception {
    RawZip zip = new RawZip().file("Cargo.toml", MANIFEST);
    zip.local("../hidden", new byte[2], new byte[0]);
    zip.file("a", new byte[1]);

    assertThat(paths(accepted(take(handedIn(zip.end()))))).containsExactly("Cargo.toml", "a");
  }

  @Test
  void bytesInFrontOfAZipMakeItNoZip() throws Exception {
    byte[] zip = new RawZip().file("Cargo.toml", MANIFEST).end();

    assertThat(reasonOf(joined("#!/bin/sh\n".getBytes(UTF_8), zip))).contains("it is no archive");
  }

  /**
   * Which of the two is shown depends on the tool; a tree of both, or of neither, would be wrong.
   */
  @Test
  void ofTwoZipsBehindEachOtherTheTreeIsNoMixture() throws Exception {
    byte[] first = new RawZip().file("Cargo.toml", MANIFEST).file("first", new byte[3]).end();
    byte[] second = new RawZip().file("Cargo.toml", MANIFEST).file("second", new byte[4]).end();

    for (byte[] both :
        List.of(joined(first, second), new RawZip().file("Cargo.toml", MANIFEST).end(second))) {
      IntakeResult result = take(handedIn(both));
      if (result instanceof Accepted accepted) {
        assertThat(paths(accepted.tree())).containsExactly("Cargo.toml", "second");
      }
    }
  }

  @Test
  void filesOfOneContentAreRejectedAsABomb() throws Exception {
    byte[] content = "x".repeat(50_000).getBytes(UTF_8);
    RawZip zip = new RawZip().file("Cargo.toml", MANIFEST);
    byte[] packed = RawZip.deflated(content);
    int offset = zip.local("a", packed, content);
    for (int i = 0; i < 3; i++) {
      zip.central("a", packed.length, content, offset, new byte[0]);
    }

    assertThat(reasonOf(zip.end())).contains("'a' is in it twice");

    // Each file's content holds the headers of those behind it, as D. Fifield's bomb does.
    RawZip nested = new RawZip().file("Cargo.toml", MANIFEST);
    int outer = nested.local("outer", new byte[0], content);
    int inner = nested.local("inner", packed, content);
    int reaches = 30 + "inner".length() + packed.length;
    ByteBuffer patched = ByteBuffer.wrap(nested.end()).order(ByteOrder.LITTLE_ENDIAN);
    patched.putInt(outer + 18, reaches);
    nested.central("outer", reaches, content, outer, new byte[0]);
    nested.central("inner", packed.length, content, inner, new byte[0]);
    byte[] bomb = nested.end();
    System.arraycopy(patched.array(), outer, bomb, outer, 30);
    assertThat(reasonOf(bomb)).contains("overlap");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MAX_VALUE - 40, Long.MIN_VALUE, 1L << 40})
  void aSizeOrPlaceOf64BitsThatCannotBeIsRejected(long value) throws Exception {
    for (int field = 0; field < 3; field++) {
      RawZip zip = new RawZip().file("Cargo.toml", MANIFEST);
      byte[] content = new byte[10];
      byte[] packed = RawZip.deflated(content);
      int offset = zip.local("a", packed, content);
      ByteBuffer extra = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      extra.putShort((short) 1).putShort((short) 8).putLong(value);
      zip.central("a", packed.length, content, offset, extra.array());
      byte[] bytes = zip.end();
      int central = Packing.find(bytes, new byte[] {'P', 'K', 1, 2}, 0);
      central = Packing.find(bytes, new byte[] {'P', 'K', 1, 2}, central + 1);
      // What is all ones is in the extra field: the size, the packed size, or the place.
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(central + List.of(24, 20, 42).get(field), -1);
      IntakeResult result = take(handedIn(bytes));
      assertThat(result).as("field %d", field).isInstanceOf(Rejected.class);
    }
  }

  @Test
  void aMillionEntriesAreRejectedSoon() throws Exception {
    RawZip zip = new RawZip().file("Cargo.toml", MANIFEST);
    for (int i = 0; i < 1_000_000; i++) {
      zip.central(".git/x", 2, new byte[0], 0, new byte[0]);
    }
    byte[] bytes = zip.end();

    long before = System.nanoTime();
    assertThat(reasonOf(bytes)).contains("too many entries");
    assertThat(System.nanoTime() - before).isLessThan(60_000_000_000L);
  }

  @Test
  void namesOfNothingButBuildFoldersAreJudgedSoon() throws Exception {
    RawZip zip = new RawZip().file("Cargo.toml", MANIFEST);
    String name = "a/" + "target/".repeat(9_000);
    for (int i = 0; i < 500; i++) {
      zip.central(name + i, 2, new byte[0], 0, new byte[0]);
    }
    byte[] bytes = zip.end();

    long before = System.nanoTime();
    assertThat(reasonOf(bytes)).isNotEmpty();
    assertThat(System.nanoTime() - before).isLessThan(20_000_000_000L);
  }

  @Test
  void aLinkLongerThanAPathIsRejected() throws Exception {
    List<Item> items = new ArrayList<>(crateWith());
    items.add(Item.symbolicLink("l", "x/".repeat(3_000)));

    assertThat(reasonOf(Packing.zip(items))).contains("'l' is longer than a path can be");
  }
}
