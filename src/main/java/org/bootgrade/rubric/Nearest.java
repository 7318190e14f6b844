package org.bootgrade.rubric;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody who misspelt a word may have meant. */
final class Nearest {

  private Nearest() {}

  /** The candidate most like a word, if one is like it at all. */
  static Optional<String> to(String word, Collection<String> candidates) {
    int tolerated = Math.max(1, Math.min(3, word.length() / 3));
    if (word.length() > 100) {
      return Optional.empty();
    }
    return candidates.stream()
        .filter(c -> distance(word, c) <= tolerated)
        .min(
            Comparator.<String>comparingInt(c -> distance(word, c))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Letters to insert, remove, change or swap with their neighbour to make one of the other. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
