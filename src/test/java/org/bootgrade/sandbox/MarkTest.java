package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sign that is found in a stream, however the stream is cut into pieces. */
class MarkTest {

  private static final String SIGN = "aabab";
  private static final String MARK = SIGN + "0171";

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "text\n", "a", "aab", "aabaa", "aabaaaaba", "aabax\0\u00ffa"})
  void whatIsBeforeTheMarkIsPassedOnWholeWhereverTheStreamIsCut(String before) {
    String all = before + MARK;
    for (int first = 0; first <= all.length(); first++) {
      for (int second = first; second <= all.length(); second++) {
        Mark mark = new Mark(SIGN.getBytes(ISO_8859_1), 4);
        StringBuilder passed = new StringBuilder();
        List<Boolean> whole = new ArrayList<>();
        for (String piece :
            List.of(all.substring(0, first), all.substring(first, second), all.substring(second))) {
          if (whole.isEmpty() || !whole.get(whole.size() - 1)) {
            whole.add(
                mark.read(
                    piece.getBytes(ISO_8859_1), b -> passed.append(new String(b, ISO_8859_1))));
          }
        }
        assertThat(passed.toString()).as("cut at %d and %d", first, second).isEqualTo(before);
        assertThat(whole.get(whole.size() - 1)).isTrue();
        assertThat(new String(mark.behind(), ISO_8859_1)).isEqualTo("0171");
        assertThat(mark.moreCame()).isFalse();
      }
    }
  }

  @Test
  void onlyATailThatMayBeTheSignIsHeldBack() {
    Mark mark = new Mark(SIGN.getBytes(ISO_8859_1), 0);
    StringBuilder passed = new StringBuilder();
    assertThat(read(mark, "hello aab", passed)).isFalse();
    assertThat(passed).hasToString("hello ");
    assertThat(read(mark, "c", passed)).isFalse();
    assertThat(passed).hasToString("hello aabc");
  }

  @Test
  void anotherSignIsNone() {
    Mark mark = new Mark(SIGN.getBytes(ISO_8859_1), 4);
    StringBuilder passed = new StringBuilder();
    assertThat(read(mark, "aabaac0000", passed)).isFalse();
    assertThat(passed).hasToString("aabaac0000");
  }

  @Test
  void whatComesBehindTheMarkIsTold() {
    Mark mark = new Mark(SIGN.getBytes(ISO_8859_1), 4);
    StringBuilder passed = new StringBuilder();
    assertThat(read(mark, MARK + "z", passed)).isTrue();
    assertThat(mark.moreCame()).isTrue();
    assertThat(passed).hasToString("");
  }

  private static boolean read(Mark mark, String text, StringBuilder passed) {
    return mark.read(text.getBytes(ISO_8859_1), b -> passed.append(new String(b, ISO_8859_1)));
  }
}
