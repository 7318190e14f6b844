package org.bootgrade.gradebook;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * When a submission was handed in.
 *
 * @param at in UTC, to the second: {@code 2026-10-01T21:59:00Z}
 * @param from who says so
 */
public record Submitted(String at, Source from) {

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

  /** A moment, of which less than a second is left out. */
  static Submitted of(Instant at, Source from) {
    return new Submitted(at.truncatedTo(ChronoUnit.SECONDS).toString(), from);
  }

  /** The moment. */
  public Instant moment() {
    return Instant.parse(at);
  }
}
