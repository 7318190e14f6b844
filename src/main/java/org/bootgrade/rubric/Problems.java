package org.bootgrade.rubric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bootgrade.rubric.RubricError.Problem;
import org.yaml.snakeyaml.nodes.Node;

/** The problems of one rubric, as they are found. */
final class Problems {

  /** A file that has more is no rubric, and nobody reads on. */
  private static final int LIMIT = 50;

  private static final int LONGEST_QUOTE = 60;

  private final String file;
  private final List<Problem> found = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  /**
   * Adds a problem.
   *
   * @param line from 1, or 0 for the file as a whole
   * @param what what is wrong
   * @param mend what to do about it
   */
  void add(int line, String what, String mend) {
    found.add(new Problem(file, line, what, mend));
  }

  void add(Node node, String what, String mend) {
    add(line(node), what, mend);
  }

  void throwIfAny() throws RubricError {
    if (!found.isEmpty()) {
      throw error();
    }
  }

  /** The problems as an error. There must be one. */
  RubricError error() {
    return new RubricError(
        found.stream().sorted(Comparator.comparingInt(Problem::line)).limit(LIMIT).toList());
  }

  static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  /** A piece of the file in quotes, short, and printable on a terminal whatever it holds. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(LONGEST_QUOTE)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append("\\u%04x".formatted(c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    if (text.codePointCount(0, text.length()) > LONGEST_QUOTE) {
      quoted.append("…");
    }
    return quoted.append('"').toString();
  }
}
