package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which words on a stack are return addresses. */
class CallSitesTest {

  @Test
  void aKernelInTheHigherHalfHasReturnAddressesToo() {
    List<Long> words = List.of(0L, 4L, 5L, 0x20_1000L, 0xffff_ffff_8000_1234L);

    List<Long> calls = CallSites.before(words);

    assertThat(calls).containsExactly(0L, 0x20_0ffbL, 0xffff_ffff_8000_122fL);
    assertThat(
            CallSites.returns(
                calls,
                List.of(
                    new byte[0],
                    new byte[] {0x55, 0, 0, 0, 0},
                    new byte[] {(byte) 0xe8, 1, 2, 3, 4})))
        .containsExactly(0xffff_ffff_8000_1234L);
  }
}
