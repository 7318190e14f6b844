package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
  void bytesInFrontOfAZipMakeItNoZip() throws Exception {
    byte[] zip = new RawZip().file("Cargo.toml", MANIFEST).end();

    assertThat(reasonOf(RawZip.joined("#!/bin/sh\n".getBytes(UTF_8), zip)))
        .contains("it is no archive");
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
