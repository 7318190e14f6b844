package org.bootgrade.report;

import java.util.List;

/** Lays out a story for a terminal. Every text that comes in is made harmless here. */
final class ConsoleStory implements StoryPage {

  private static final String STEP = "     ";
  private static final String QUOTE = STEP + "| ";

  private final Ansi ansi;
  private final int width;
  private final StringBuilder out = new StringBuilder();
  private int steps;

  ConsoleStory(ConsoleStyle style) {
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

  @Override
  public void say(String text) {
    paragraph(text, "  ", "  ", false);
  }

  @Override
  public void step(Moment moment, String text) {
    steps++;
    paragraph(text, "  %2d ".formatted(steps), STEP, false);
  }

  @Override
  public void more(String text) {
    paragraph(text, STEP, STEP, false);
  }

  @Override
  public void shows(String text) {
    paragraph(text, "  => ", STEP, true);
  }

  private void paragraph(String text, String first, String rest, boolean bold) {
    String indent = first;
    for (String line : Text.lines(Text.line(text), width - rest.length())) {
      out.append(indent).append(bold ? ansi.bold(line) : line).append("\n");
      indent = rest;
    }
  }

  @Override
  public void quote(String text) {
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
