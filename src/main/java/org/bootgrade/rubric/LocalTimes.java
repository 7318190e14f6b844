package org.bootgrade.rubric;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Times as instructors write them: a date and a time of day, of the clocks of one zone.
 *
 * <p>Where clocks are put back, a time of day comes twice. Where they are put forward, a time of
 * day never comes, and it may be meant by the clocks before or after: 02:30 of a night whose clocks
 * go from 2 to 3 is 03:30 or 01:30. Of two moments that one is taken which is better for a student:
 * the later one for what is due, the earlier one for what was handed in.
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

  /**
   * The moment of a local time until which something may be done: where clocks show it twice or
   * leave it out, the later of the two that may be meant.
   */
  public static Instant latest(LocalDateTime local, ZoneId zone) {
    return moments(local, zone).get(1);
  }

  /** The moment of a local time at which somebody did something: the earlier of such two. */
  public static Instant earliest(LocalDateTime local, ZoneId zone) {
    return moments(local, zone).get(0);
  }

  private static List<Instant> moments(LocalDateTime local, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    if (change == null) {
      Instant only = local.atZone(zone).toInstant();
      return List.of(only, only);
    }
    return Stream.of(change.getOffsetBefore(), change.getOffsetAfter())
        .map(local::toInstant)
        .sorted()
        .toList();
  }
}
