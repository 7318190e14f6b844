package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a submission that came late.
 *
 * <p>One that came at {@code due} or earlier, or by no more than {@code grace} later, is not late.
 * Each other loses {@code perDay} for each day late that has begun. A day late ends at the time of
 * day of {@code due}, or after as many times 24 hours, whichever is later: where the clocks of the
 * zone change, both are what a student may have read into "a day". A second more is the next day.
 * The grace is not taken off: a submission that exceeds it by a second has been late since {@code
 * due}. After {@code closed} nothing is left.
 *
 * @param due the last moment at which a submission is on time
 * @param grace how much later it may come without being late; zero for none
 * @param perDay what each day late costs
 * @param most the most that days late cost together, or null where they may cost all
 * @param closed the last moment at which a submission counts at all, or null where there is none
 * @param zone by whose clocks a day ends
 */
public record LatePolicy(
    Instant due,
    Duration grace,
    Amount perDay,
    @Nullable Amount most,
    @Nullable Instant closed,
    ZoneId zone) {

  private static final Duration DAY = Duration.ofDays(1);

  /** How many days late a submission of that time is; 0 for one that is on time. */
  public long days(Instant submitted) {
    Duration by = Duration.between(due, submitted);
    if (by.compareTo(grace) <= 0 || by.isNegative()) {
      return 0;
    }
    long days = Math.max(1, by.dividedBy(DAY) - 1);
    while (submitted.isAfter(endOf(days))) {
      days++;
    }
    return days;
  }

  /** The last moment of the day late of that number. */
  private Instant endOf(long days) {
    Instant byHours = due.plus(DAY.multipliedBy(days));
    Instant byClocks = due.atZone(zone).plusDays(days).toInstant();
    return byClocks.isAfter(byHours) ? byClocks : byHours;
  }

  /** Whether a submission of that time came too late to count. */
  public boolean isClosed(Instant submitted) {
    return closed != null && submitted.isAfter(closed);
  }

  /**
   * What so many days late cost, of whatever there is.
   *
   * @param days from 0
   * @param maxScore what a perfect submission gets, of which percentages are taken
   */
  public BigDecimal penalty(long days, BigDecimal maxScore) {
    BigDecimal penalty = perDay.of(maxScore).multiply(BigDecimal.valueOf(days));
    return Points.plain(most == null ? penalty : penalty.min(most.of(maxScore)));
  }

  /**
   * So many points, or so many hundredths of the most that can be had.
   *
   * @param value from 0
   * @param percent whether it is in hundredths
   */
  public record Amount(BigDecimal value, boolean percent) {

    /** It is nothing. */
    static final Amount NONE = new Amount(BigDecimal.ZERO, false);

    public Amount {
      value = Points.plain(value);
    }

    /** In points, exactly. */
    BigDecimal of(BigDecimal maxScore) {
      return percent ? value.multiply(maxScore).movePointLeft(2) : value;
    }
  }
}
