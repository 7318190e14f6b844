package org.bootgrade.corpus;

import java.util.ArrayList;
import java.util.List;

/**
 * How often judges were right, criterion by criterion. A false pass gives points that were not
 * earned, a false fail takes points that were.
 */
final class VerdictTable {

  private static final String ROW = "%-22s %7s %7s %7s   %7s %7s %7s";

  private final List<String> criteria;
  private final List<Entry> entries = new ArrayList<>();

  /** What should be said and what two judges said: whether a criterion holds. */
  private record Entry(String criterion, boolean holds, boolean bootgrade, boolean exitCode) {}

  /** How often one judge was right and wrong. */
  record Count(long right, long falsePass, long falseFail) {}

  VerdictTable(List<String> criteria) {
    this.criteria = List.copyOf(criteria);
  }

  /** Adds one criterion of one mutant. */
  void add(String criterion, boolean holds, boolean bootgrade, boolean exitCode) {
    entries.add(new Entry(criterion, holds, bootgrade, exitCode));
  }

  /** How right bootgrade was, over all criteria. */
  Count bootgrade() {
    return count(entries, true);
  }

  /** How right the exit code was, over all criteria. */
  Count exitCode() {
    return count(entries, false);
  }

  private static Count count(List<Entry> entries, boolean bootgrade) {
    long right = 0;
    long falsePass = 0;
    long falseFail = 0;
    for (Entry entry : entries) {
      boolean said = bootgrade ? entry.bootgrade() : entry.exitCode();
      if (said == entry.holds()) {
        right++;
      } else if (said) {
        falsePass++;
      } else {
        falseFail++;
      }
    }
    return new Count(right, falsePass, falseFail);
  }

  /** The table, a line each. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(ROW.formatted("", "", "bootgrade", "", "", "by exit code", "").stripTrailing());
    lines.add(ROW.formatted("criterion", "right", "f.pass", "f.fail", "right", "f.pass", "f.fail"));
    for (String criterion : criteria) {
      lines.add(
          row(criterion, entries.stream().filter(e -> e.criterion().equals(criterion)).toList()));
    }
    lines.add(row("all", entries));
    return lines;
  }

  private static String row(String name, List<Entry> of) {
    Count here = count(of, true);
    Count there = count(of, false);
    return ROW.formatted(
        name,
        here.right(),
        here.falsePass(),
        here.falseFail(),
        there.right(),
        there.falsePass(),
        there.falseFail());
  }
}
