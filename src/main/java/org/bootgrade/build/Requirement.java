package org.bootgrade.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of a crate a manifest allows, by cargo's rules ("Specifying Dependencies" in the
 * Cargo Book). Versions before a release ({@code 0.15.0-beta}) are not understood.
 *
 * @param comparators all of them must hold
 */
record Requirement(List<Comparator> comparators) {

  private static final int LONGEST = 200;

  private static final Pattern COMPARATOR =
      Pattern.compile(
          "(\\s*)(\\^|~|=|>=|<=|>|<|)(\\s*)"
              + "([0-9]{1,6})(?:\\.([0-9]{1,6})(?:\\.([0-9]{1,6}))?)?(?:\\.[*xX]){0,2}(\\s*)");

  Requirement {
    comparators = List.copyOf(comparators);
  }

  /**
   * One condition: versions from {@code low} up to and without {@code high}.
   *
   * @param text as it was written, blanks included
   * @param high null where there is no end
   */
  private record Comparator(String text, Version low, @Nullable Version high) {
    boolean allows(Version version) {
      return version.compareTo(low) >= 0 && (high == null || version.compareTo(high) < 0);
    }

    /** The same condition, moved so far that a version is allowed. */
    String allowing(Version version) {
      Matcher parts = COMPARATOR.matcher(text);
      if (allows(version) || !parts.matches()) {
        return text;
      }
      String operator =
          switch (parts.group(2)) {
            case ">" -> ">=";
            case "<" -> "<=";
            default -> parts.group(2);
          };
      return parts.group(1) + operator + parts.group(3) + version + parts.group(7);
    }
  }

  /** Reads a requirement; empty where it is of a form that is not understood. */
  static Optional<Requirement> of(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    List<Comparator> comparators = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Matcher parts = COMPARATOR.matcher(one);
      if (!parts.matches()) {
        return Optional.empty();
      }
      comparators.add(comparator(one, parts));
    }
    return Optional.of(new Requirement(comparators));
  }

  private static Comparator comparator(String text, Matcher parts) {
    boolean minorGiven = parts.group(5) != null;
    boolean patchGiven = parts.group(6) != null;
    Version version =
        new Version(
            Integer.parseInt(parts.group(4)),
            minorGiven ? Integer.parseInt(parts.group(5)) : 0,
            patchGiven ? Integer.parseInt(parts.group(6)) : 0);
    // The first version that does not begin with what was written.
    Version behind =
        patchGiven ? version.nextPatch() : minorGiven ? version.nextMinor() : version.nextMajor();
    boolean wildcard = text.matches(".*[*xX]\\s*");
    return switch (parts.group(2)) {
      case "=" -> new Comparator(text, version, behind);
      case "~" ->
          new Comparator(text, version, minorGiven ? version.nextMinor() : version.nextMajor());
      case ">=" -> new Comparator(text, version, null);
      case ">" -> new Comparator(text, behind, null);
      case "<" -> new Comparator(text, Version.LOWEST, version);
      case "<=" -> new Comparator(text, Version.LOWEST, behind);
      default -> new Comparator(text, version, wildcard ? behind : compatible(version, behind));
    };
  }

  /** Compatible is what agrees in the first number that is not zero. */
  private static Version compatible(Version version, Version behind) {
    if (version.major() > 0) {
      return version.nextMajor();
    }
    return version.minor() > 0 ? version.nextMinor() : behind;
  }

  boolean allows(Version version) {
    return comparators.stream().allMatch(c -> c.allows(version));
  }

  /** Whether it allows a version from {@code low} up to and without {@code high}. */
  boolean meets(Version low, Version high) {
    Version first = low;
    Version end = high;
    for (Comparator comparator : comparators) {
      first = first.compareTo(comparator.low()) < 0 ? comparator.low() : first;
      Version last = comparator.high();
      end = last != null && last.compareTo(end) < 0 ? last : end;
    }
    return first.compareTo(end) < 0;
  }

  /** Its text with as little changed as makes it allow a version. */
  String allowing(Version version) {
    return String.join(",", comparators.stream().map(c -> c.allowing(version)).toList());
  }
}
