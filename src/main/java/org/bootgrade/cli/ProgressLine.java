package org.bootgrade.cli;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.bootgrade.batch.ClassGrading;
import org.bootgrade.batch.Roll;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;

/**
 * Progress on standard error: one line that is written again and again on a terminal, plain lines
 * elsewhere. Names of submissions and programs are students' words.
 */
final class ProgressLine implements ClassGrading.Progress {

  private static final String CLEAR = "\r\u001b[2K";

  private final PrintStream err;
  private final boolean terminal;
  private final int total;
  private final int width;
  private final Map<String, Integer> numbers = new HashMap<>();
  private boolean open;

  ProgressLine(Surroundings here, int total) {
    this.err = here.err();
    this.terminal = here.terminalErr();
    this.total = total;
    this.width = here.width();
  }

  /** A message that stays. */
  synchronized void say(String message) {
    clear();
    err.println(Reports.harmless(message));
  }

  /** Which submission it is, by the order in which they were begun. */
  private int number(Roll.Entry entry) {
    return numbers.computeIfAbsent(entry.id(), id -> numbers.size() + 1);
  }

  /** A message of several lines, such as one with the end of a log, in one. */
  private static String oneLine(String text) {
    return Reports.harmless(text.strip().replaceAll("\\s*\n\\s*", " "));
  }

  @Override
  public synchronized void step(Roll.Entry entry, String what) {
    String line =
        total == 1
            ? "%s: %s".formatted(oneLine(entry.id()), oneLine(what))
            : "[%d/%d] %s: %s".formatted(number(entry), total, oneLine(entry.id()), oneLine(what));
    if (terminal) {
      err.print(CLEAR + (line.length() < width ? line : line.substring(0, width - 1)));
      err.flush();
      open = true;
    } else {
      err.println(line);
    }
  }

  @Override
  public synchronized void done(Roll.Entry entry, Result result, boolean kept) {
    clear();
    if (total > 1) {
      BigDecimal score = result.score();
      err.println(
          "[%d/%d] %s: %s%s"
              .formatted(
                  number(entry),
                  total,
                  oneLine(entry.id()),
                  score == null
                      ? "not graded (" + oneLine(String.valueOf(result.message())) + ")"
                      : score.toPlainString() + " of " + result.maxScore(),
                  kept ? " (kept from an earlier run; --force grades again)" : ""));
    }
  }

  /** Leaves the terminal clean. */
  synchronized void clear() {
    if (open) {
      err.print(CLEAR);
      err.flush();
      open = false;
    }
  }
}
