package org.bootgrade.batch;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whom a class had when it was last graded: what {@code results.json} has of names. */
@JsonIgnoreProperties(ignoreUnknown = true)
record ClassListing(List<Entry> results) {

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Entry(Named submission) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Named(String id) {}

  ClassListing {
    results = List.copyOf(results);
  }

  /** Reads it; empty where the file is not there, or does not tell. It is written anew anyway. */
  static Optional<ClassListing> read(Path file) {
    try {
      return Optional.of(new ObjectMapper().readValue(file.toFile(), ClassListing.class));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  Set<String> ids() {
    return results.stream().map(e -> e.submission().id()).collect(Collectors.toUnmodifiableSet());
  }
}
