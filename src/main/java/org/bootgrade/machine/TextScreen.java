package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The VGA text screen, read from the adapter's memory: 25 rows of 80 cells of two bytes. */
final class TextScreen {

  private static final long ADDRESS = 0xb8000;
  private static final int ROWS = 25;
  private static final int COLUMNS = 80;

  /** The bit of an attribute for blinking characters, or bright backgrounds. */
  private static final int MARK = 0x80;

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

  /** What is on the screen: a character and its attribute for each cell. */
  static byte[] cells(GdbClient gdb, Duration timeout) throws GdbException {
    return gdb.readPhysical(ADDRESS, ROWS * COLUMNS * 2, timeout);
  }

  /**
   * Marks all that is on the screen, so that what is written from now on can be told from it, also
   * where it has the same words: one bit of each attribute is the other way round. Characters stay,
   * and scrolling takes attributes along.
   *
   * @return the cells, marked
   */
  static byte[] mark(GdbClient gdb, Duration timeout) throws GdbException {
    byte[] cells = marked(cells(gdb, timeout));
    gdb.writePhysical(ADDRESS, cells, timeout);
    return cells;
  }

  static byte[] marked(byte[] cells) {
    byte[] marked = cells.clone();
    for (int at = 1; at < marked.length; at += 2) {
      marked[at] ^= (byte) MARK;
    }
    return marked;
  }

  /**
   * The rows that were written since: those whose words were not there before. Where there are
   * none, the same words may have been written once more, and are known by what has no mark.
   *
   * @param marked the cells as {@link #mark} left them
   * @param cells what they are now
   */
  static List<String> added(byte[] marked, byte[] cells) {
    List<String> added = new ArrayList<>(decode(cells));
    decode(marked).forEach(added::remove);
    if (added.stream().anyMatch(row -> !row.isBlank())) {
      return added;
    }
    Set<Byte> marks = new HashSet<>();
    for (int at = 1; at < marked.length; at += 2) {
      marks.add(marked[at]);
    }
    List<String> again = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      String text = row(cells, row);
      boolean fresh = false;
      for (int column = 0; column < text.length(); column++) {
        fresh |= text.charAt(column) != ' ' && !marks.contains(cells[cell(row, column) + 1]);
      }
      if (fresh) {
        again.add(text);
      }
    }
    return again.isEmpty() ? added : again;
  }

  /** Rows without trailing blanks; trailing empty rows are left out. */
  static List<String> decode(byte[] cells) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(row(cells, row));
    }
    while (!rows.isEmpty() && rows.get(rows.size() - 1).isEmpty()) {
      rows.remove(rows.size() - 1);
    }
    return rows;
  }

  private static String row(byte[] cells, int row) {
    StringBuilder text = new StringBuilder();
    for (int column = 0; column < COLUMNS; column++) {
      int value = cells[cell(row, column)] & 0xff;
      // A cell that nothing wrote to holds zero. Beyond ASCII the adapter's own font decides.
      text.append(value == 0 ? ' ' : value < 0x20 || value > 0x7e ? '\u25a0' : (char) value);
    }
    return text.toString().stripTrailing();
  }

  private static int cell(int row, int column) {
    return (row * COLUMNS + column) * 2;
  }
}
