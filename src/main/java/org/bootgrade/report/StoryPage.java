package org.bootgrade.report;

import java.util.List;

/**
 * Lays out a story for a terminal. Every text that comes in is made harmless here: it may hold what
 * a student's program wrote.
 */
final class StoryPage {

  private static final int MOST_QUOTED_LINES = 16;
  private static final int LONGEST_QUOTED_LINE = 160;
  private static final String STEP = "     ";
  private static final String QUOTE = STEP + "| ";

  private final Ansi ansi;
  private final int width;
  private final StringBuilder out = new StringBuilder();
  private int steps;

  StoryPage(ConsoleStyle style) {
    this.ansi = new Ansi(style.color());
    this.width = style.width();
  }

  /** Begins a program. */
  void program(String title) {
    out.append(out.isEmpty() ? "" : "\n");
    paragraph(title, "", "", true);
  }

  /** Begins a boot. */
  void boot(String title) {
    steps = 0;
    out.append("\n");
    paragraph(title, "  ", "  ", true);
  }

  /** A sentence that is no event. */
  void say(String text) {
    paragraph(text, "  ", "  ", false);
  }

  /** What happened next. */
  void step(String text) {
    steps++;
    paragraph(text, "  %2d ".formatted(steps), STEP, false);
  }

  /** More about the last step. */
  void more(String text) {
    paragraph(text, STEP, STEP, false);
  }

  /** What it all shows. */
  void shows(String text) {
    paragraph(text, "  => ", STEP, true);
  }

  private void paragraph(String text, String first, String rest, boolean bold) {
    String indent = first;
    for (String line : Text.lines(Text.line(text), width - rest.length())) {
      out.append(indent).append(bold ? ansi.bold(line) : line).append("\n");
      indent = rest;
    }
  }

  /** Words of the program itself, cut where there are too many. */
  void quote(String text) {
    // A line's end is ended by Text as it is by a terminal; all other control characters are spelt.
    List<String> lines = Text.visible(text).replace("\t", "    ").stripTrailing().lines().toList();
    lines.stream().limit(MOST_QUOTED_LINES).forEach(this::quoted);
    if (lines.size() > MOST_QUOTED_LINES) {
      more("(%d more lines)".formatted(lines.size() - MOST_QUOTED_LINES));
    }
  }

  private void quoted(String line) {
    String fitted = Text.fit(line, Math.min(LONGEST_QUOTED_LINE, width - QUOTE.length()));
    out.append(ansi.dim(QUOTE)).append(fitted.stripTrailing()).append("\n");
  }

  String text() {
    return out.toString();
  }
}
