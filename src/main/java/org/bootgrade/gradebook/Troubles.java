package org.bootgrade.gradebook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bootgrade.gradebook.GradebookError.Problem;

/** What is wrong with one file, as it is found. */
final class Troubles {

  /** A file that has more is something else, and nobody reads on. */
  private static final int LIMIT = 50;

  private static final int LONGEST_QUOTE = 60;

  private final String file;
  private final List<Problem> found = new ArrayList<>();

  Troubles(String file) {
    this.file = file;
  }

  void add(int line, String what, String mend) {
    found.add(new Problem(file, line, what, mend));
  }

  void throwIfAny() throws GradebookError {
    if (!found.isEmpty()) {
      throw new GradebookError(
          found.stream().sorted(Comparator.comparingInt(Problem::line)).limit(LIMIT).toList());
    }
  }

  /** The one thing that keeps the file from being read at all. */
  GradebookError only(int line, String what, String mend) {
    return new GradebookError(List.of(new Problem(file, line, what, mend)));
  }

  /** A piece of the file in quotes, short, and printable on a terminal whatever it holds. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            c -> {
              if (isHarmless(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append("\\u%04x".formatted(c));
              }
            });
    if (text.codePointCount(0, text.length()) > LONGEST_QUOTE) {
      quoted.append("…");
    }
    return quoted.append('"').toString();
  }

  /** Whether a character is shown as itself and moves nothing around it. */
  static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
