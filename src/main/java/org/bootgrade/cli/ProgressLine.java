package org.bootgrade.cli;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.bootgrade.batch.ClassGrading;
import org.bootgrade.batch.Roll;
import org.bootgrade.report.Reports;
import org.bootgrade.report.Result;

/**
 * Progress on standard error: one line that is written again and again on a terminal, plain lines
 * elsewhere. Each submission of a class leaves one line as it ends. Names of submissions and
 * programs are students' words.
 */
final class ProgressLine implements ClassGrading.Progress {

  private static final String CLEAR = "\r\u001b[2K";
  private static final int BAR = 20;

  private final PrintStream err;
  private final boolean terminal;
  private int total;
  private final int width;
  private final LongSupplier nanoTime;

  /** What is being done for which submission, in the order in which they were begun. */
  private final Map<String, String> current = new LinkedHashMap<>();

  private int done;
  private boolean open;

  /** When the first submission that is not kept was begun, and how many of them have ended. */
  private long begun;

  private boolean began;
  private int graded;

  ProgressLine(Surroundings here, int total) {
    this(here, total, System::nanoTime);
  }

  ProgressLine(Surroundings here, int total, LongSupplier nanoTime) {
    this.err = here.err();
    this.terminal = here.terminalErr();
    this.total = total;
    this.width = here.width();
    this.nanoTime = nanoTime;
  }

  /** A message that stays. */
  synchronized void say(String message) {
    clear();
    err.println(Reports.harmless(message));
    redraw();
  }

  /** A message of several lines, such as one with the end of a log, in one. */
  private static String oneLine(String text) {
    return Reports.harmless(text.strip().replaceAll("\\s*\n\\s*", " "));
  }

  @Override
  public synchronized void begins(int submissions) {
    total = submissions;
  }

  @Override
  public synchronized void step(Roll.Entry entry, String what) {
    if (!began) {
      began = true;
      begun = nanoTime.getAsLong();
    }
    current.put(entry.id(), what);
    if (terminal) {
      redraw();
    } else {
      err.println("%s: %s".formatted(oneLine(entry.id()), oneLine(what)));
    }
  }

  @Override
  public synchronized void done(Roll.Entry entry, Result result, boolean kept) {
    clear();
    current.remove(entry.id());
    done++;
    graded += kept ? 0 : 1;
    if (total > 1) {
      BigDecimal score = result.finalScore();
      err.println(
          "[%d/%d] %s: %s%s%s"
              .formatted(
                  done,
                  total,
                  oneLine(entry.id()),
                  score == null
                      ? "not graded (" + oneLine(String.valueOf(result.message())) + ")"
                      : score.toPlainString() + " of " + result.finalMaxScore(),
                  kept ? " (kept from an earlier run; --force grades again)" : "",
                  terminal || pace().isEmpty() ? "" : " (" + pace() + ")"));
    }
    redraw();
  }

  /** The line as it is now. */
  private void redraw() {
    if (!terminal || current.isEmpty()) {
      return;
    }
    String steps =
        current.entrySet().stream()
            .map(e -> oneLine(e.getKey()) + ": " + oneLine(e.getValue()))
            .collect(Collectors.joining("  "));
    String pace = pace();
    String line =
        total == 1
            ? steps
            : "%s %d/%d%s  %s"
                .formatted(bar(), done, total, pace.isEmpty() ? "" : "  " + pace, steps);
    err.print(CLEAR + (line.length() < width ? line : line.substring(0, width - 1)));
    err.flush();
    open = true;
  }

  private String bar() {
    int full = done * BAR / total;
    return "█".repeat(full) + "░".repeat(BAR - full);
  }

  /** How fast it goes and how long it takes still; empty where nothing has been graded yet. */
  private String pace() {
    long nanos = nanoTime.getAsLong() - begun;
    if (graded == 0 || nanos <= 0 || done >= total) {
      return "";
    }
    double minutes = nanos / 60e9;
    Duration left = Duration.ofNanos((long) ((double) nanos / graded * (total - done)));
    return "%.1f a minute, %s left".formatted(graded / minutes, words(left));
  }

  private static String words(Duration left) {
    if (left.toSeconds() < 90) {
      return Math.max(1, left.toSeconds()) + " s";
    }
    long minutes = (left.toSeconds() + 30) / 60;
    return minutes < 90 ? minutes + " min" : "%d h %d min".formatted(minutes / 60, minutes % 60);
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
