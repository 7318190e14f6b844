package org.bootgrade.batch;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.bootgrade.report.Result;

/**
 * Which submissions of a class are graded in a run. The others keep what an earlier run left.
 *
 * @param only patterns of ids as a shell knows them ({@code *}, {@code ?}, {@code [a-z]}); empty
 *     for all
 * @param failed whether only those are graded that have no score yet: never graded, or met by a
 *     failure of ours
 * @param force whether they are graded again although nothing has changed
 */
public record Selection(List<String> only, boolean failed, boolean force) {

  public Selection {
    only = List.copyOf(only);
  }

  /** All of them, where something has changed. */
  public static Selection all() {
    return new Selection(List.of(), false, false);
  }

  /** Patterns that fit no submission. The user's to mend. */
  public List<String> fitNothing(Roll roll) {
    return only.stream()
        .filter(pattern -> roll.entries().stream().noneMatch(e -> fits(pattern, e.id())))
        .toList();
  }

  boolean wants(String id, Optional<Result> earlier) {
    boolean named = only.isEmpty() || only.stream().anyMatch(pattern -> fits(pattern, id));
    boolean scored =
        earlier.filter(r -> r.status() != Result.Status.INFRASTRUCTURE_FAILURE).isPresent();
    return named && !(failed && scored);
  }

  private static boolean fits(String pattern, String id) {
    if (pattern.equals(id)) {
      return true;
    }
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      return matcher.matches(Path.of(id));
    } catch (PatternSyntaxException | InvalidPathException noPattern) {
      return false;
    }
  }
}
