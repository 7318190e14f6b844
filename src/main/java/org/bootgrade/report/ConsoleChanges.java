package org.bootgrade.report;

import java.util.List;

/** What changed for whom, for a terminal. */
final class ConsoleChanges {

  private final Ansi ansi;

  ConsoleChanges(ConsoleStyle style) {
    this.ansi = new Ansi(style.color());
  }

  /**
   * @param changes in the order of the submissions
   * @param judged how many were judged again
   */
  String write(List<ResultChange> changes, int judged) {
    StringBuilder out = new StringBuilder();
    List<ResultChange> told = changes.stream().filter(ResultChange::matters).toList();
    for (ResultChange change : told) {
      out.append(ansi.bold(Text.line(change.after().submission().id())))
          .append("  ")
          .append(Marks.score(change.before()))
          .append(" → ")
          .append(Marks.score(change.after()))
          .append("\n");
      for (ResultChange.Difference difference : change.differences()) {
        out.append("    ")
            .append(Text.line(difference.id()))
            .append(": ")
            .append(difference.before().isEmpty() ? "not judged" : difference.before())
            .append(" → ")
            .append(difference.after().isEmpty() ? "not judged" : difference.after())
            .append("\n");
      }
      String then = GradeWords.sum(change.before());
      String now = GradeWords.sum(change.after());
      if (!then.equals(now)) {
        out.append("    grade: ")
            .append(then.isEmpty() ? "the score of the criteria" : then)
            .append(" → ")
            .append(now.isEmpty() ? "the score of the criteria" : now)
            .append("\n");
      }
      flags(out, "flag raised: ", change.flagsOnlyIn(change.after()));
      flags(out, "flag gone: ", change.flagsOnlyIn(change.before()));
    }
    if (changes.isEmpty()) {
      return "No submission was judged again.\n";
    }
    out.append(told.isEmpty() ? "" : "\n")
        .append(
            "%d of %d submissions changed%s\n"
                .formatted(told.size(), judged, told.isEmpty() ? "." : "; all are above."));
    long words = changes.stream().filter(ResultChange::onlyWords).count();
    if (words > 0) {
      out.append(
          "%d %s other words only: reasons, hints or notes.\n"
              .formatted(words, words == 1 ? "has" : "have"));
    }
    return out.toString();
  }

  private static void flags(StringBuilder out, String words, List<String> ids) {
    ids.forEach(id -> out.append("    ").append(words).append(Text.line(id)).append("\n"));
  }
}
