package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TextScreenTest {

  private static final int ROW = 160;
  private static final byte YELLOW = 0x0e;

  private final byte[] cells = new byte[25 * ROW];

  private void write(int row, String text) {
    for (int i = 0; i < text.length(); i++) {
      cells[row * ROW + 2 * i] = (byte) text.charAt(i);
      cells[row * ROW + 2 * i + 1] = YELLOW;
    }
  }

  private void scroll() {
    System.arraycopy(cells, ROW, cells, 0, 24 * ROW);
    for (int at = 24 * ROW; at < 25 * ROW; at += 2) {
      cells[at] = ' ';
      cells[at + 1] = YELLOW;
    }
  }

  private byte[] mark() {
    byte[] marked = TextScreen.marked(cells);
    System.arraycopy(marked, 0, cells, 0, cells.length);
    return marked;
  }

  @Test
  void rowsWithOtherWordsWereWritten() {
    write(24, "It waits.");
    byte[] before = mark();
    scroll();
    write(24, "A fault.");

    assertThat(TextScreen.added(before, cells)).containsExactly("A fault.");
  }

  @Test
  void theSameWordsWrittenOnceMoreWereWritten() {
    for (int row = 0; row < 25; row++) {
      write(row, row % 2 == 0 ? "EXCEPTION" : "    at 0x203d0f");
    }
    byte[] before = mark();
    scroll();
    write(24, "EXCEPTION");
    scroll();
    write(24, "    at 0x203d0f");
    assertThat(TextScreen.decode(cells))
        .as("the screen has as many of each")
        .containsExactlyInAnyOrderElementsOf(TextScreen.decode(before));

    assertThat(TextScreen.added(before, cells)).containsExactly("EXCEPTION", "    at 0x203d0f");
  }

  @Test
  void aScreenThatOnlyScrollsOrIsClearedHasNothingAdded() {
    write(0, "First.");
    write(24, "It waits.");
    byte[] before = mark();
    assertThat(TextScreen.added(before, cells)).isEmpty();

    scroll();
    assertThat(TextScreen.added(before, cells)).allMatch(String::isBlank);

    Arrays.fill(cells, (byte) 0);
    assertThat(TextScreen.added(before, cells)).isEmpty();
  }

  @Test
  void charactersStayWhereTheyAreMarked() {
    write(3, "It waits.");

    assertThat(TextScreen.decode(TextScreen.marked(cells))).isEqualTo(TextScreen.decode(cells));
  }
}
