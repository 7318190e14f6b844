package org.bootgrade.report;

import java.util.ArrayList;
import java.util.List;
import org.bootgrade.evidence.FaultPair;

/** Pairs of exceptions as a table: a row for each first one, a column for each second. */
record PairTable(List<String> seconds, List<Row> rows, List<String> notes) {

  /** What became of a first exception with each second one, in words. */
  record Row(String first, List<String> outcomes) {}

  /** The table of what was tried; empty where nothing was. */
  static PairTable of(List<FaultPair> pairs) {
    List<Integer> firsts = pairs.stream().map(FaultPair::first).distinct().toList();
    List<Integer> seconds = pairs.stream().map(FaultPair::second).distinct().toList();
    List<Row> rows = new ArrayList<>();
    for (int first : firsts) {
      List<String> outcomes = new ArrayList<>();
      for (int second : seconds) {
        outcomes.add(
            pairs.stream()
                .filter(p -> p.first() == first && p.second() == second)
                .findFirst()
                .map(p -> words(p.outcome()))
                .orElse(""));
      }
      rows.add(new Row(Vectors.name(first), outcomes));
    }
    return new PairTable(
        seconds.stream().map(Vectors::name).toList(),
        rows,
        pairs.stream().map(FaultPair::note).filter(n -> !n.isEmpty()).distinct().toList());
  }

  /** What became of a pair, in words that fit a column. */
  private static String words(FaultPair.Outcome outcome) {
    return switch (outcome) {
      case DOUBLE_FAULT -> "double fault";
      case TRIPLE_FAULT -> "triple fault";
      case SECOND_HANDLED -> "second one's handler";
      case FIRST_HANDLED -> "first one's handler";
      case OTHER -> "something else";
      case NOT_TRIED -> "not tried";
    };
  }
}
