package org.bootgrade.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BuildRecord.Mend;

/**
 * A Cargo.toml that insists on a version which {@link LockMends} locks to another one, as {@code
 * x86_64 = "0.15.5"} does, which {@code cargo add} writes by itself. Cargo locks no version that a
 * manifest does not allow, so the build's copy is made to allow it.
 *
 * @param text the manifest's text; where nothing had to be changed, as it was handed in
 * @param mends what was changed; empty where nothing was
 */
record RequirementMends(String text, List<Mend> mends) {

  private static final String ID = "requirement";

  /** Where a manifest writes the same requirement more often, the rest is left alone. */
  private static final int MOST_PLACES = 100;

  RequirementMends {
    mends = List.copyOf(mends);
  }

  /**
   * Mends a manifest.
   *
   * @param path its path in the submission, for the notes
   * @param text its text
   * @param toml the same as data
   */
  static RequirementMends of(String path, String text, JsonNode toml) {
    String mended = text;
    JsonNode data = toml;
    List<Mend> mends = new ArrayList<>();
    for (List<String> place : dependencies(toml)) {
      LockMends.Replacement replacement = replacement(place, toml).orElse(null);
      if (replacement == null) {
        continue;
      }
      // The data is changed first. Then the one place in the text is looked for that makes exactly
      // this of it, so that nothing else of the file changes its meaning.
      JsonNode wanted = data.deepCopy();
      replace(wanted, place, replacement.to());
      Optional<String> found = places(mended, replacement, path, wanted);
      if (found.isPresent()) {
        mended = found.get();
        data = wanted;
        mends.add(
            new Mend(
                ID,
                "%s asks for %s \"%s\", in the build's copy for \"%s\": %s"
                    .formatted(
                        path,
                        replacement.crate(),
                        replacement.from(),
                        replacement.to(),
                        replacement.reason())));
      }
    }
    return new RequirementMends(mended, mends.stream().distinct().toList());
  }

  /** The keys that lead to each dependency on the registry; patches are none. */
  private static List<List<String>> dependencies(JsonNode toml) {
    List<List<String>> holders = new ArrayList<>(List.of(List.of(), List.of("workspace")));
    for (var target : toml.path("target").properties()) {
      holders.add(List.of("target", target.getKey()));
    }
    List<List<String>> found = new ArrayList<>();
    for (List<String> holder : holders) {
      for (String table : Manifest.DEPENDENCY_TABLES) {
        List<String> keys = with(holder, table);
        at(toml, keys).properties().forEach(e -> found.add(with(keys, e.getKey())));
      }
    }
    return found;
  }

  private static Optional<LockMends.Replacement> replacement(List<String> place, JsonNode toml) {
    JsonNode spec = at(toml, place);
    Manifest.Dependency dependency = new Manifest.Dependency(place.get(place.size() - 1), spec);
    // A crate of the submission's own has the version that it has.
    if (dependency.text("path").isPresent() || dependency.text("git").isPresent()) {
      return Optional.empty();
    }
    String asked = spec.isTextual() ? spec.asText() : dependency.text("version").orElse("");
    return LockMends.replacement(dependency.packageName(), asked);
  }

  private static void replace(JsonNode toml, List<String> place, String requirement) {
    int last = place.size() - 1;
    if (at(toml, place) instanceof ObjectNode spec) {
      spec.put("version", requirement);
    } else if (at(toml, place.subList(0, last)) instanceof ObjectNode table) {
      table.put(place.get(last), requirement);
    }
  }

  /** The text with one string replaced, so that it says what is wanted. */
  private static Optional<String> places(
      String text, LockMends.Replacement replacement, String path, JsonNode wanted) {
    int tried = 0;
    for (String quote : List.of("\"", "'")) {
      String from = quote + replacement.from() + quote;
      String to = quote + replacement.to() + quote;
      for (int at = text.indexOf(from);
          at >= 0 && tried < MOST_PLACES;
          at = text.indexOf(from, at + 1), tried++) {
        String candidate = text.substring(0, at) + to + text.substring(at + from.length());
        if (says(candidate, path, wanted)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean says(String text, String path, JsonNode wanted) {
    try {
      return Manifest.parse(path, text).equals(wanted);
    } catch (BuildRefused notThere) {
      // The string was a key, and now there are two of it.
      return false;
    }
  }

  private static JsonNode at(JsonNode toml, List<String> keys) {
    JsonNode node = toml;
    for (String key : keys) {
      node = node.path(key);
    }
    return node;
  }

  private static List<String> with(List<String> keys, String last) {
    List<String> all = new ArrayList<>(keys);
    all.add(last);
    return List.copyOf(all);
  }
}
