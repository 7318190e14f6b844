package org.bootgrade.rubric;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a submission is late, by how many days, and what that costs. */
class LatePolicyTest {

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final Instant DUE = Instant.parse("2026-10-01T21:59:00Z");

  private static LatePolicy policy(Duration grace) {
    return new LatePolicy(
        DUE,
        grace,
        new LatePolicy.Amount(BigDecimal.TEN, true),
        null,
        Instant.parse("2026-10-08T21:59:00Z"),
        ZoneId.of("Europe/Berlin"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-01T21:59:00Z, 0",
    "2026-09-01T00:00:00Z, 0",
    "2026-10-01T21:59:01Z, 1",
    "2026-10-02T21:59:00Z, 1",
    "2026-10-02T21:59:01Z, 2",
    "2026-10-11T21:59:00Z, 10",
  })
  void eachBegunPeriodOf24HoursIsADay(Instant submitted, long days) {
    assertThat(policy(Duration.ZERO).days(submitted)).isEqualTo(days);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-01T23:59:00Z, 0",
    "2026-10-01T23:59:01Z, 1",
    "2026-10-02T21:59:00Z, 1",
    "2026-10-02T22:59:00Z, 2",
  })
  void whoExceedsTheGraceHasBeenLateSinceItWasDue(Instant submitted, long days) {
    assertThat(policy(Duration.ofHours(2)).days(submitted)).isEqualTo(days);
  }

  @ParameterizedTest
  @CsvSource({"2026-10-08T21:59:00Z, false", "2026-10-08T21:59:01Z, true"})
  void theLastMomentIsStillOpen(Instant submitted, boolean closed) {
    assertThat(policy(Duration.ZERO).isClosed(submitted)).isEqualTo(closed);
  }

  @ParameterizedTest
  @CsvSource({
    "10, true, , , 3, 30",
    "10, true, 25, true, 3, 25",
    "10, true, 25, true, 2, 20",
    "2.5, false, , , 3, 7.5",
    "2.5, false, 5, true, 3, 5",
    "33.33, true, , , 3, 99.99",
    "50, true, , , 3, 150",
    "10, true, , , 0, 0",
  })
  void daysCostPointsOrHundredthsUpToTheMost(
      BigDecimal perDay,
      boolean percent,
      BigDecimal most,
      Boolean mostPercent,
      long days,
      BigDecimal penalty) {
    LatePolicy policy =
        new LatePolicy(
            DUE,
            Duration.ZERO,
            new LatePolicy.Amount(perDay, percent),
            most == null ? null : new LatePolicy.Amount(most, mostPercent),
            null,
            ZoneId.of("Europe/Berlin"));

    assertThat(policy.penalty(days, HUNDRED)).isEqualTo(penalty);
  }

  /**
   * On 2026-10-25 at 3:00 the clocks of Berlin go back to 2:00, on 2026-03-29 from 2:00 to 3:00.
   */
  @ParameterizedTest
  @CsvSource({
    "2026-10-25T01:59, 2026-10-24T23:59:00Z",
    "2026-10-25T02:30, 2026-10-25T01:30:00Z",
    "2026-10-25T03:00, 2026-10-25T02:00:00Z",
    "2026-03-29T01:59, 2026-03-29T00:59:00Z",
    "2026-03-29T02:30, 2026-03-29T01:30:00Z",
    "2026-03-29T03:30, 2026-03-29T01:30:00Z",
  })
  void aTimeToDoSomethingByIsTheLaterOfTwo(LocalDateTime local, Instant moment) {
    assertThat(LocalTimes.latest(local, ZoneId.of("Europe/Berlin"))).isEqualTo(moment);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-25T01:59, 2026-10-24T23:59:00Z",
    "2026-10-25T02:30, 2026-10-25T00:30:00Z",
    "2026-10-25T03:00, 2026-10-25T02:00:00Z",
    "2026-03-29T02:30, 2026-03-29T00:30:00Z",
  })
  void aTimeAtWhichSomebodyDidSomethingIsTheEarlierOfTwo(LocalDateTime local, Instant moment) {
    assertThat(LocalTimes.earliest(local, ZoneId.of("Europe/Berlin"))).isEqualTo(moment);
  }

  /** The days from 2026-10-25 and from 2026-03-29 have 25 and 23 hours in Berlin. */
  @ParameterizedTest
  @CsvSource({
    "2026-10-25T00:00, 2026-10-25T23:00:01, 1",
    "2026-10-25T00:00, 2026-10-26T00:00, 1",
    "2026-10-25T00:00, 2026-10-26T00:00:01, 2",
    "2026-10-24T12:00, 2026-10-26T12:00, 2",
    "2026-03-29T00:00, 2026-03-30T00:00:01, 1",
    "2026-03-29T00:00, 2026-03-30T01:00, 1",
    "2026-03-29T00:00, 2026-03-30T01:00:01, 2",
    "2026-03-29T00:00, 2027-03-29T01:00, 365",
    "2026-03-29T00:00, 2027-03-29T01:00:01, 366",
  })
  void whereTheClocksChangeADayLateEndsByThemOrAfter24HoursWhicheverIsLater(
      LocalDateTime due, LocalDateTime submitted, long days) {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    LatePolicy policy =
        new LatePolicy(
            LocalTimes.latest(due, berlin),
            Duration.ZERO,
            new LatePolicy.Amount(BigDecimal.ONE, false),
            null,
            null,
            berlin);

    assertThat(policy.days(LocalTimes.earliest(submitted, berlin))).isEqualTo(days);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-10-01",
        "23:59",
        "2026-10-1T23:59",
        "2026-10-01T23:59Z",
        "2026-10-01T23:60",
        "2026-13-01T00:00",
        "2027-02-29T00:00",
        "2026-10-01T24:00",
        "2026-10-01  23:59",
        "+2026-10-01T23:59",
        ""
      })
  void whatIsNoDateAndTimeIsNone(String text) {
    assertThat(LocalTimes.read(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2028-02-29T23:59", "2028-02-29 23:59", "2028-02-29T23:59:00"})
  void aTimeMayHaveABlankOrSeconds(String text) {
    assertThat(LocalTimes.read(text)).contains(LocalDateTime.parse("2028-02-29T23:59"));
  }
}
