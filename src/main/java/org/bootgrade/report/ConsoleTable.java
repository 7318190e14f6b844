package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.report.Result.Status;
import org.bootgrade.rubric.ScoredCriterion;

/** A class for a terminal. */
final class ConsoleTable {

  private static final int LEAST_NAME = 10;

  private final Ansi ansi;
  private final int width;
  private final StringBuilder out = new StringBuilder();

  ConsoleTable(ConsoleStyle style) {
    this.ansi = new Ansi(style.color());
    this.width = style.width();
  }

  String write(ClassResults results) {
    if (results.results().isEmpty()) {
      return "There are no results.\n";
    }
    List<String> criteria = List.copyOf(results.criteria().keySet());
    rows(results.results(), criteria);
    legend(results);
    troubles(results.results());
    out.append("\n").append(results.summary()).append("\n");
    return out.toString();
  }

  private void rows(List<Result> results, List<String> criteria) {
    int longest =
        results.stream().mapToInt(r -> Text.width(Text.line(r.submission().id()))).max().orElse(0);
    int score =
        Math.max(5, results.stream().mapToInt(r -> Marks.score(r).length()).max().orElse(0));
    int mark = String.valueOf(criteria.size()).length() + 1;
    int status = "not graded".length();
    int rest = 2 + score + 2 + mark * criteria.size() + 2 + status;
    boolean each = !criteria.isEmpty() && width - rest >= Math.min(longest, LEAST_NAME);
    int name =
        Math.max(
            LEAST_NAME,
            Math.min(
                longest,
                width - (each ? rest : rest - mark * criteria.size() + "passed".length())));

    StringBuilder head = new StringBuilder(Text.fit("submission", name));
    head.append("  ").append(" ".repeat(score - 5)).append("score").append("  ");
    if (each) {
      for (int i = 1; i <= criteria.size(); i++) {
        head.append(Text.fit(String.valueOf(i), mark));
      }
    } else {
      head.append("passed");
    }
    out.append(ansi.bold(head + "  status")).append("\n");
    for (Result result : results) {
      String points = Marks.score(result);
      out.append(Text.fit(Text.line(result.submission().id()), name))
          .append("  ")
          .append(" ".repeat(score - Text.width(points)))
          .append(points)
          .append("  ")
          .append(each ? marks(result, criteria, mark) : Text.fit(passed(result), 6))
          .append("  ");
      String word = Marks.word(result.status());
      out.append(result.status() == Status.GRADED ? word : ansi.red(word)).append("\n");
    }
  }

  private String marks(Result result, List<String> criteria, int columns) {
    StringBuilder marks = new StringBuilder();
    for (String id : criteria) {
      Outcome outcome =
          result.judged().stream()
              .filter(c -> c.id().equals(id))
              .map(ScoredCriterion::outcome)
              .findFirst()
              .orElse(null);
      marks.append(
          outcome == null
              ? " ".repeat(columns)
              : ansi.outcome(outcome, Text.fit(Marks.mark(outcome), columns)));
    }
    return marks.toString();
  }

  private static String passed(Result result) {
    long passed = result.judged().stream().filter(c -> c.outcome() == Outcome.PASSED).count();
    return result.judged().isEmpty() ? "" : passed + "/" + result.judged().size();
  }

  private void legend(ClassResults results) {
    if (results.criteria().isEmpty()) {
      return;
    }
    out.append("\n");
    int number = 0;
    for (Map.Entry<String, String> criterion : results.criteria().entrySet()) {
      String id = criterion.getKey();
      List<ScoredCriterion> scored = results.scored(id);
      long passed = scored.stream().filter(c -> c.outcome() == Outcome.PASSED).count();
      String line =
          "%3d  %d of %d passed  %s: %s"
              .formatted(
                  ++number, passed, scored.size(), Text.line(id), Text.line(criterion.getValue()));
      out.append(Text.fit(line, width).stripTrailing()).append("\n");
    }
    List<String> marks = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      marks.add(Marks.mark(outcome) + " " + Marks.word(outcome));
    }
    out.append("     ").append(ansi.dim(String.join("  ", marks))).append("\n");
  }

  private void troubles(List<Result> results) {
    for (Result result : results) {
      if (result.message() == null) {
        continue;
      }
      out.append("\n")
          .append(
              ansi.red(
                  Text.line(result.submission().id())
                      + (result.status() == Status.REJECTED
                          ? " was rejected:"
                          : " was not graded, through no fault of its own:")))
          .append("\n");
      for (String told :
          Stream.of(result.message(), result.mend()).filter(t -> t != null).toList()) {
        for (String line : Text.lines(told, width - 4)) {
          out.append(line.isEmpty() ? "" : "    " + line).append("\n");
        }
      }
    }
  }
}
