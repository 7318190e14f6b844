package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitsTest extends IntakeFixture {
  private static final IntakeLimits SMALL =
      new IntakeLimits(4_000, 2_000, 5, 20, 100, 6, 200, 1 << 20, 1 << 20);

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(1).nextBytes(noise);
    return noise;
  }

  @ParameterizedTest
  @EnumSource
  void aFileOverItsLimitIsRejected(Packing packing) throws Exception {
    assertThat(reason(take(packed(packing, crateWith(file("big", noise(2_001)))), SMALL)))
        .contains("'big' is larger than 2,000 bytes");
    assertThat(take(packed(packing, crateWith(file("big", noise(2_000)))), SMALL))
        .isInstanceOf(Accepted.class);
  }

  @ParameterizedTest
  @EnumSource
  void filesOverTheTotalAreRejected(Packing packing) throws Exception {
    List<Item> items = crateWith(file("a", noise(1_990)), file("b", noise(1_990)), file("c", "x"));

    assertThat(reason(take(packed(packing, items), SMALL)))
        .contains("larger than 4,000 bytes together");
  }

  @ParameterizedTest
  @EnumSource
  void tooManyFilesAreRejectedAndFoldersDoNotCount(Packing packing) throws Exception {
    List<Item> items = crateWith(file("a", ""), file("b", ""), file("c/c/c", ""), Item.folder("d"));
    assertThat(take(packed(packing, items), SMALL)).isInstanceOf(Accepted.class);
    items.add(file("e", ""));

    assertThat(reason(take(packed(packing, items), SMALL))).contains("more than 5 files");
  }

  @ParameterizedTest
  @EnumSource
  void tooManyEntriesOfAnyKindAreRejected(Packing packing) throws Exception {
    List<Item> items = crateWith();
    for (int i = 0; i < 21; i++) {
      items.add(packing == Packing.FOLDER ? Item.folder("d" + i) : file(".git/" + i, ""));
    }

    assertThat(reason(take(packed(packing, items), SMALL))).contains("more than 20 entries");
  }

  @Test
  void aFolderOfTooManyEntriesIsRejectedEvenIfTheyAreLeftOut() throws Exception {
    List<Item> items = crateWith();
    for (int i = 0; i < 21; i++) {
      items.add(file(i + "~", ""));
    }

    assertThat(reason(take(packed(Packing.FOLDER, items), SMALL))).contains("more than 20 entries");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR_GZ"})
  void contentThatUnpacksLikeABombIsRejected(Packing packing) throws Exception {
    List<Item> items = crateWith(file("zeros", new byte[4 << 20]));

    assertThat(rejectedFrom(packing, items))
        .contains("more than 200 times its size")
        .contains("'zeros'");
  }

  @ParameterizedTest
  @EnumSource
  void zerosAreNoBombBelowTheFloorNorWhereNothingIsPacked(Packing packing) throws Exception {
    List<Item> small = crateWith(file("zeros", new byte[900_000]));
    List<Item> large = crateWith(file("zeros", new byte[4 << 20]));

    assertThat(acceptedFrom(packing, small).files()).hasSize(3);
    if (packing == Packing.FOLDER || packing == Packing.TAR) {
      assertThat(acceptedFrom(packing, large).files()).hasSize(3);
    }
  }

  @Test
  void aBombThatIsLeftOutIsNotWrittenButEndsAtTheLimitOfTheStream() throws Exception {
    List<Item> items = crateWith(file("target/debug/zeros", new byte[4 << 20]));

    assertThat(acceptedFrom(Packing.ZIP, items).files()).hasSize(2);
    assertThat(acceptedFrom(Packing.TAR_GZ, items).files()).hasSize(2);
    assertThat(reason(take(packed(Packing.TAR_GZ, items), SMALL)))
        .contains("unpacks to more than 1,048,576 bytes");
  }

  @Test
  void aBombBehindTheEndOfATarEndsAtTheLimitOfTheStream() throws Exception {
    byte[] tar = Packing.tar(crateWith());

    assertThat(
            reason(take(handedIn(Packing.gzip(Arrays.copyOf(tar, tar.length + (2 << 20)))), SMALL)))
        .contains("unpacks to more than 1,048,576 bytes");
  }

  @Test
  void anArchiveOverItsLimitIsRejectedUnread() throws Exception {
    assertThat(reason(take(handedIn(new byte[(1 << 20) + 1]), SMALL)))
        .contains("larger than 1,048,576 bytes");
  }

  @Test
  void aHeaderThatWouldFillTheMemoryIsRejected() throws Exception {
    byte[] longName = longNameHeader(1L << 30);
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(longName);
    tar.writeBytes(new byte[1 << 20]);

    assertThat(reason(take(handedIn(Packing.gzip(tar.toByteArray())))))
        .contains("absurdly long name");
  }

  /** The header of a GNU entry whose content is the name of the entry after it. */
  private static byte[] longNameHeader(long size) {
    byte[] header = new byte[512];
    put(header, 0, "././@LongLink");
    put(header, 100, "0000644\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(size));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    put(header, 156, "L");
    put(header, 257, "ustar  \0");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      header[at + i] = (byte) text.charAt(i);
    }
  }

  @Test
  void aZipDirectoryOfManyMoreEntriesThanItsEndRecordSaysIsRejected() throws Exception {
    List<Item> items = new ArrayList<>(crateWith());
    for (int i = 0; i < 40_000; i++) {
      items.add(file(".git/" + i, ""));
    }
    byte[] zip = Packing.zip(items);
    int end = lastEndRecord(zip);
    ByteBuffer record = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    record.putShort(end + 8, (short) 1).putShort(end + 10, (short) 1);

    IntakeLimits roomy = new IntakeLimits(4_000, 2_000, 5, 20, 100, 6, 200, 64 << 20, 1 << 20);

    assertThat(reason(take(handedIn(zip), roomy))).contains("too many entries");
  }

  private static int lastEndRecord(byte[] zip) {
    int at = -1;
    byte[] signature = {'P', 'K', 5, 6};
    for (int i = Packing.find(zip, signature, 0); i >= 0; i = Packing.find(zip, signature, i + 1)) {
      at = i;
    }
    return at;
  }

  @Test
  void anHonestArchiveAtTheLimitOfEntriesIsTakenIn() throws Exception {
    List<Item> items = new ArrayList<>(crateWith());
    for (int i = 0; i < 2_998; i++) {
      items.add(file("src/" + i + ".rs", ""));
    }
    IntakeLimits exact =
        new IntakeLimits(1 << 20, 1 << 20, 3_000, 3_000, 100, 6, 200, 1 << 20, 8 << 20);

    assertThat(accepted(take(packed(Packing.ZIP, items), exact)).files()).hasSize(3_000);
  }

  @Test
  void limitsBelowOneAreAMistakeOfTheCaller() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IntakeLimits(0, 1, 1, 1, 1, 1, 1, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IntakeLimits(1, 1, 1, 1, 1, 1, 0, 1, 1));
  }
}
