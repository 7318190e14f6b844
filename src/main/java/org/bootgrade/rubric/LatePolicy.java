package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a submission that came late.
 *
 * <p>One that came at {@code due} or earlier, or by no more than {@code grace} later, is not late.
 * Each other loses {@code perDay} for each day late. A day late is each period of 24 hours that has
 * begun after {@code due}, whatever the clocks of the zone did in it: up to exactly 24 hours after
 * it is one day, a second more is two. The grace is not taken off: a submission that exceeds it by
 * a second has been late since {@code due}. After {@code closed} nothing is left.
 *
 * @param due the last moment at which a submission is on time
 * @param grace how much later it may come without being late; zero for none
 * @param perDay what each day late costs
 * @param most the most that days late cost together, or null where they may cost all
 * @param closed the last moment at which a submission counts at all, or null where there is none
 */
public record LatePolicy(
    Instant due, Duration grace, Amount perDay, @Nullable Amount most, @Nullable Instant closed) {

  private static final Duration DAY = Duration.ofDays(1);

  /** How many days late a submission of that time is; 0 for one that is on time. */
  public long days(Instant submitted) {
    Duration by = Duration.between(due, submitted);
    if (by.compareTo(grace) <= 0 || by.isNegative()) {
      return 0;
    }
    long whole = by.dividedBy(DAY);
    return DAY.multipliedBy(whole).equals(by) ? whole : whole + 1;
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
