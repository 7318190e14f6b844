package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The VGA text screen, read from the adapter's memory: 25 rows of 80 cells of two bytes. */
final class TextScreen {

  private static final long ADDRESS = 0xb8000;
  private static final int ROWS = 25;
  private static final int COLUMNS = 80;

  private TextScreen() {}

  static List<String> read(GdbClient gdb, Duration timeout) throws GdbException {
    return decode(gdb.readPhysical(ADDRESS, ROWS * COLUMNS * 2, timeout));
  }

  /** Rows without trailing blanks; trailing empty rows are left out. */
  static List<String> decode(byte[] cells) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < COLUMNS; column++) {
        int value = cells[(row * COLUMNS + column) * 2] & 0xff;
        // A cell that nothing wrote to holds zero. Beyond ASCII the adapter's own font decides.
        text.append(value == 0 ? ' ' : value < 0x20 || value > 0x7e ? '\u25a0' : (char) value);
      }
      rows.add(text.toString().stripTrailing());
    }
    while (!rows.isEmpty() && rows.get(rows.size() - 1).isEmpty()) {
      rows.remove(rows.size() - 1);
    }
    return rows;
  }
}
