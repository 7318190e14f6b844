package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedArchivesTest extends IntakeFixture {
  private static final List<Item> CRATE = crateWith(file("src/gdt.rs", "// gdt\n".repeat(40)));
  private static final byte[] LOCAL = {'P', 'K', 3, 4};
  private static final byte[] CENTRAL = {'P', 'K', 1, 2};

  @Test
  void aZipCutAnywhereIsRejected() throws Exception {
    byte[] zip = Packing.zip(CRATE);

    for (int length = 0; length < zip.length; length++) {
      assertThat(take(handedIn(Arrays.copyOf(zip, length)))).isInstanceOf(Rejected.class);
    }
  }

  @Test
  void aTarCutBeforeItsEndMarkerIsRejected() throws Exception {
    byte[] tar = Packing.tar(CRATE);
    int marker = 512 * 6;
    assertThat(
            Arrays.mismatch(tar, marker, tar.length, new byte[tar.length], 0, tar.length - marker))
        .as("only the end marker from here on")
        .isEqualTo(-1);

    for (int length = 0; length < marker + 512; length += isNearARecord(length) ? 1 : 49) {
      assertThat(take(handedIn(Arrays.copyOf(tar, length))))
          .as("cut to %d", length)
          .isInstanceOf(Rejected.class);
    }
  }

  private static boolean isNearARecord(int length) {
    return (length + 52) % 512 < 54;
  }

  @Test
  void aTarGzCutAnywhereIsRejected() throws Exception {
    byte[] gzip = Packing.gzip(Packing.tar(CRATE));

    for (int length = 0; length < gzip.length; length++) {
      assertThat(take(handedIn(Arrays.copyOf(gzip, length)))).isInstanceOf(Rejected.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noDamageIsEverTakenForAFaultOfOurs(long seed) throws Exception {
    Random random = new Random(seed);
    List<byte[]> archives =
        List.of(Packing.zip(CRATE), Packing.tar(CRATE), Packing.gzip(Packing.tar(CRATE)));

    for (int i = 0; i < 150; i++) {
      byte[] damaged = archives.get(i % 3).clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      // Also sees to it that nothing is left behind and nothing thrown.
      assertThat(take(handedIn(damaged))).isNotNull();
    }
  }

  @Test
  void contentThatDoesNotMatchItsChecksumIsRejectedByName() throws Exception {
    List<Item> items = crateWith(file("noise", noise()));
    byte[] zip = Packing.zip(items);
    int content = Packing.find(zip, Arrays.copyOf(noise(), 64), 0);
    assertThat(content).as("noise is stored in deflate blocks as it is").isPositive();
    zip[content + 10] ^= 1;

    assertThat(reason(take(handedIn(zip)))).contains("'noise' does not match its checksum");
  }

  private static byte[] noise() {
    byte[] noise = new byte[5_000];
    new Random(5).nextBytes(noise);
    return noise;
  }

  @Test
  void aDamagedTarHeaderIsRejected() throws Exception {
    byte[] tar = Packing.replacing(Packing.tar(CRATE), "src/gdt.rs", "src/idt.rs");

    assertThat(reason(take(handedIn(tar)))).contains("damaged or cut short");
  }

  @Test
  void aZipWhoseLocalNameDiffersIsRejected() throws Exception {
    byte[] zip = Packing.zip(CRATE);
    zip[Packing.find(zip, "src/gdt.rs".getBytes(UTF_8), 0)] = 'x';

    assertThat(reason(take(handedIn(zip)))).contains("disagree about 'src/gdt.rs'");
  }

  @Test
  void aZipWhoseLocalMethodDiffersIsRejected() throws Exception {
    byte[] zip = Packing.zip(CRATE);
    zip[Packing.find(zip, LOCAL, 0) + 8] = 0;

    assertThat(reason(take(handedIn(zip)))).contains("disagree about 'Cargo.toml'");
  }

  @Test
  void aZipWhoseLocalHeaderIsEncryptedIsRejected() throws Exception {
    byte[] zip = Packing.zip(CRATE);
    zip[Packing.find(zip, LOCAL, 0) + 6] |= 1;

    assertThat(reason(take(handedIn(zip)))).contains("disagree about 'Cargo.toml'");
  }

  @Test
  void anEncryptedFileIsRejectedByName() throws Exception {
    byte[] zip = Packing.zip(CRATE);
    zip[Packing.find(zip, CENTRAL, 0) + 8] |= 1;

    assertThat(reason(take(handedIn(zip)))).contains("'Cargo.toml' is encrypted");
  }

  @Test
  void anUnusualCompressionIsRejectedByName() throws Exception {
    byte[] zip = Packing.zip(CRATE);
    zip[Packing.find(zip, CENTRAL, 0) + 10] = 14;

    assertThat(reason(take(handedIn(zip)))).contains("'Cargo.toml' is compressed with method 14");
  }

  @Test
  void filesThatShareTheirPackedBytesAreRejected() throws Exception {
    // Cargo.toml's packed size reaches over the file behind it, and both sizes say so.
    byte[] zip = Packing.zip(CRATE);
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int central = Packing.find(zip, CENTRAL, 0);
    int packed = bytes.getInt(central + 20) + 45;
    bytes.putInt(central + 20, packed);

    assertThat(reason(take(handedIn(zip)))).contains("overlap");
  }

  @Test
  void aDeclaredSizeThatIsTooLargeOrTooSmallIsNotBelieved() throws Exception {
    byte[] noise = noise();
    for (int declared : List.of(1, Integer.MAX_VALUE)) {
      byte[] zip = Packing.zip(crateWith(file("noise", noise)));
      ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = Packing.find(zip, CENTRAL, 0);
          at >= 0;
          at = Packing.find(zip, CENTRAL, at + 1)) {
        if (bytes.getInt(at + 24) == noise.length) {
          bytes.putInt(at + 24, declared);
        }
      }
      IntakeLimits limits = new IntakeLimits(4_000, 4_000, 5, 20, 100, 6, 200, 1 << 20, 1 << 20);

      assertThat(reason(take(handedIn(zip), limits))).contains("larger than 4,000 bytes");
    }
  }

  @Test
  void aSparseFileInATarIsRejected() throws Exception {
    byte[] tar = Packing.tar(CRATE);
    int header = Packing.find(tar, "src/gdt.rs".getBytes(UTF_8), 0);
    tar[header + 156] = 'S';
    // GNU's magic, one block of content at 0, and the size with its holes.
    put(tar, header + 257, "ustar  \0");
    put(tar, header + 345, "\0".repeat(167));
    put(tar, header + 386, "%011o\0%011o\0".formatted(0, 280));
    put(tar, header + 483, "%011o\0".formatted(1L << 32));
    put(tar, header + 148, "        ");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += tar[header + i] & 0xFF;
    }
    put(tar, header + 148, "%06o\0 ".formatted(sum));

    assertThat(reason(take(handedIn(tar)))).contains("'src/gdt.rs' is stored as a sparse file");
  }

  private static void put(byte[] archive, int at, String text) {
    System.arraycopy(text.getBytes(UTF_8), 0, archive, at, text.length());
  }

  @Test
  void aSparseFileThatATarDescribesInAnExtensionIsRejected() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("Cargo.toml");
      // Set under another name first: the library would not write this one.
      entry.addPaxHeader("XXX.sparse.size", "2000000000");
      entry.addPaxHeader("XXX.sparse.numblocks", "1");
      entry.addPaxHeader("XXX.sparse.map", "0,0");
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    byte[] tar = Packing.replacing(bytes.toByteArray(), "XXX.sparse", "GNU.sparse");

    assertThat(reason(take(handedIn(tar)))).contains("'Cargo.toml' is stored as a sparse file");
  }
}
