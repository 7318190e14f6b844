package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescentTest {

  @Test
  void aStackThatWasMostlyPassedOverWasLeapt() {
    assertThat(new Descent(19, 10, 900, 2 << 20, 200, 0).leapt()).isTrue();
    assertThat(new Descent(19, 9, 900, 2 << 20, 200, 0).leapt()).isFalse();
  }

  @Test
  void ofAnotherStackTheValuesAtItsEndTell() {
    assertThat(new Descent(0, 0, 3, 2 << 20, 200, 0).leapt()).isTrue();
    assertThat(new Descent(0, 0, 4, 2 << 20, 200, 0).leapt()).isFalse();
  }

  @Test
  void aFrameLargerThanTheStackPassesOverItRightly() {
    assertThat(new Descent(19, 19, 0, 2 << 20, 200, 4 << 20).leapt()).isFalse();
  }

  @Test
  void aStackThatIsFilledFarBelowTheStackPointerWasLeapt() {
    assertThat(new Descent(19, 0, 900, 2 << 20, (64 << 10) + 1, 0).leapt()).isTrue();
    assertThat(new Descent(19, 0, 900, 2 << 20, 64 << 10, 0).leapt()).isFalse();
  }
}
