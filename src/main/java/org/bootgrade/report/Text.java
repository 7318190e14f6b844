package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Text of unknown origin, made harmless and fitted into columns. */
final class Text {

  private static final Pattern BLANK_LINES = Pattern.compile("\n[ \t\n]*\n");

  private Text() {}

  /**
   * The same text with everything spelt out that a terminal would act on or that changes how the
   * rest of the line reads: escape sequences, other control characters, invisible and
   * direction-changing characters. Line breaks and tabs stay. Spelt as Rust spells them: {@code
   * \\u{1b}}.
   */
  static String visible(String text) {
    if (isAscii(text)) {
      return text;
    }
    StringBuilder visible = new StringBuilder(text.length());
    String lines = text.replace("\r\n", "\n");
    lines
        .codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\t' || isPlain(c)) {
                visible.appendCodePoint(c);
              } else {
                visible.append("\\u{%x}".formatted(c));
              }
            });
    return visible.toString();
  }

  /** Whether all of it is what a typewriter has, which is most text: nothing to spell out there. */
  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\n' && c != '\t') || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Whether a character is shown as itself and changes nothing around it. */
  static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Harmless text in one line. */
  static String line(String text) {
    return visible(text).replaceAll("[\n\t]+", " ").strip();
  }

  /** How many columns of a terminal a text takes. It must be harmless and of one line. */
  static int width(String text) {
    return text.codePoints().map(Text::width).sum();
  }

  /**
   * Wide are the scripts of East Asia and emoji. This is not the whole of UAX #11, but a name that
   * it gets wrong only shifts its own row.
   */
  private static int width(int c) {
    switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> {
        return 0;
      }
      default -> {
        boolean wide =
            switch (Character.UnicodeScript.of(c)) {
              case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> true;
              default -> (c >= 0x1f300 && c <= 0x1faff) || (c >= 0xff01 && c <= 0xff60);
            };
        return wide ? 2 : 1;
      }
    }
  }

  /** Harmless text of one line, filled up with blanks or cut to a width. */
  static String fit(String text, int columns) {
    if (width(text) <= columns) {
      return text + " ".repeat(columns - width(text));
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    for (int c : text.codePoints().toArray()) {
      if (used + width(c) > columns - 1) {
        break;
      }
      cut.appendCodePoint(c);
      used += width(c);
    }
    return cut + "…" + " ".repeat(columns - 1 - used);
  }

  /**
   * Lines for a terminal. Prose is wrapped. A paragraph with an indented line in it is a compiler's
   * message, a table or code, in which columns matter, and stays as it is.
   */
  static List<String> lines(String text, int columns) {
    List<String> lines = new ArrayList<>();
    String harmless = visible(text).replace("\t", "    ").stripTrailing();
    for (String paragraph : BLANK_LINES.split(harmless, -1)) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      boolean set = isSet(paragraph);
      paragraph
          .lines()
          .forEach(
              l -> {
                if (set) {
                  lines.add(l.stripTrailing());
                } else {
                  wrap(l, columns, lines);
                }
              });
    }
    return lines;
  }

  private static boolean isSet(String paragraph) {
    return paragraph.lines().anyMatch(l -> l.startsWith(" "));
  }

  /**
   * Paragraphs that belong together.
   *
   * @param set whether columns matter in them
   */
  record Part(boolean set, String text) {}

  /** Prose, and what stands in columns between it; told apart as by {@link #lines}. */
  static List<Part> parts(String text) {
    List<Part> parts = new ArrayList<>();
    for (String paragraph : BLANK_LINES.split(text.strip(), -1)) {
      Part last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
      boolean set = isSet(paragraph);
      if (last != null && last.set() == set) {
        parts.set(parts.size() - 1, new Part(set, last.text() + "\n\n" + paragraph));
      } else if (!paragraph.isBlank()) {
        parts.add(new Part(set, paragraph));
      }
    }
    return List.copyOf(parts);
  }

  private static void wrap(String text, int columns, List<String> lines) {
    StringBuilder line = new StringBuilder();
    int used = 0;
    for (String word : text.split(" +", -1)) {
      int width = width(word);
      if (used > 0 && used + 1 + width > columns) {
        lines.add(line.toString());
        line.setLength(0);
        used = 0;
      }
      if (used > 0) {
        line.append(' ');
        used++;
      }
      // A word longer than the line, such as a path, is not broken: it could not be copied.
      line.append(word);
      used += width;
    }
    lines.add(line.toString());
  }
}
