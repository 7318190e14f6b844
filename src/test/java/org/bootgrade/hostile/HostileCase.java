package org.bootgrade.hostile;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A submission that attacks, and what has to become of it.
 *
 * @param id its name, and the submission's
 * @param attempts what it tries, in a sentence
 * @param guard which boundary holds it, in a sentence
 * @param handedIn what is handed in
 * @param verdict what has to be said of it
 * @param twin the same attempt where the guard is missing, or null
 * @param covering whether it belongs to the tenth that every {@code verify} runs
 */
record HostileCase(
    String id,
    String attempts,
    String guard,
    HandedIn handedIn,
    Verdict verdict,
    @Nullable Twin twin,
    boolean covering) {

  /** What is handed in. */
  sealed interface HandedIn {
    /** A folder. */
    record Folder(Tree tree) implements HandedIn {}

    /**
     * A file.
     *
     * @param extension of its name, with the dot
     */
    record Archive(String extension, byte[] content) implements HandedIn {}
  }

  /** What has to be said of a submission. */
  sealed interface Verdict {
    /**
     * It is graded.
     *
     * @param outcomes criterion to outcome, where that is not {@code passed}
     * @param flags ids of all flags, no more and no less
     * @param says texts that occur in its result or its evidence
     * @param never texts that occur nowhere in its output
     */
    record Graded(
        SortedMap<String, String> outcomes,
        Set<String> flags,
        List<String> says,
        List<String> never)
        implements Verdict {}

    /**
     * It is rejected.
     *
     * @param reason a part of the reason
     */
    record Rejected(String reason) implements Verdict {}
  }

  /**
   * A probe that is harmless, to be run where nothing guards.
   *
   * @param program a Rust program
   * @param reaches what it then reaches: a mark of {@link Grounds}
   */
  record Twin(String program, String reaches) {}

  static HostileCase of(String id, String attempts, String guard, Tree tree) {
    return new HostileCase(id, attempts, guard, new HandedIn.Folder(tree), passes(), null, false);
  }

  static HostileCase archive(
      String id, String attempts, String guard, String extension, byte[] content, String reason) {
    return new HostileCase(
        id,
        attempts,
        guard,
        new HandedIn.Archive(extension, content),
        new Verdict.Rejected(reason),
        null,
        false);
  }

  private static Verdict.Graded passes() {
    return new Verdict.Graded(new TreeMap<>(), Set.of(), List.of(), List.of());
  }

  /** The same with other outcomes than {@code passed}. */
  HostileCase with(Map<String, String> outcomes) {
    Verdict.Graded before = graded();
    SortedMap<String, String> all = new TreeMap<>(before.outcomes());
    all.putAll(outcomes);
    return with(new Verdict.Graded(all, before.flags(), before.says(), before.never()));
  }

  HostileCase flagged(String... flags) {
    Verdict.Graded before = graded();
    return with(
        new Verdict.Graded(before.outcomes(), Set.of(flags), before.says(), before.never()));
  }

  HostileCase saying(String... texts) {
    Verdict.Graded before = graded();
    return with(
        new Verdict.Graded(before.outcomes(), before.flags(), List.of(texts), before.never()));
  }

  HostileCase neverSaying(String... texts) {
    Verdict.Graded before = graded();
    return with(
        new Verdict.Graded(before.outcomes(), before.flags(), before.says(), List.of(texts)));
  }

  HostileCase twin(String program, String reaches) {
    return new HostileCase(
        id, attempts, guard, handedIn, verdict, new Twin(program, reaches), covering);
  }

  /** It belongs to the covering tenth. */
  HostileCase covers() {
    return new HostileCase(id, attempts, guard, handedIn, verdict, twin, true);
  }

  private Verdict.Graded graded() {
    if (verdict instanceof Verdict.Graded graded) {
      return graded;
    }
    throw new IllegalStateException(id + " is rejected");
  }

  private HostileCase with(Verdict other) {
    return new HostileCase(id, attempts, guard, handedIn, other, twin, covering);
  }
}
