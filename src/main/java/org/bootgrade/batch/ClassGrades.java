package org.bootgrade.batch;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bootgrade.gradebook.Grade;
import org.bootgrade.gradebook.GradeSheet;
import org.bootgrade.gradebook.Gradebook;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.gradebook.HandedIn;
import org.bootgrade.gradebook.Student;
import org.bootgrade.grading.Flag;
import org.bootgrade.report.ClassResults;
import org.bootgrade.report.Result;
import org.bootgrade.report.Seen;
import org.bootgrade.rubric.Scorecard;
import org.jspecify.annotations.Nullable;

/** Puts the results of a class into its gradebook. */
final class ClassGrades {

  private final CourseFiles course;
  private final Gradebook gradebook;
  private final Instant now;

  /**
   * @param handedIn all submissions of the class
   * @param now what students may see depends on it
   */
  ClassGrades(CourseFiles course, Collection<HandedIn> handedIn, Instant now) {
    this.course = course;
    this.gradebook = new Gradebook(course.rubric(), course.inputs(), handedIn);
    this.now = now;
  }

  /** The same result with who handed it in, its grade, and the flags that go with that. */
  Result booked(Result result) {
    String id = result.submission().id();
    Grade grade = gradebook.grade(id, card(result));
    boolean more = course.rubric().late() != null || !grade.adjustments().isEmpty();
    // An earlier gradebook's flags are taken off.
    List<Flag> flags =
        Stream.concat(
                result.flags().stream().filter(f -> !Gradebook.FLAGS.contains(f.id())),
                gradebook.flags(id).stream())
            .toList();
    return result.booked(
        gradebook.students(id).stream().map(Student::called).toList(), more ? grade : null, flags);
  }

  /** What a student may see of a result. */
  Seen seen(Result booked) {
    String id = booked.submission().id();
    return Seen.of(booked, gradebook.shown(id, gradebook.onlyStudent(id), card(booked), now));
  }

  /** A class of results that are in the gradebook. */
  Graded graded(List<Result> booked) {
    return new Graded(ClassResults.of(booked), problems(booked, sheet(booked)));
  }

  /** The grades as an LMS imports them. */
  GradeSheet sheet(List<Result> results) {
    Map<String, Result> byId = new HashMap<>();
    results.forEach(r -> byId.put(r.submission().id(), r));
    return gradebook.sheet(id -> Optional.ofNullable(byId.get(id)).map(ClassGrades::card));
  }

  /**
   * What the instructor should know before handing in grades.
   *
   * @param results the class
   * @param sheet what was made of the results
   */
  List<Problem> problems(List<Result> results, GradeSheet sheet) {
    List<Problem> problems = new ArrayList<>(gradebook.problems());
    String digest = course.rubric().digest();
    long others =
        results.stream()
            .filter(r -> r.status() == Result.Status.GRADED && !r.rubric().digest().equals(digest))
            .count();
    if (others > 0) {
      problems.add(
          new Problem(
              "results.json",
              0,
              "%d of %d results are by another rubric than this one"
                  .formatted(others, results.size()),
              "judge all of them by one: ./bootgrade regrade with that --rubric"));
    }
    gradebook.hidden(now).ifPresent(problems::add);
    toldOfTimes(
            results,
            Gradebook.LATE_BY_ARCHIVE,
            "%d of %d submissions came late by nothing but the archive's own time of modification, which a"
                + " download or a copy may have changed")
        .ifPresent(problems::add);
    toldOfTimes(
            results,
            Gradebook.NOT_LATE_BY_NAME,
            "%d of %d submissions came late by the archive's own time, and Canvas did not call them late: nothing was deducted")
        .ifPresent(problems::add);
    toldOfTimes(
            results,
            Gradebook.NO_TIME,
            "of %d of %d submissions it is not known when they were handed in: nothing was deducted")
        .ifPresent(problems::add);
    for (Problem problem : sheet.problems()) {
      // What to mind at an import is of no use to somebody who imports nothing.
      if (!problem.file().equals(GradeSheet.FILE) || !course.inputs().roster().isNone()) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /**
   * What a table of submission times would mend.
   *
   * @param what with the number of those that bear the flag, and of all
   */
  private static Optional<Problem> toldOfTimes(List<Result> results, String flag, String what) {
    long number = flagged(results, flag);
    return number == 0
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "results.json",
                0,
                what.formatted(number, results.size()),
                "name a table with --submission-times; index.html tells who they are"));
  }

  private static long flagged(List<Result> results, String flag) {
    return results.stream()
        .filter(r -> r.flags().stream().anyMatch(f -> f.id().equals(flag)))
        .count();
  }

  /** What a result says of the score; null where there is none. */
  static @Nullable Scorecard card(Result result) {
    BigDecimal score = result.score();
    BigDecimal most = result.maxScore();
    return score == null || most == null || result.criteria() == null
        ? null
        : new Scorecard(score, most, result.criteria());
  }
}
