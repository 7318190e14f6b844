package org.bootgrade.build;

import java.util.Arrays;

/** A crate's version of three numbers; what follows them is not compared. */
record Version(int major, int minor, int patch) implements Comparable<Version> {

  static final Version LOWEST = new Version(0, 0, 0);

  static Version of(String text) {
    int[] parts =
        Arrays.stream(text.split("[.+-]"))
            .limit(3)
            .mapToInt(p -> p.matches("[0-9]{1,6}") ? Integer.parseInt(p) : 0)
            .toArray();
    int[] three = Arrays.copyOf(parts, 3);
    return new Version(three[0], three[1], three[2]);
  }

  Version nextMajor() {
    return new Version(major + 1, 0, 0);
  }

  Version nextMinor() {
    return new Version(major, minor + 1, 0);
  }

  Version nextPatch() {
    return new Version(major, minor, patch + 1);
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
