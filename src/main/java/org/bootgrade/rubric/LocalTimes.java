package org.bootgrade.rubric;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Optional;

/**
 * Times as instructors write them: a date and a time of day, of the clocks of one zone.
 *
 * <p>Where the clocks were put back, a time of day comes twice, and the later one is meant. Where
 * they were put forward, a time of day never comes, and the time is meant that the clocks showed
 * instead: 02:30 of a night whose clocks go from 2 to 3 is 03:30. Either is the one that is better
 * for a student who hands in at the last moment.
 */
public final class LocalTimes {

  /** {@code 2026-10-01T23:59}, with or without seconds; a blank may stand for the T. */
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd")
          .appendPattern("['T'][' ']")
          .appendPattern("HH:mm[:ss]")
          .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
          .toFormatter(java.util.Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private LocalTimes() {}

  /** The time that a text says; empty where it says none. */
  public static Optional<LocalDateTime> read(String text) {
    if (!text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(text, FORMAT));
    } catch (DateTimeParseException e) {
      // A day or an hour that no calendar has.
      return Optional.empty();
    }
  }

  /** The moment of a local time. */
  public static Instant instant(LocalDateTime local, ZoneId zone) {
    return ZonedDateTime.of(local, zone).withLaterOffsetAtOverlap().toInstant();
  }
}
