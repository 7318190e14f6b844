package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputTest {

  @Test
  void piecesOfAnySizeComeTogether() {
    byte[] all = new byte[1 << 20];
    new Random(1).nextBytes(all);
    Output output = new Output(all.length);
    int at = 0;
    for (int size = 1; at < all.length; size = size * 3 % 200_003) {
      int end = Math.min(all.length, at + size);
      output.add(false, Arrays.copyOfRange(all, at, end));
      at = end;
    }
    output.add(true, "words".getBytes(US_ASCII));

    Outcome outcome = output.outcome(Outcome.End.EXITED, 0);
    assertThat(outcome.stdout()).isEqualTo(all);
    assertThat(outcome.err()).isEqualTo("words");
    assertThat(outcome.truncated()).isFalse();
  }

  @Test
  void whatIsMoreThanTheCapIsLeftOut() {
    Output output = new Output(3);
    output.add(false, "12".getBytes(US_ASCII));
    output.add(false, "345".getBytes(US_ASCII));
    output.add(false, "6".getBytes(US_ASCII));

    Outcome outcome = output.outcome(Outcome.End.EXITED, 0);
    assertThat(outcome.out()).isEqualTo("123");
    assertThat(outcome.truncated()).isTrue();
    assertThat(output.flooded()).isFalse();
  }
}
