package org.bootgrade.machine;

import java.time.Duration;
import java.time.Instant;
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

  private static final Pattern FIELD = Pattern.compile("\"(tm_\\w+)\": (-?\\d{1,9})");

  private GuestClock() {}

  static Duration read(GdbClient gdb, Duration timeout) throws GdbException {
    String answer = gdb.monitor("qom-get /machine rtc-time", timeout);
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
        case "tm_year" -> year = value + 1900;
        case "tm_mon" -> month = value + 1;
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
    Instant now =
        ZonedDateTime.of(year, month, day, hour, minute, second, 0, ZoneOffset.UTC).toInstant();
    return Duration.between(BASE, now);
  }
}
