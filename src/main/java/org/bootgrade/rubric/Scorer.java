package org.bootgrade.rubric;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bootgrade.grading.EvidenceReference;
import org.bootgrade.grading.Finding;
import org.bootgrade.grading.Finding.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Puts a rubric and the graders' findings together. Pure: the same input gives the same score.
 *
 * <ul>
 *   <li>Passed is worth all points of a criterion, failed and skipped nothing.
 *   <li>Partial is worth its share of the points, rounded to two decimals, 5 up: 1 of 3 of 10
 *       points is 3.33, 2 of 3 is 6.67. Where the grader does not say the share it is one half,
 *       exactly. With {@link Criterion.Partial#ALL_OR_NOTHING} partial is failed.
 *   <li>Several findings for one criterion become one: failed beats partial beats skipped beats
 *       passed. The reasons of all that are not passed are kept. Of several shares the least
 *       counts.
 *   <li>Points of a criterion that is extra credit count into the score and not into the most that
 *       can be had, so a score may be above it.
 *   <li>A criterion one of whose prerequisites is failed or skipped is itself skipped, whatever was
 *       found; a prerequisite that is partial will do.
 *   <li>A criterion without a finding is a defect of ours and never a zero.
 * </ul>
 */
public final class Scorer {

  /** Decimals of the points of a share. */
  private static final int DECIMALS = 2;

  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  /** From the one that counts least to the one that counts most. */
  private static final List<Outcome> BY_WEIGHT =
      List.of(Outcome.PASSED, Outcome.SKIPPED, Outcome.PARTIAL, Outcome.FAILED);

  private final Rubric rubric;
  private final Map<String, List<Finding>> findings;
  private final Map<String, ScoredCriterion> scored = new HashMap<>();

  private Scorer(Rubric rubric, Map<String, List<Finding>> findings) {
    this.rubric = rubric;
    this.findings = findings;
  }

  /**
   * Scores a submission.
   *
   * @param rubric a valid rubric that was checked against the graders
   * @param findings what they found; findings of criteria that the rubric leaves out are ignored
   * @throws IllegalStateException if a criterion has no finding, or a finding is of a criterion
   *     that the rubric does not know
   */
  public static Scorecard score(Rubric rubric, List<Finding> findings) {
    Map<String, List<Finding>> byCriterion =
        findings.stream().collect(Collectors.groupingBy(Finding::criterion));
    for (String id : byCriterion.keySet()) {
      if (rubric.criterion(id).isEmpty() && !rubric.leftOut().contains(id)) {
        throw new IllegalStateException(
            "a grader found something about \"%s\", which rubric %s does not know; check the"
                    .formatted(id, rubric.origin().file())
                + " rubric against the graders first");
      }
    }
    Scorer scorer = new Scorer(rubric, byCriterion);
    List<ScoredCriterion> criteria = rubric.criteria().stream().map(scorer::score).toList();
    BigDecimal score =
        criteria.stream().map(ScoredCriterion::points).reduce(BigDecimal.ZERO, BigDecimal::add);
    return new Scorecard(score, rubric.maxScore(), criteria);
  }

  /** Scores a criterion after its prerequisites, which a valid rubric keeps free of circles. */
  private ScoredCriterion score(Criterion criterion) {
    ScoredCriterion known = scored.get(criterion.id());
    if (known != null) {
      return known;
    }
    Finding finding = combine(criterion);
    List<String> missing = new ArrayList<>();
    for (String id : criterion.requires()) {
      Outcome outcome = score(rubric.criterion(id).orElseThrow()).outcome();
      if (outcome == Outcome.FAILED || outcome == Outcome.SKIPPED) {
        missing.add("%s %s".formatted(id, outcome == Outcome.FAILED ? "failed" : "was skipped"));
      }
    }
    ScoredCriterion result =
        missing.isEmpty()
            ? scored(criterion, finding)
            : scored(criterion, skipped(finding, String.join(" and ", missing)));
    scored.put(criterion.id(), result);
    return result;
  }

  private ScoredCriterion scored(Criterion criterion, Finding finding) {
    BigDecimal points =
        switch (finding.outcome()) {
          case PASSED -> criterion.points();
          case PARTIAL -> share(criterion.points(), finding.share());
          case FAILED, SKIPPED -> BigDecimal.ZERO;
        };
    return new ScoredCriterion(
        criterion.id(),
        criterion.title(),
        finding.outcome(),
        points,
        criterion.points(),
        finding.reason(),
        criterion.hint(),
        finding.evidence(),
        rubric.group(criterion),
        criterion.extraCredit() ? true : null);
  }

  private static BigDecimal share(BigDecimal points, Finding.@Nullable Share share) {
    if (share == null) {
      // Halving a decimal is always exact.
      return points.divide(TWO);
    }
    return points
        .multiply(BigDecimal.valueOf(share.held()))
        .divide(BigDecimal.valueOf(share.of()), DECIMALS, RoundingMode.HALF_UP)
        // Of 0.006 points a large share would be 0.01.
        .min(points);
  }

  /**
   * The finding that takes the place of another one whose ground is missing. Where the grader
   * skipped it itself, it has more to say about why.
   */
  private static Finding skipped(Finding finding, String missing) {
    String because = "Skipped because %s.".formatted(missing);
    boolean itself = finding.outcome() == Outcome.SKIPPED;
    return new Finding(
        finding.criterion(),
        Outcome.SKIPPED,
        itself && !finding.reason().isBlank() ? because + "\n" + finding.reason() : because,
        itself ? finding.evidence() : List.of());
  }

  private Finding combine(Criterion criterion) {
    String id = criterion.id();
    List<Finding> all = findings.getOrDefault(id, List.of());
    if (all.isEmpty()) {
      throw new IllegalStateException(
          "no grader found anything about \"%s\" of rubric %s, so there is no score; a grader must"
                  .formatted(id, rubric.origin().file())
              + " decide every criterion, if only by skipping it");
    }
    Outcome worst =
        all.stream()
            .map(Finding::outcome)
            .reduce((a, b) -> BY_WEIGHT.indexOf(a) > BY_WEIGHT.indexOf(b) ? a : b)
            .orElseThrow();
    Outcome outcome =
        worst == Outcome.PARTIAL && criterion.partial() == Criterion.Partial.ALL_OR_NOTHING
            ? Outcome.FAILED
            : worst;
    List<Finding> told =
        all.stream()
            .filter(f -> outcome == Outcome.PASSED || f.outcome() != Outcome.PASSED)
            .toList();
    LinkedHashSet<EvidenceReference> evidence = new LinkedHashSet<>();
    told.forEach(f -> evidence.addAll(f.evidence()));
    return new Finding(
        id,
        outcome,
        told.stream()
            .map(Finding::reason)
            .filter(r -> !r.isBlank())
            .distinct()
            .collect(Collectors.joining("\n")),
        List.copyOf(evidence),
        outcome == Outcome.PARTIAL ? least(all) : null);
  }

  /** The least of several shares; null where nobody said one. One that is not said is one half. */
  private static Finding.@Nullable Share least(List<Finding> findings) {
    List<Finding> partial = findings.stream().filter(f -> f.outcome() == Outcome.PARTIAL).toList();
    if (partial.stream().allMatch(f -> f.share() == null)) {
      return null;
    }
    return partial.stream()
        .map(f -> f.share() == null ? Finding.Share.HALF : f.share())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }
}
