package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The VGA text screen, read from the adapter's memory: 25 rows of 80 cells of two bytes. */
final class TextScreen {

  private static final long ADDRESS = 0xb8000;
  private static final int ROWS = 25;
  private static final int COLUMNS = 80;

  /** What the text mode shows at {@link #ADDRESS}, in bytes. */
  private static final int WINDOW = 32 << 10;

  /**
   * All planes are written, and they are chained to one row of bytes: the VGA's sequencer registers
   * 2 (map mask) and 4 (memory mode), behind index and data port.
   */
  private static final List<String> CHAINED =
      List.of("o /b 0x3c4 2", "o /b 0x3c5 0x0f", "o /b 0x3c4 4", "o /b 0x3c5 0x0e");

  /** Its memory is seen at {@link #ADDRESS}: the graphics controller's register 6. */
  private static final List<String> AT_ADDRESS = List.of("o /b 0x3ce 6", "o /b 0x3cf 0x0c");

  private TextScreen() {}

  /**
   * Makes the screen plain memory. A guest reads and writes the same cells at the same place as in
   * the text mode that firmware leaves, but there QEMU takes some microseconds for each access, and
   * to scroll by one line takes thousands.
   */
  static void asMemory(GdbClient gdb, Duration timeout) throws GdbException {
    byte[] shown = gdb.readPhysical(ADDRESS, WINDOW, timeout);
    for (String command : CHAINED) {
      gdb.order(command, timeout);
    }
    gdb.writePhysical(ADDRESS, shown, timeout);
  }

  /**
   * Makes a screen that was plain memory readable again. A reset leaves what is in the adapter's
   * memory and forgets how it is laid out.
   */
  static void afterReset(GdbClient gdb, Duration timeout) throws GdbException {
    for (List<String> commands : List.of(CHAINED, AT_ADDRESS)) {
      for (String command : commands) {
        gdb.order(command, timeout);
      }
    }
  }

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
