package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ClippedTest {

  @Test
  void aShortTextStaysWhole() {
    assertThat(Clipped.of("short\n", 10, 5)).isEqualTo(new Clipped("short\n", "", ""));
    assertThat(Clipped.of("", 10, 5).empty()).isTrue();
  }

  @Test
  void aLongTextKeepsItsBeginningAndItsEnd() {
    assertThat(Clipped.of("0123456789abcdefghij", 8, 5))
        .isEqualTo(new Clipped("012345", "12 characters are left out here", "ij"));
  }

  @Test
  void manyLinesAreManyToo() {
    Clipped clipped = Clipped.of("a\n".repeat(50), 1000, 8);
    assertThat(clipped.head()).isEqualTo("a\n".repeat(6));
    assertThat(clipped.tail()).isEqualTo("a\n".repeat(2));
    assertThat(clipped.note()).isEqualTo("84 characters are left out here");
  }

  @Property
  void headAndTailAreOfTheTextAndNoCharacterIsCutInTwo(
      @ForAll @StringLength(max = 300) String any,
      @ForAll @IntRange(min = 8, max = 200) int characters,
      @ForAll @IntRange(min = 8, max = 40) int lines) {
    String text =
        any.codePoints()
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    Clipped clipped = Clipped.of(text, characters, lines);
    assertThat(text).startsWith(clipped.head()).endsWith(clipped.tail());
    if (clipped.note().isEmpty()) {
      assertThat(clipped.head()).isEqualTo(text);
      return;
    }
    assertThat(clipped.head().length() + clipped.tail().length()).isLessThanOrEqualTo(characters);
    assertThat(clipped.head().length() + clipped.tail().length()).isLessThan(text.length());
    int cut = clipped.head().length();
    if (cut > 0 && Character.isHighSurrogate(text.charAt(cut - 1))) {
      assertThat(Character.isLowSurrogate(text.charAt(cut))).isFalse();
    }
  }
}
