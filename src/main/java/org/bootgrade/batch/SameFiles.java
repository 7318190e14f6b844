package org.bootgrade.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.bootgrade.grading.Flag;
import org.bootgrade.report.Result;

/** Tells an instructor which submissions of a class hold the same files, byte for byte. */
final class SameFiles {

  static final String FLAG = "same-files";

  /** More are counted, not named. */
  private static final int MOST_NAMED = 10;

  private final Map<String, SortedSet<String>> byDigest = new TreeMap<>();

  /**
   * @param results all of the class
   */
  SameFiles(List<Result> results) {
    for (Result result : results) {
      String digest = result.submission().digest();
      if (digest != null) {
        byDigest.computeIfAbsent(digest, d -> new TreeSet<>()).add(result.submission().id());
      }
    }
  }

  /** The results, each with the flag where it belongs and without it where it does not. */
  static List<Result> told(List<Result> results) {
    SameFiles same = new SameFiles(results);
    return results.stream().map(same::told).toList();
  }

  /** A result of the class with the flag where it belongs and without it where it does not. */
  Result told(Result result) {
    List<Flag> flags =
        new ArrayList<>(result.flags().stream().filter(f -> !f.id().equals(FLAG)).toList());
    String digest = result.submission().digest();
    if (digest != null) {
      SortedSet<String> others = new TreeSet<>(byDigest.getOrDefault(digest, new TreeSet<>()));
      others.remove(result.submission().id());
      if (!others.isEmpty()) {
        flags.add(new Flag(FLAG, "The same files were handed in as " + names(others) + "."));
      }
    }
    return flags.equals(result.flags()) ? result : result.with(flags);
  }

  private static String names(SortedSet<String> others) {
    String named = others.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return others.size() <= MOST_NAMED
        ? named
        : "%s and %d more".formatted(named, others.size() - MOST_NAMED);
  }
}
