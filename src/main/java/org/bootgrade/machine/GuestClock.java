package org.bootgrade.machine;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the guest has run, by its own real-time clock. With {@code -icount} and {@code clock=vm}
 * that clock counts instructions, so the answer does not depend on how busy the host is. Its
 * resolution is one second.
 */
final class GuestClock {

  /** When every boot begins; see {@link BootCommand}. */
  private static final Instant BASE =
      ZonedDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();

  /** The year that tm_year counts from, as in C. */
  private static final LocalDateTime FIRST_YEAR = LocalDateTime.of(1900, 1, 1, 0, 0);

  private static final int LAST_YEAR = 100_000;

  private static final Pattern FIELD = Pattern.compile("\"(tm_\\w+)\": (-?\\d{1,9})");

  private GuestClock() {}

  static Duration read(GdbClient gdb, Duration timeout) throws GdbException {
    return parse(gdb.monitor("qom-get /machine rtc-time", timeout));
  }

  /**
   * What the monitor told. The guest can write to this clock, and QEMU hands on what it wrote: a
   * 153rd second is a second, too.
   */
  static Duration parse(String answer) throws GdbException {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    Matcher field = FIELD.matcher(answer);
    int seen = 0;
    while (field.find()) {
      int value = Integer.parseInt(field.group(2));
      seen++;
      switch (field.group(1)) {
        case "tm_year" -> year = value;
        case "tm_mon" -> month = value;
        case "tm_mday" -> day = value;
        case "tm_hour" -> hour = value;
        case "tm_min" -> minute = value;
        case "tm_sec" -> second = value;
        default -> seen--;
      }
    }
    if (seen != 6) {
      throw new GdbException(
          GdbException.Kind.PROTOCOL, "QEMU's monitor told no clock but: " + answer.strip());
    }
    LocalDateTime now =
        FIRST_YEAR
            .plusYears(Math.max(-LAST_YEAR, Math.min(year, LAST_YEAR)))
            .plusMonths(month)
            .plusDays(day - 1L)
            .plusHours(hour)
            .plusMinutes(minute)
            .plusSeconds(second);
    return Duration.between(BASE, now.toInstant(ZoneOffset.UTC));
  }
}
