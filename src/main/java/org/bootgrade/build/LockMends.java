package org.bootgrade.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  /**
   * A change to what a manifest asks for.
   *
   * @param crate the crate
   * @param from the requirement as it was written
   * @param to the requirement that allows the version to lock
   * @param reason why, for the student's note
   */
  record Replacement(String crate, String from, String to, String reason) {}

  /**
   * What to ask for in the place of a requirement, where that does not allow the version which
   * {@link #needed} would lock. Cargo takes the newest version that is allowed, so the newest row
   * that a requirement meets is the one that counts.
   */
  static Optional<Replacement> replacement(String crate, String requirement) {
    return Requirement.of(requirement)
        .flatMap(
            asked ->
                RULES.stream()
                    .filter(rule -> rule.crate().equals(crate))
                    .filter(rule -> asked.meets(rule.low(), rule.high()))
                    .max(Comparator.comparing(Rule::low))
                    .filter(rule -> !asked.allows(rule.to()))
                    .map(
                        rule ->
                            new Replacement(
                                crate, requirement, asked.allowing(rule.to()), rule.reason())));
  }

  /** Identifies the table, for cache keys. */
  static String digest() {
    return RULES.toString();
  }
}
