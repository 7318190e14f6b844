package org.bootgrade.grading;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * What a grader's method says beside holding or not: why, on what evidence, and what an instructor
 * should look at.
 */
public final class Verdict {

  private final Set<EvidenceReference> evidence = new LinkedHashSet<>();
  private final List<Flag> flags = new ArrayList<>();
  private @Nullable String reason;

  Verdict() {}

  /** Names evidence that the verdict rests on. */
  public Verdict cite(EvidenceReference reference) {
    evidence.add(reference);
    return this;
  }

  /** Says why the criterion holds. Where it does not, the assertion's message says why. */
  public Verdict because(String why) {
    reason = why;
    return this;
  }

  /** Raises a flag for the instructor. */
  public Verdict flag(String id, String detail) {
    flags.add(new Flag(id, detail));
    return this;
  }

  /** Ends the method: the criterion does not hold. */
  public AssertionError fails(String why) {
    throw new AssertionError(why);
  }

  /**
   * Ends the method: some of the criterion holds. What that is worth is the rubric's to say.
   *
   * @param held how many of its parts hold; with 0 it does not hold at all
   * @param of how many parts it has, more than hold
   * @param why as for {@link #fails}: what does not hold
   */
  public AssertionError partly(int held, int of, String why) {
    if (held == 0 && of > 0) {
      throw fails(why);
    }
    throw new PartlyHolds(new Finding.Share(held, of), why);
  }

  /** Ends the method: the criterion cannot be decided. */
  public TestAbortedException undecided(String why) {
    throw new TestAbortedException(why);
  }

  List<EvidenceReference> evidence() {
    return List.copyOf(evidence);
  }

  List<Flag> flags() {
    return List.copyOf(flags);
  }

  String reason() {
    return reason == null ? "" : reason;
  }
}
