package org.bootgrade.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Flag;
import org.bootgrade.grading.GraderRunner;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Scorer;

/**
 * Tells what evidence is worth. Nothing is built or booted here: the same evidence, rubric and
 * graders give the same result. Safe for use by several threads.
 */
public final class Judge {

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
   * Judges a submission.
   *
   * @param id its id
   * @param evidence what was seen of it
   * @throws InfrastructureFailure when a grader fails, or asks for what is not in the evidence
   */
  public Result judge(String id, Evidence evidence) throws InfrastructureFailure {
    GraderRunner.Findings findings = graders.run(evidence, settings.rubric().settings());
    List<Flag> flags = new ArrayList<>(findings.flags());
    evidence.build().remarks().forEach(r -> flags.add(new Flag(r.id(), r.detail())));
    return Result.graded(
        new Result.Submission(id, evidence.submissionDigest()),
        settings.rubric(),
        settings.graders().digest(),
        Scorer.score(settings.rubric(), findings.findings()),
        evidence.build().mends().stream().map(BuildRecord.Mend::detail).toList(),
        flags,
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
