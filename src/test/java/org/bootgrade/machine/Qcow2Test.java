package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Qcow2Test {

  private final byte[] file = Qcow2.over("program.img", 1L << 30);
  private final ByteBuffer words = ByteBuffer.wrap(file);

  @Test
  void theImageIsNamedAndReadAsRawWhateverItHolds() {
    int name = (int) words.getLong(8);
    assertThat(new String(file, name, words.getInt(16), StandardCharsets.UTF_8))
        .isEqualTo("program.img");
    int extension = words.getInt(100);
    assertThat(words.getInt(extension)).isEqualTo(0xe2792aca);
    assertThat(Arrays.copyOfRange(file, extension + 8, extension + 8 + words.getInt(extension + 4)))
        .isEqualTo("raw".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void theFirstTableCoversTheWholeDisk() {
    long covered = 512L << 20;
    assertThat(words.getLong(24)).isEqualTo(1L << 30);
    assertThat(words.getInt(36)).isEqualTo(2);
    assertThat(ByteBuffer.wrap(Qcow2.over("i", covered + 1)).getInt(36)).isEqualTo(2);
    assertThat(ByteBuffer.wrap(Qcow2.over("i", covered)).getInt(36)).isEqualTo(1);
  }

  @Test
  void everyClusterOfTheFileIsCountedOnceAndNoOther() {
    int block = (int) words.getLong((int) words.getLong(48));
    int clusters = file.length >> words.getInt(20);
    for (int i = 0; i < 100; i++) {
      assertThat(words.getShort(block + 2 * i)).isEqualTo((short) (i < clusters ? 1 : 0));
    }
  }
}
