package org.bootgrade.report;

/**
 * Foreign text for a page, cut in its middle where it is long: how a log begins and how it ends is
 * what people look for.
 *
 * @param head its beginning, or all of it
 * @param note how much is left out behind {@code head}, in words; empty where nothing is
 * @param tail its end; empty where nothing is left out
 */
record Clipped(String head, String note, String tail) {

  private static final int TAIL = 4;

  /**
   * Cuts a text.
   *
   * @param text anything
   * @param characters the most to keep
   * @param lines the most lines to keep
   */
  static Clipped of(String text, int characters, int lines) {
    int head = end(text, characters - characters / TAIL, lines - lines / TAIL);
    int tail = Math.max(head, begin(text, characters / TAIL, lines / TAIL));
    if (head >= text.length() || tail == head) {
      return new Clipped(text, "", "");
    }
    return new Clipped(
        text.substring(0, head),
        "%s characters are left out here".formatted(tail - head),
        text.substring(tail));
  }

  /** The text in one piece, with the note in its middle. */
  String whole() {
    return note.isEmpty() ? head : "%s\n… (%s) …\n%s".formatted(head, note, tail);
  }

  public boolean empty() {
    return head.isEmpty();
  }

  private static int end(String text, int characters, int lines) {
    int end = Math.min(text.length(), characters);
    int line = 0;
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n' && ++line == lines) {
        return i + 1;
      }
    }
    return end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))
        ? end - 1
        : end;
  }

  private static int begin(String text, int characters, int lines) {
    int begin = Math.max(0, text.length() - characters);
    int line = 0;
    for (int i = text.length() - 2; i >= begin; i--) {
      if (text.charAt(i) == '\n' && ++line == lines) {
        return i + 1;
      }
    }
    return begin > 0 && begin < text.length() && Character.isLowSurrogate(text.charAt(begin))
        ? begin + 1
        : begin;
  }
}
