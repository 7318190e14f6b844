package org.bootgrade.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bootgrade.evidence.BuildRecord.Mend;

/**
 * Versions of crates that do not compile with the toolchain any more (or need a newer one), and the
 * compatible version that does.
 */
final class LockMends {

  private static final String ID = "locked-version";

  /**
   * One row: versions from {@code low} up to and without {@code high} are locked to {@code to}.
   *
   * @param reason why, for the student's note
   */
  private record Rule(String crate, Version low, Version high, Version to, String reason) {}

  private static final List<Rule> RULES =
      List.of(
          rule(
              "bootloader",
              "0.9.0",
              "0.9.35",
              "0.9.35",
              "its own target specification is in an old form"),
          rule("x86_64", "0.14.0", "0.14.13", "0.14.13", "it does not compile any more"),
          rule("x86_64", "0.15.0", "0.15.2", "0.15.4", "it does not compile any more"),
          rule("x86_64", "0.15.5", "0.16.0", "0.15.4", "it needs a newer compiler"));

  private LockMends() {}

  private static Rule rule(String crate, String low, String high, String to, String reason) {
    return new Rule(crate, Version.of(low), Version.of(high), Version.of(to), reason);
  }

  /**
   * A change to a lock file.
   *
   * @param crate the crate
   * @param from its locked version
   * @param to the version to lock
   * @param mend the note about it
   */
  record Change(String crate, String from, String to, Mend mend) {}

  /** The changes that a lock file needs. */
  static List<Change> needed(JsonNode lock) {
    List<Change> changes = new ArrayList<>();
    for (JsonNode locked : lock.path("package")) {
      String crate = locked.path("name").asText("");
      String version = locked.path("version").asText("");
      if (!locked.path("source").asText("").startsWith("registry+")) {
        continue;
      }
      Version parsed = Version.of(version);
      for (Rule rule : RULES) {
        if (rule.crate().equals(crate)
            && parsed.compareTo(rule.low()) >= 0
            && parsed.compareTo(rule.high()) < 0) {
          changes.add(
              new Change(
                  crate,
                  version,
                  rule.to().toString(),
                  new Mend(
                      ID,
                      "%s %s is built as %s: %s"
                          .formatted(crate, version, rule.to(), rule.reason()))));
        }
      }
    }
    return changes;
  }

  /** Identifies the table, for cache keys. */
  static String digest() {
    return RULES.toString();
  }

  /** A version of three numbers; what follows them is not compared. */
  private record Version(int major, int minor, int patch) implements Comparable<Version> {
    static Version of(String text) {
      int[] parts =
          Arrays.stream(text.split("[.+-]"))
              .limit(3)
              .mapToInt(p -> p.matches("[0-9]{1,6}") ? Integer.parseInt(p) : 0)
              .toArray();
      int[] three = Arrays.copyOf(parts, 3);
      return new Version(three[0], three[1], three[2]);
    }

    @Override
    public int compareTo(Version other) {
      return Arrays.compare(
          new int[] {major, minor, patch}, new int[] {other.major, other.minor, other.patch});
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + patch;
    }
  }
}
