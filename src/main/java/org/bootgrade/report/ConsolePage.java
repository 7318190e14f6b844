package org.bootgrade.report;

import java.util.List;
import java.util.stream.Collectors;
import org.bootgrade.grading.Finding.Outcome;
import org.bootgrade.report.Result.Status;
import org.bootgrade.rubric.ScoredCriterion;

/** One result for a terminal. */
final class ConsolePage {

  private static final int WORD = 9;

  private final Ansi ansi;
  private final int width;
  private final StringBuilder out = new StringBuilder();

  ConsolePage(ConsoleStyle style) {
    this.ansi = new Ansi(style.color());
    this.width = style.width();
  }

  String write(Seen seen) {
    Result result = seen.result();
    String score =
        result.status() == Status.INFRASTRUCTURE_FAILURE
            ? "not graded"
            : Marks.score(result) + " points";
    String name = Text.line(result.submission().id()) + "  " + Text.line(result.assignment());
    out.append(ansi.bold(Text.fit(name, width - Text.width(score) - 2) + "  " + score))
        .append("\n");
    verdict(result);
    grade(result, seen.note());
    table(result.judged());
    result.judged().stream().filter(c -> c.outcome() != Outcome.PASSED).forEach(this::explain);
    list("Notes (they cost no points)", result.notes());
    list(
        "For the instructor",
        result.furtherFlags().stream().map(f -> f.id() + ": " + f.detail()).toList());
    return out.toString();
  }

  private void verdict(Result result) {
    if (result.message() == null) {
      return;
    }
    out.append("\n");
    out.append(ansi.red(Marks.verdict(result.status()))).append("\n");
    indented(result.message());
    if (result.mend() != null) {
      indented(result.mend());
    }
  }

  private void grade(Result result, String note) {
    for (String line : List.of(GradeWords.handedIn(result), note)) {
      if (!line.isEmpty()) {
        out.append("\n");
        indented(line);
      }
    }
    List<GradeWords.Step> steps = GradeWords.steps(result);
    int number = steps.stream().mapToInt(s -> Text.width(s.change())).max().orElse(0);
    out.append(steps.isEmpty() ? "" : "\n");
    for (GradeWords.Step step : steps) {
      List<String> words = Text.lines(Text.line(step.words()), width - number - 4);
      for (int i = 0; i < words.size(); i++) {
        String change = i == 0 ? step.change() : "";
        out.append("  ")
            .append(" ".repeat(number - Text.width(change)))
            .append(change)
            .append("  ")
            .append(words.get(i))
            .append("\n");
      }
    }
  }

  private void table(List<ScoredCriterion> criteria) {
    if (criteria.isEmpty()) {
      return;
    }
    List<CriterionGroup> groups = CriterionGroup.of(criteria);
    int points = criteria.stream().mapToInt(c -> CriterionGroup.points(c).length()).max().orElse(0);
    for (CriterionGroup group : groups) {
      out.append("\n");
      if (groups.size() > 1 && !group.title().isEmpty()) {
        String title = Text.line(group.title()) + "  " + group.points();
        out.append("  ").append(ansi.bold(title)).append("\n");
      }
      table(group.criteria(), points);
    }
  }

  private void table(List<ScoredCriterion> criteria, int points) {
    int title = width - 4 - WORD - 2 - points;
    for (ScoredCriterion criterion : criteria) {
      Outcome outcome = criterion.outcome();
      List<String> lines = Text.lines(Text.line(criterion.title()), title);
      for (int i = 0; i < lines.size(); i++) {
        boolean first = i == 0;
        String mark =
            first
                ? ansi.outcome(
                    outcome, Marks.mark(outcome) + " " + Text.fit(Marks.word(outcome), WORD))
                : " ".repeat(WORD + 2);
        boolean last = i == lines.size() - 1;
        String line = "  " + mark + (last ? Text.fit(lines.get(i), title) : lines.get(i));
        out.append(line);
        if (last) {
          String number = CriterionGroup.points(criterion);
          out.append("  ").append(" ".repeat(points - number.length())).append(number);
        }
        out.append("\n");
      }
    }
  }

  private void explain(ScoredCriterion criterion) {
    Outcome outcome = criterion.outcome();
    out.append("\n");
    List<String> heading =
        Text.lines(
            "%s (%s)".formatted(Text.line(criterion.title()), Text.line(criterion.id())),
            width - 2);
    String mark = Marks.mark(outcome);
    for (String line : heading) {
      out.append(ansi.outcome(outcome, mark)).append(" ").append(ansi.bold(line)).append("\n");
      mark = " ";
    }
    indented(criterion.reason());
    if (Marks.wantsHint(criterion)) {
      if (criterion.reason().contains("\n\n")) {
        out.append("\n");
      }
      indented("Hint: " + criterion.hint());
    }
    String evidence =
        criterion.evidence().stream()
            .map(Marks::words)
            .map(Text::line)
            .collect(Collectors.joining("; "));
    if (!evidence.isEmpty()) {
      indented("Evidence: " + evidence);
    }
  }

  private void list(String title, List<String> items) {
    if (items.isEmpty()) {
      return;
    }
    out.append("\n").append(ansi.bold(title)).append("\n");
    for (String item : items) {
      String bullet = "  - ";
      for (String line : Text.lines(item, width - bullet.length())) {
        out.append(line.isEmpty() ? "" : bullet + line).append("\n");
        bullet = "    ";
      }
    }
  }

  private void indented(String text) {
    for (String line : Text.lines(text, width - 4)) {
      out.append(line.isEmpty() ? "" : "    " + line).append("\n");
    }
  }
}
