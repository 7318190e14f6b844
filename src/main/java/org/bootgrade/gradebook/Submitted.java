package org.bootgrade.gradebook;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * When a submission was handed in.
 *
 * @param at in UTC, to the second: {@code 2026-10-01T21:59:00Z}
 * @param from who says so
 * @param local the same for people, as clocks of the rubric's zone show it: {@code 2026-10-01
 *     23:59:00 Europe/Berlin}; null where the rubric has no zone
 */
public record Submitted(String at, Source from, @Nullable String local) {

  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss VV", Locale.ROOT);

  /** Who says when a submission was handed in, from the one that is believed most. */
  public enum Source {
    /** The instructor's table. */
    @JsonProperty("csv")
    CSV,
    /** Gradescope's metadata. */
    @JsonProperty("gradescope")
    GRADESCOPE,
    /** The archive's own time of modification, which every copy and download may change. */
    @JsonProperty("archive")
    ARCHIVE
  }

  public Submitted {
    Objects.requireNonNull(from, "nobody says when it was handed in");
    // This also guards what is read back from a file.
    at = Instant.parse(at).toString();
  }

  /** A moment whose zone nobody knows. */
  public Submitted(String at, Source from) {
    this(at, from, null);
  }

  /** A moment, of which less than a second is left out. */
  static Submitted of(Instant at, Source from) {
    return new Submitted(at.truncatedTo(ChronoUnit.SECONDS).toString(), from);
  }

  /** The same, to be told by the clocks of a zone. */
  Submitted in(@Nullable ZoneId zone) {
    return new Submitted(at, from, zone == null ? null : LOCAL.format(moment().atZone(zone)));
  }

  /** The moment. */
  public Instant moment() {
    return Instant.parse(at);
  }
}
