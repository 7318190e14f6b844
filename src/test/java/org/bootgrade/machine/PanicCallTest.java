package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PanicCallTest {

  private static final String PANIC = "0000000000211e40 0000000000000030 T core::panicking::panic";

  @Test
  void aProgramWithoutAPanicFunctionCannotBeMadeToPanic() {
    assertThat(PanicCall.in(Symbols.parse(""))).isEmpty();
    assertThat(PanicCall.in(Symbols.parse(PANIC + "_fmt"))).isEmpty();
  }

  @Test
  void theFunctionIsFoundUnderEitherMangling() {
    assertThat(PanicCall.in(Symbols.parse(PANIC))).isPresent();
    assertThat(PanicCall.in(Symbols.parse(PANIC + "::h0123456789abcdef"))).isPresent();
  }

  @Test
  void anyOfTheKnownFunctionsWillDo() {
    assertThat(
            PanicCall.in(
                Symbols.parse(
                    "0000000000211690 0000000000000030 T"
                        + " core::panicking::panic_const::panic_const_add_overflow")))
        .isPresent();
  }
}
