package org.bootgrade.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/** A class as a table of RFC 4180, safe to open in a spreadsheet. */
final class Csv {

  /** What a spreadsheet takes for the start of a formula or a command. */
  private static final String STARTS_FORMULA = "=+-@＝＋－＠\t\r\n";

  private Csv() {}

  static String write(ClassResults results) {
    Set<String> criteria = results.criteria().keySet();
    StringBuilder out = new StringBuilder();
    List<String> head =
        new ArrayList<>(List.of("submission", "students", "status", "score", "max_score", "grade"));
    head.addAll(criteria);
    head.add("flags");
    row(out, head);
    for (Result result : results.results()) {
      List<String> cells = new ArrayList<>();
      cells.add(result.submission().id());
      cells.add(result.handedInBy());
      cells.add(Marks.code(result.status()));
      // No score is an empty cell: a spreadsheet would take a 0 for one.
      cells.add(number(result.score()));
      cells.add(number(result.maxScore()));
      cells.add(number(result.finalScore()));
      for (String id : criteria) {
        cells.add(
            result.judged().stream()
                .filter(c -> c.id().equals(id))
                .map(ScoredCriterion::points)
                .map(p -> p.toPlainString())
                .findFirst()
                .orElse(""));
      }
      cells.add(
          result.flags().stream()
              .map(f -> f.id() + ": " + f.detail())
              .collect(Collectors.joining("; ")));
      row(out, cells);
    }
    return out.toString();
  }

  private static String number(@Nullable BigDecimal number) {
    return number == null ? "" : number.toPlainString();
  }

  private static void row(StringBuilder out, List<String> cells) {
    out.append(cells.stream().map(Csv::cell).collect(Collectors.joining(","))).append("\r\n");
  }

  static String cell(String text) {
    // Before the rest is made visible: a tab or carriage return at the start counts as well.
    String first = text.stripLeading();
    boolean formula =
        (!text.isEmpty() && STARTS_FORMULA.indexOf(text.charAt(0)) >= 0)
            || (!first.isEmpty() && STARTS_FORMULA.indexOf(first.charAt(0)) >= 0);
    String safe = (formula ? "'" : "") + Text.visible(text);
    return safe.matches("[^\",\n\t;]*") && safe.equals(safe.strip())
        ? safe
        : "\"" + safe.replace("\"", "\"\"") + "\"";
  }
}
