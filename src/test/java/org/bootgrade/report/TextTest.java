package org.bootgrade.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

  @Test
  void controlAndFormatCharactersAreSpeltAsInRust() {
    assertThat(Text.visible("a\u0000\r\n\tb\rc\u007f\u009b\u200b\ufeff\ud800"))
        .isEqualTo("a\\u{0}\n\tb\\u{d}c\\u{7f}\\u{9b}\\u{200b}\\u{feff}\\u{d800}");
  }

  @Test
  void lettersOfAllScriptsStay() {
    String names = "Zoë Ångström Łukasz 山田太郎 Фёдор عمر 🦀";

    assertThat(Text.visible(names)).isEqualTo(names);
  }

  @ParameterizedTest
  @CsvSource({"abc,3", "Zoe\u0308,3", "山田,4", "🦀,2", "ＡＢ,4", "'',0"})
  void widthIsCountedInColumns(String text, int width) {
    assertThat(Text.width(text)).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({"abc,5,'abc  '", "abcdef,5,abcd…", "山田太郎,4,'山… '", "abc,3,abc"})
  void textIsFittedIntoAColumn(String text, int columns, String fitted) {
    assertThat(Text.fit(text, columns)).isEqualTo(fitted);
    assertThat(Text.width(Text.fit(text, columns))).isEqualTo(columns);
  }

  @Test
  void proseIsWrappedAndAlignedTextIsNot() {
    assertThat(
            Text.lines(
                "one two three four\nfive\n\n\n  --> src/a.rs:1:2 and so on and on\nerror: long and"
                    + " longer\n",
                10))
        .containsExactly(
            "one two",
            "three four",
            "five",
            "",
            "  --> src/a.rs:1:2 and so on and on",
            "error: long and longer");
  }

  @Test
  void aLongWordIsLeftWhole() {
    assertThat(Text.lines("see src/a/very/long/path.rs:12 there", 10))
        .containsExactly("see", "src/a/very/long/path.rs:12", "there");
  }

  @Test
  void anyNumberOfBlankLinesParts() {
    assertThat(Text.lines("one" + "\n \t".repeat(100_000) + "\ntwo", 10))
        .containsExactly("one", "", "two");
  }
}
