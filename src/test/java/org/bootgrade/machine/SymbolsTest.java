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
          0000000000203100 0000000000000000 T stub
          0000000000203110 0000000000000000 t common
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
  void codeOfAssemblyBelongsToTheLabelBefore() {
    assertThat(SYMBOLS.codeAt(0x203100).map(Symbol::name)).contains("stub");
    assertThat(SYMBOLS.codeAt(0x20310f).map(Symbol::name)).contains("stub");
    assertThat(SYMBOLS.codeAt(0x203110).map(Symbol::name)).contains("common");
    assertThat(SYMBOLS.codeAt(0x204110)).as("too far from any label").isEmpty();
    assertThat(SYMBOLS.codeAt(0x2062e1).map(Symbol::name)).contains("osirs::idt::double_fault");
    assertThat(SYMBOLS.at(0x203100)).as("a label covers no bytes").isEmpty();
  }

  @Test
  void betweenSymbolsTheLowerOneHasAnEnd() {
    assertThat(SYMBOLS.endBelow(0x2240b8)).isEqualTo(0x2240b8);
    assertThat(SYMBOLS.endBelow(0x210000)).isEqualTo(0x2063a1);
    assertThat(SYMBOLS.endBelow(0x1000)).isZero();
  }
}
