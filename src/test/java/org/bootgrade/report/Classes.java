package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import org.bootgrade.grading.Finding;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.grading.Flag;
import org.bootgrade.report.Result.Submission;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.Scorer;

/** Classes for the page of a class. */
final class Classes {

  private Classes() {}

  /** The recorded submissions, some forty others, and what needs a look. */
  static ClassResults mixed(RecordedSubmissions recorded) throws RubricError {
    List<Result> results = new ArrayList<>(recorded.all().results());
    Result whole = recorded.result("modern-blog-os");
    Result poor = recorded.result("kernel-without-ist");
    for (int i = 0; i < 40; i++) {
      Result like = i % 3 == 0 ? poor : i % 7 == 0 ? recorded.result("prints-ok") : whole;
      results.add(named(like, "student-%02d".formatted(i)));
    }
    results.add(Samples.booked().result());
    results.add(Samples.hostile());
    results.add(Samples.rejected());
    results.add(Samples.notGraded());
    return ClassResults.of(results);
  }

  static Result named(Result like, String id) {
    return new Result(
        like.schema(),
        new Submission(id, like.submission().digest()),
        like.assignment(),
        like.status(),
        like.score(),
        like.maxScore(),
        like.criteria(),
        like.message(),
        like.mend(),
        like.notes(),
        like.flags(),
        like.rubric(),
        like.graders(),
        like.tool(),
        null,
        null);
  }

  /** A submission that passes so many of the two criteria of {@link Samples#rubric} with points. */
  static Result scored(String id, Outcome builds, Outcome handled, Flag... flags) {
    return Result.graded(
        new Submission(id, Samples.DIGEST),
        Samples.rubric(),
        Samples.GRADERS,
        Scorer.score(
            Samples.rubric(),
            List.of(
                new Finding("builds", builds, "", List.of()),
                new Finding("double-fault-handled", handled, "", List.of()),
                new Finding("test-is-sensitive", Outcome.FAILED, "", List.of()))),
        List.of(),
        List.of(flags),
        "0.1.0");
  }
}
