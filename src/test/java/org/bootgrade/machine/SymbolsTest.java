package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.bootgrade.evidence.MemoryExtent;
import org.bootgrade.evidence.Symbol;
import org.junit.jupiter.api.Test;

class SymbolsTest {

  private static final Symbols SYMBOLS =
      Symbols.parse(
          """
          00000000002062e0 00000000000000c1 t osirs::idt::double_fault
          000000000021f0b8 0000000000005000 b osirs::gdt::STACK
          0000000000219038 t a_label_without_size
          000000000021f0b8 0000000000000008 b a_smaller_one
                           U memcpy
          nonsense
          """);

  @Test
  void aByteBelongsToTheSymbolThatCoversIt() {
    Symbol stack = new Symbol("osirs::gdt::STACK", new MemoryExtent(0x21f0b8, 0x21f0b8 + 0x5000));

    assertThat(SYMBOLS.at(0x21f0b8)).contains(stack);
    assertThat(SYMBOLS.at(0x2240b7)).contains(stack);
    assertThat(SYMBOLS.at(0x2240b8)).isEmpty();
    assertThat(SYMBOLS.at(0)).isEmpty();
  }

  @Test
  void betweenSymbolsTheLowerOneHasAnEnd() {
    assertThat(SYMBOLS.endBelow(0x2240b8)).isEqualTo(0x2240b8);
    assertThat(SYMBOLS.endBelow(0x210000)).isEqualTo(0x2063a1);
    assertThat(SYMBOLS.endBelow(0x1000)).isZero();
  }
}
