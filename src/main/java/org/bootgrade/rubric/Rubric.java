package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bootgrade.grading.CourseSettings;
import org.jspecify.annotations.Nullable;

/**
 * What an assignment is graded by.
 *
 * @param assignment the assignment's id, in kebab-case
 * @param title the assignment's name, for people
 * @param settings what the course has fixed
 * @param toolchainImage the image that builds submissions, or null for the product's own
 * @param criteria in the order of reports
 * @param leftOut what graders decide and this rubric does not count
 * @param groups into which the criteria are sorted, in the order of reports; none has to be
 * @param zone of all local times in it, and of those in files that go with it; null where it has
 *     none
 * @param late what becomes of late submissions, or null where nobody asks when they came
 * @param lmsColumn how the gradebook of the course calls the assignment, or null for the title
 * @param digest {@code sha256:} and 64 hexadecimal digits of the file's bytes
 * @param origin where it was written, for messages
 */
public record Rubric(
    String assignment,
    String title,
    CourseSettings settings,
    @Nullable String toolchainImage,
    List<Criterion> criteria,
    List<String> leftOut,
    List<Group> groups,
    @Nullable ZoneId zone,
    @Nullable LatePolicy late,
    @Nullable String lmsColumn,
    String digest,
    Origin origin) {

  static final String ASSIGNMENT = "assignment";

  public Rubric {
    criteria = List.copyOf(criteria);
    leftOut = List.copyOf(leftOut);
    groups = List.copyOf(groups);
  }

  /**
   * Some criteria that belong together.
   *
   * @param id in kebab-case
   * @param title for people
   */
  public record Group(String id, String title) {
    public Group {
      Objects.requireNonNull(id, "a group has no id");
      Objects.requireNonNull(title, "a group has no title");
    }
  }

  /**
   * Where a rubric was written.
   *
   * @param file the file as it was named
   * @param lines the line of each id and of some keys; an id that is not in it has line 0
   */
  public record Origin(String file, Map<String, Integer> lines) {
    public Origin {
      lines = Map.copyOf(lines);
    }

    int line(String id) {
      return lines.getOrDefault(id, 0);
    }
  }

  /** The criterion of that id. */
  public Optional<Criterion> criterion(String id) {
    return criteria.stream().filter(c -> c.id().equals(id)).findFirst();
  }

  /** The group of a criterion, or null. */
  @Nullable Group group(Criterion criterion) {
    return groups.stream().filter(g -> g.id().equals(criterion.group())).findFirst().orElse(null);
  }

  /** Where it says which assignment it is for, as {@code file:line}. */
  public String placeOfAssignment() {
    int line = origin.line(ASSIGNMENT);
    return origin.file() + (line > 0 ? ":" + line : "");
  }

  /** What all criteria are worth together that are no extra credit. */
  public BigDecimal maxScore() {
    return maxScore(criteria);
  }

  static BigDecimal maxScore(List<Criterion> criteria) {
    return Points.plain(
        criteria.stream()
            .filter(c -> !c.extraCredit())
            .map(Criterion::points)
            .reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  /**
   * Checks that this rubric and the graders speak of the same criteria, in both directions.
   *
   * @param graded ids of the criteria that the graders decide
   * @throws RubricError if a criterion has no grader, or a grader decides what this rubric neither
   *     counts nor leaves out
   */
  public void checkAgainst(Set<String> graded) throws RubricError {
    Problems problems = new Problems(origin.file());
    Set<String> known = new HashSet<>(leftOut);
    for (Criterion criterion : criteria) {
      known.add(criterion.id());
      requireGrader(criterion.id(), "criterion", graded, problems);
    }
    for (String id : leftOut) {
      // Harmless in itself, but a misspelt entry would look as if it left something out.
      requireGrader(id, "left-out", graded, problems);
    }
    Set<String> uncounted = new TreeSet<>(graded);
    uncounted.removeAll(known);
    // One list for all of them: a rubric has one left-out.
    Set<String> leavingOut = new TreeSet<>(leftOut);
    leavingOut.retainAll(graded);
    leavingOut.addAll(uncounted);
    for (String id : uncounted) {
      problems.add(
          origin.line("criteria"),
          "the graders decide \"%s\", which is no criterion here".formatted(id),
          "add it to the criteria with its points, or do not count it: left-out: [%s]"
              .formatted(String.join(", ", leavingOut)));
    }
    problems.throwIfAny();
  }

  private void requireGrader(String id, String what, Set<String> graded, Problems problems) {
    if (!graded.contains(id)) {
      problems.add(
          origin.line(id),
          "%s \"%s\" is decided by no grader".formatted(what, id),
          Nearest.to(id, graded)
              .map("did you mean \"%s\"?"::formatted)
              .orElse("remove it, or give --graders a grader with @Criterion(\"" + id + "\")"));
    }
  }
}
