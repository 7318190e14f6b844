package org.bootgrade.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bootgrade.report.Result.Status;
import org.bootgrade.rubric.ScoredCriterion;

/**
 * The results of a class: {@code results.json}. Users and tools rely on this format.
 *
 * @param schema {@link #SCHEMA}
 * @param results in the order of their submissions' ids, in whatever order they came
 */
public record ClassResults(String schema, List<Result> results) {

  /** The version of this format. */
  public static final String SCHEMA = "bootgrade/class/v1";

  public ClassResults {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("the schema is not " + SCHEMA);
    }
    Objects.requireNonNull(results, "there are no results");
    results = results.stream().sorted(Comparator.comparing(r -> r.submission().id())).toList();
  }

  /** The results of a class. */
  public static ClassResults of(List<Result> results) {
    return new ClassResults(SCHEMA, results);
  }

  /** Titles of all criteria that anybody was judged by, by id, in the order of the rubric. */
  Map<String, String> criteria() {
    Map<String, String> titles = new LinkedHashMap<>();
    for (Result result : results) {
      result.judged().forEach(c -> titles.putIfAbsent(c.id(), c.title()));
    }
    return titles;
  }

  /** How each submission that was judged by a criterion did on it. */
  List<ScoredCriterion> scored(String criterion) {
    return results.stream()
        .flatMap(r -> r.judged().stream())
        .filter(c -> c.id().equals(criterion))
        .toList();
  }

  long count(Status status) {
    return results.stream().filter(r -> r.status() == status).count();
  }

  /** How many came how far, in words; where nobody came, that is left out. */
  String summary() {
    if (results.isEmpty()) {
      return "no submissions";
    }
    return Stream.of(Status.values())
        .filter(status -> count(status) > 0)
        .map(status -> count(status) + " " + Marks.word(status))
        .collect(Collectors.joining(", "));
  }
}
