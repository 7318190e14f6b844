package org.bootgrade.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.report.Result.Status;
import org.bootgrade.rubric.ScoredCriterion;

/** What the page of a class says, in strings, so that its template decides nothing. */
final class ClassView {

  /** The page. */
  record Page(
      String title,
      String summary,
      List<Figure> numbers,
      List<Histogram> histograms,
      List<Looked> failures,
      List<Looked> rejected,
      List<Flag> flags,
      List<Bar> bars,
      List<Column> columns,
      boolean named,
      List<Row> rows,
      String version,
      String rubric) {
    public boolean calm() {
      return failures.isEmpty() && rejected.isEmpty() && flags.isEmpty();
    }
  }

  /** A figure of the class as a whole. */
  record Figure(String name, String value) {}

  /** A submission that a person has to look at. */
  record Looked(Link submission, String detail, String mend) {}

  /** A flag and who has it. */
  record Flag(String anchor, String id, String means, String honest, List<Looked> submissions) {}

  /** How the class did on a criterion; widths are percentages. */
  record Bar(
      String id,
      String title,
      String rate,
      long passed,
      long partial,
      long failed,
      long skipped,
      String passedWidth,
      String partialX,
      String partialWidth,
      String words) {}

  /** A criterion as a column. */
  record Column(String id, String title) {}

  /**
   * A submission as a row.
   *
   * @param students who handed it in; empty where no roster says it
   * @param steps how the score follows from the criteria; empty where it is what they brought
   * @param remark empty where it was graded
   */
  record Row(
      Link submission,
      String students,
      String score,
      String steps,
      List<Cell> cells,
      String remark,
      String statusClass,
      List<Link> flags) {}

  /** A criterion of a submission. */
  record Cell(String mark, String word) {}

  private ClassView() {}

  static Page of(ClassResults results) {
    List<Result> all = results.results();
    List<Result> graded = all.stream().filter(r -> r.status() == Status.GRADED).toList();
    Map<String, String> criteria = results.criteria();
    Map<String, String> anchors = new LinkedHashMap<>();
    List<Flag> flags = flags(all, anchors);
    return new Page(
        all.isEmpty() ? "Grades" : "Grades of " + distinct(all, Result::assignment),
        results.summary(),
        numbers(graded),
        graded.isEmpty() ? List.of() : List.of(Histogram.of(graded)),
        looked(all, Status.INFRASTRUCTURE_FAILURE),
        looked(all, Status.REJECTED),
        flags,
        criteria.entrySet().stream()
            .map(c -> bar(c.getKey(), c.getValue(), results.scored(c.getKey())))
            .toList(),
        criteria.entrySet().stream().map(c -> new Column(c.getKey(), c.getValue())).toList(),
        all.stream().anyMatch(r -> r.students() != null),
        all.stream().map(r -> row(r, criteria.keySet(), anchors)).toList(),
        distinct(all, r -> r.tool().version()),
        distinct(all, r -> r.rubric().id() + " " + r.rubric().digest()));
  }

  private static String distinct(List<Result> results, Function<Result, String> part) {
    Set<String> parts = new LinkedHashSet<>();
    results.forEach(r -> parts.add(part.apply(r)));
    return String.join(", ", parts);
  }

  private static Link submission(Result result) {
    String id = result.submission().id();
    return new Link(Text.line(id), "./" + Html.segment(id) + "/instructor.html");
  }

  private static List<Figure> numbers(List<Result> graded) {
    List<BigDecimal> scores = new ArrayList<>();
    Set<BigDecimal> most = new LinkedHashSet<>();
    for (Result result : graded) {
      BigDecimal score = result.finalScore();
      BigDecimal maximum = result.finalMaxScore();
      if (score != null && maximum != null) {
        scores.add(score);
        most.add(maximum);
      }
    }
    // Where rubrics of different totals are mixed, a mean of points says nothing.
    if (scores.isEmpty() || most.size() > 1) {
      return List.of();
    }
    scores.sort(null);
    BigDecimal sum = scores.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    int count = scores.size();
    BigDecimal two = BigDecimal.valueOf(2);
    BigDecimal median =
        count % 2 == 1
            ? scores.get(count / 2)
            : scores.get(count / 2 - 1).add(scores.get(count / 2)).divide(two);
    return List.of(
        new Figure("mean", plain(sum.divide(BigDecimal.valueOf(count), 1, RoundingMode.HALF_UP))),
        new Figure("median", plain(median)),
        new Figure("lowest", plain(scores.get(0))),
        new Figure("highest", plain(scores.get(count - 1))),
        new Figure("out of", plain(most.iterator().next())));
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static List<Looked> looked(List<Result> results, Status status) {
    return results.stream()
        .filter(r -> r.status() == status)
        .map(
            r ->
                new Looked(
                    submission(r),
                    r.message() == null ? "" : r.message(),
                    r.mend() == null ? "" : r.mend()))
        .toList();
  }

  private static List<Flag> flags(List<Result> results, Map<String, String> anchors) {
    Map<String, List<Looked>> byId = new LinkedHashMap<>();
    for (Result result : results) {
      for (org.bootgrade.grading.Flag flag : result.furtherFlags()) {
        byId.computeIfAbsent(flag.id(), id -> new ArrayList<>())
            .add(new Looked(submission(result), flag.detail(), ""));
      }
    }
    List<Flag> flags = new ArrayList<>();
    byId.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              String anchor = "flag-" + (flags.size() + 1);
              anchors.put(entry.getKey(), anchor);
              FlagWords.Meaning meaning = FlagWords.of(entry.getKey());
              flags.add(
                  new Flag(
                      anchor, entry.getKey(), meaning.means(), meaning.honest(), entry.getValue()));
            });
    return flags;
  }

  private static Bar bar(String id, String title, List<ScoredCriterion> scored) {
    long passed = count(scored, Outcome.PASSED);
    long partial = count(scored, Outcome.PARTIAL);
    long failed = count(scored, Outcome.FAILED);
    long skipped = count(scored, Outcome.SKIPPED);
    List<String> words = new ArrayList<>();
    if (partial > 0) {
      words.add(partial + " partial");
    }
    if (failed > 0) {
      words.add(failed + " failed");
    }
    if (skipped > 0) {
      words.add(skipped + " skipped");
    }
    return new Bar(
        id,
        title,
        "%d of %d".formatted(passed, scored.size()),
        passed,
        partial,
        failed,
        skipped,
        percent(passed, scored.size()),
        percent(passed, scored.size()),
        percent(partial, scored.size()),
        String.join(", ", words));
  }

  private static long count(List<ScoredCriterion> scored, Outcome outcome) {
    return scored.stream().filter(c -> c.outcome() == outcome).count();
  }

  private static String percent(long part, long whole) {
    BigDecimal hundred = BigDecimal.valueOf(100);
    return (whole == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(part)
                    .multiply(hundred)
                    .divide(BigDecimal.valueOf(whole), 1, RoundingMode.HALF_UP))
            .toPlainString()
        + "%";
  }

  private static Row row(Result result, Set<String> criteria, Map<String, String> anchors) {
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    result.judged().forEach(c -> outcomes.putIfAbsent(c.id(), c.outcome()));
    Set<String> flags = new LinkedHashSet<>();
    result.furtherFlags().forEach(f -> flags.add(f.id()));
    return new Row(
        submission(result),
        Text.line(result.handedInBy()),
        Marks.number(result.finalScore()),
        GradeWords.sum(result),
        criteria.stream()
            .map(outcomes::get)
            .map(o -> o == null ? new Cell("", "") : new Cell(Marks.mark(o), Marks.word(o)))
            .toList(),
        result.status() == Status.GRADED ? "" : Marks.word(result.status()),
        Marks.code(result.status()),
        flags.stream().map(f -> new Link(f, "#" + anchors.get(f))).toList());
  }
}
