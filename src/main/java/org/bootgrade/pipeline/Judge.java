package org.bootgrade.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.StoredEvidence;
import org.bootgrade.grading.Finding;
import org.bootgrade.grading.Flag;
import org.bootgrade.grading.GraderRunner;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Scorer;

/**
 * Tells what evidence is worth. Nothing is built or booted here: the same evidence, rubric and
 * graders give the same result. Safe for use by several threads.
 */
public final class Judge {

  /** What is kept of what graders said. */
  private static final String KEPT = "judgement";

  /** The flag of what no compiler has seen: whoever grades should know that nothing was tried. */
  private static final String NOT_COMPILED = "not-compiled";

  private final Pipeline.Settings settings;
  private final GraderRunner graders;

  /**
   * A judge.
   *
   * @param settings what it judges by
   */
  public Judge(Pipeline.Settings settings) {
    this.settings = settings;
    this.graders = new GraderRunner(settings.graders());
  }

  /**
   * What graders said of a submission's evidence, and what the build did.
   *
   * @param submission the digest of the submission's files
   * @param findings for each criterion that the graders decide, whatever the rubric says of it
   * @param flags of the graders and of the build
   * @param notes what the build changed, as sentences
   */
  private record Judgement(
      String submission, List<Finding> findings, List<Flag> flags, List<String> notes) {
    Judgement {
      // This guards what is read back from a file.
      Objects.requireNonNull(submission, "there is no submission");
      findings = List.copyOf(findings);
      flags = List.copyOf(flags);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Judges a submission.
   *
   * @param id its id
   * @param evidence what was seen of it
   * @throws InfrastructureFailure when a grader fails, or asks for what is not in the evidence
   */
  public Result judge(String id, Evidence evidence) throws InfrastructureFailure {
    return result(id, judgement(evidence));
  }

  /**
   * Judges a submission, unless these graders have judged this evidence before, by these settings,
   * in this build of bootgrade: then what they said is still known, and only scored.
   *
   * @param id its id
   * @param stored what was seen of it
   * @throws InfrastructureFailure as above, and when the evidence cannot be read, or what the
   *     graders said not be kept
   */
  public Result judge(String id, StoredEvidence stored) throws InfrastructureFailure {
    if (!build().isEmpty()) {
      Optional<Judgement> known =
          stored
              .kept(KEPT, Judgement.class, from())
              .filter(judgement -> stored.isOf(judgement.submission()));
      if (known.isPresent()) {
        return result(id, known.get());
      }
    }
    return judgeAnew(id, stored);
  }

  /** Judges a submission, whatever is known of its evidence, and keeps what the graders say. */
  public Result judgeAnew(String id, StoredEvidence stored) throws InfrastructureFailure {
    Judgement judgement = judgement(stored.evidence());
    if (!build().isEmpty()) {
      stored.keep(KEPT, judgement, from());
    }
    return result(id, judgement);
  }

  /** What a judgement rests on besides evidence. */
  private Object[] from() {
    return new Object[] {build(), settings.graders().digest(), settings.rubric().settings()};
  }

  /** Which build of bootgrade judges; empty where that cannot be told. */
  public String build() {
    return settings.build();
  }

  private Judgement judgement(Evidence evidence) throws InfrastructureFailure {
    GraderRunner.Findings findings = graders.run(evidence, settings.rubric().settings());
    List<Flag> flags = new ArrayList<>(findings.flags());
    evidence.build().remarks().forEach(r -> flags.add(new Flag(r.id(), r.detail())));
    BuildRecord.BuildFailure failure = evidence.build().failure();
    if (failure != null) {
      flags.add(new Flag(NOT_COMPILED, failure.reason()));
    }
    return new Judgement(
        evidence.submissionDigest(),
        findings.findings(),
        flags,
        evidence.build().mends().stream().map(BuildRecord.Mend::detail).toList());
  }

  private Result result(String id, Judgement judgement) {
    return Result.graded(
        new Result.Submission(id, judgement.submission()),
        settings.rubric(),
        settings.graders().digest(),
        Scorer.score(settings.rubric(), judgement.findings()),
        judgement.notes(),
        judgement.flags(),
        settings.version());
  }

  /**
   * The result of a submission that was not taken in.
   *
   * @param id its id
   * @param reason what is wrong with it
   */
  public Result rejected(String id, String reason) {
    return Result.rejected(
        new Result.Submission(id, null), settings.rubric(), reason, List.of(), settings.version());
  }
}
