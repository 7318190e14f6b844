package org.bootgrade.report;

import java.util.List;

/**
 * How much foreign text a page takes. Each text has a limit of its own; where there are many, all
 * of them together have one, behind which each is cut short. A program may print megabytes, and a
 * submission may have a hundred programs.
 */
final class Allowance {

  /** Characters of a log or of the serial port. */
  static final int TEXT = 16_000;

  /** Lines of the same. */
  static final int LINES = 400;

  /** Characters of everything together. */
  static final int PAGE = 400_000;

  private static final int SHORT = 400;
  private static final int SCREEN = 25 * 80;
  private static final int SCREEN_LINES = 25;
  private static final int REASON = 12_000;
  private static final int REASON_LINES = 300;

  private int left = PAGE;

  Clipped serial(String text) {
    return take(text, TEXT, LINES);
  }

  Clipped log(String text) {
    return take(text, TEXT, LINES);
  }

  Clipped screen(List<String> rows) {
    // A screen is filled from its lowest row; the rows above may be empty.
    List<String> shown = rows.stream().dropWhile(String::isBlank).toList();
    return take(String.join("\n", shown).stripTrailing(), SCREEN, SCREEN_LINES);
  }

  Clipped reason(String text) {
    return take(text.strip(), REASON, REASON_LINES);
  }

  private Clipped take(String text, int characters, int lines) {
    Clipped clipped = Clipped.of(text, Math.max(SHORT, Math.min(characters, left)), lines);
    left = Math.max(0, left - clipped.head().length() - clipped.tail().length());
    return clipped;
  }
}
