package org.bootgrade.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How often each tenth of the points was reached, as a picture in units of its own.
 *
 * @param bars from the lowest scores to the highest
 * @param words the same in a sentence
 */
record Histogram(List<Bar> bars, String words) {

  static final int WIDTH = 340;
  static final int BASE = 130;
  private static final int HIGHEST = 104;
  private static final int STEP = 31;
  private static final int BAR = 25;
  private static final int TENTHS = 10;

  /**
   * A bar.
   *
   * @param range the scores that it counts
   * @param label its name below the picture
   * @param count how many
   */
  record Bar(String range, String label, long count, int x, int y, int width, int height) {
    public int middle() {
      return x + width / 2;
    }

    public int above() {
      return y - 5;
    }
  }

  /**
   * @param results those with a score
   */
  static Histogram of(List<Result> results) {
    long[] counts = new long[TENTHS + 1];
    for (Result result : results) {
      counts[tenth(result)]++;
    }
    long most = 1;
    for (long count : counts) {
      most = Math.max(most, count);
    }
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i <= TENTHS; i++) {
      int height = (int) Math.round((double) counts[i] * HIGHEST / most);
      boolean full = i == TENTHS;
      bars.add(
          new Bar(
              full ? "all points" : "%d to %d %%".formatted(i * TENTHS, (i + 1) * TENTHS - 1),
              full ? "all" : String.valueOf(i * TENTHS),
              counts[i],
              i * STEP + 2,
              BASE - height,
              BAR,
              height));
    }
    return new Histogram(
        bars,
        bars.stream()
            .filter(b -> b.count() > 0)
            .map(b -> b.range() + ": " + b.count())
            .collect(Collectors.joining("; ")));
  }

  /** Which tenth of the points, 0 to 9, or 10 for all of them or more. */
  private static int tenth(Result result) {
    BigDecimal score = result.finalScore();
    BigDecimal most = result.finalMaxScore();
    if (score == null || most == null || score.compareTo(most) >= 0) {
      return TENTHS;
    }
    if (score.signum() <= 0) {
      return 0;
    }
    return score
        .multiply(BigDecimal.TEN)
        .divide(most, 0, RoundingMode.DOWN)
        .min(BigDecimal.valueOf(TENTHS - 1))
        .intValue();
  }
}
