package org.bootgrade.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/**
 * What became of a result when it was judged again.
 *
 * @param before what it was
 * @param after what it is
 */
public record ResultChange(Result before, Result after) {

  /**
   * A criterion that came out differently.
   *
   * @param id its id
   * @param before how it came out, in words; empty where it was not judged
   * @param after the same for now
   */
  record Difference(String id, String before, String after) {}

  /** Whether a student or an instructor sees a difference: in the score, a criterion or a flag. */
  public boolean matters() {
    return !Marks.score(before).equals(Marks.score(after))
        || before.status() != after.status()
        || !differences().isEmpty()
        || !GradeWords.sum(before).equals(GradeWords.sum(after))
        || !flags(before).equals(flags(after));
  }

  /** Whether only words are others: reasons, hints, titles or notes. */
  boolean onlyWords() {
    return !matters()
        && (!words(before).equals(words(after)) || !before.notes().equals(after.notes()));
  }

  private static List<List<@Nullable String>> words(Result result) {
    return result.judged().stream()
        .map(c -> Arrays.<@Nullable String>asList(c.title(), c.reason(), c.hint()))
        .toList();
  }

  /** The criteria that came out differently: those of now in their order, then those of before. */
  List<Difference> differences() {
    Map<String, String> then = outcomes(before);
    Map<String, String> now = outcomes(after);
    Map<String, String> all = new LinkedHashMap<>(now);
    then.keySet().forEach(id -> all.putIfAbsent(id, ""));
    List<Difference> differences = new ArrayList<>();
    for (String id : all.keySet()) {
      @Nullable String old = then.get(id);
      @Nullable String fresh = now.get(id);
      if (!Objects.equals(old, fresh)) {
        differences.add(new Difference(id, old == null ? "" : old, fresh == null ? "" : fresh));
      }
    }
    return differences;
  }

  /** Ids of flags that were raised by one judgement only. */
  List<String> flagsOnlyIn(Result one) {
    List<String> ids = new ArrayList<>(flags(one));
    ids.removeAll(flags(one.equals(before) ? after : before));
    return ids;
  }

  private static List<String> flags(Result result) {
    return result.flags().stream().map(f -> f.id()).distinct().sorted().toList();
  }

  private static Map<String, String> outcomes(Result result) {
    Map<String, String> outcomes = new LinkedHashMap<>();
    for (ScoredCriterion criterion : result.judged()) {
      outcomes.put(
          criterion.id(),
          "%s %s/%s"
              .formatted(
                  Marks.word(criterion.outcome()),
                  criterion.points().toPlainString(),
                  criterion.maxPoints().toPlainString()));
    }
    return outcomes;
  }
}
