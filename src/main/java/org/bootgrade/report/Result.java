package org.bootgrade.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Flag;
import org.bootgrade.rubric.Points;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.Scorecard;
import org.bootgrade.rubric.ScoredCriterion;
import org.jspecify.annotations.Nullable;

/**
 * What became of one submission: {@code result.json}. Users and tools rely on this format.
 *
 * @param schema {@link #SCHEMA}
 * @param submission which submission
 * @param assignment the assignment's id
 * @param status how far it came
 * @param score its points; 0 for a rejected one, null where it was not graded
 * @param maxScore what a perfect submission gets; null where it was not graded
 * @param criteria in the order of the rubric; empty for a rejected one, null where it was not
 *     graded
 * @param message why it was rejected or not graded, or null
 * @param mend what to do so that it is graded, or null
 * @param notes what the build changed or noticed, for the student; it costs no points
 * @param flags what an instructor should look at
 * @param rubric what it was graded by
 * @param graders which graders judged it, or null where it was not judged, or by an earlier version
 * @param tool what graded it
 */
public record Result(
    String schema,
    Submission submission,
    String assignment,
    Status status,
    @Nullable BigDecimal score,
    @Nullable BigDecimal maxScore,
    @Nullable List<ScoredCriterion> criteria,
    @Nullable String message,
    @Nullable String mend,
    List<String> notes,
    List<Flag> flags,
    RubricVersion rubric,
    @Nullable GradersVersion graders,
    Tool tool) {

  /** The version of this format. */
  public static final String SCHEMA = "bootgrade/result/v1";

  public Result {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("the schema is not " + SCHEMA);
    }
    Objects.requireNonNull(submission, "there is no submission");
    Objects.requireNonNull(assignment, "there is no assignment");
    Objects.requireNonNull(status, "there is no status");
    Objects.requireNonNull(rubric, "there is no rubric");
    Objects.requireNonNull(tool, "there is no tool");
    notes = List.copyOf(Objects.requireNonNull(notes, "there are no notes"));
    flags = List.copyOf(Objects.requireNonNull(flags, "there are no flags"));
    boolean scored = score != null && maxScore != null && criteria != null;
    boolean unscored = score == null && maxScore == null && criteria == null;
    if (status == Status.INFRASTRUCTURE_FAILURE ? !unscored : !scored) {
      throw new IllegalArgumentException(
          "score, maxScore and criteria do not fit the status " + status);
    }
    if (status != Status.GRADED && message == null) {
      throw new IllegalArgumentException("a submission that was not judged needs a message");
    }
    score = score == null ? null : Points.plain(score);
    maxScore = maxScore == null ? null : Points.plain(maxScore);
    criteria = criteria == null ? null : List.copyOf(criteria);
  }

  /** How far a submission came. */
  public enum Status {
    /** It was built and judged, however that went. */
    @JsonProperty("graded")
    GRADED,
    /** Its archive is unreadable or unsafe; that is a score of 0. */
    @JsonProperty("rejected")
    REJECTED,
    /** Something of ours failed. That says nothing about it, so there is no score. */
    @JsonProperty("infrastructure-failure")
    INFRASTRUCTURE_FAILURE
  }

  /**
   * Which submission.
   *
   * @param id its file or folder name without extension
   * @param digest {@code sha256:…} of its content, or null where it could not be read
   */
  public record Submission(String id, @Nullable String digest) {
    public Submission {
      Objects.requireNonNull(id, "the submission has no id");
    }
  }

  /**
   * What a submission was graded by.
   *
   * @param id the rubric's assignment
   * @param digest {@code sha256:…} of the rubric's bytes
   */
  public record RubricVersion(String id, String digest) {
    public RubricVersion {
      Objects.requireNonNull(id, "the rubric has no id");
      Objects.requireNonNull(digest, "the rubric has no digest");
    }
  }

  /**
   * Which graders judged a submission.
   *
   * @param digest {@code sha256:…} of their files
   */
  public record GradersVersion(String digest) {
    public GradersVersion {
      Objects.requireNonNull(digest, "the graders have no digest");
    }
  }

  /**
   * What graded a submission.
   *
   * @param version this product's version
   */
  public record Tool(String version) {
    public Tool {
      Objects.requireNonNull(version, "the tool has no version");
    }
  }

  /**
   * The result of a submission that was judged.
   *
   * @param submission which submission
   * @param rubric what it was judged by
   * @param graders the digest of the graders that judged it
   * @param scorecard its score
   * @param notes what the build changed, as sentences
   * @param flags what an instructor should look at
   * @param version this product's version
   */
  public static Result graded(
      Submission submission,
      Rubric rubric,
      String graders,
      Scorecard scorecard,
      List<String> notes,
      List<Flag> flags,
      String version) {
    return new Result(
        SCHEMA,
        submission,
        rubric.assignment(),
        Status.GRADED,
        scorecard.score(),
        scorecard.maxScore(),
        scorecard.criteria(),
        null,
        null,
        notes,
        flags,
        new RubricVersion(rubric.assignment(), rubric.digest()),
        new GradersVersion(graders),
        new Tool(version));
  }

  /**
   * The result of a submission that was not taken in: a score of 0, and a flag so that somebody
   * looks whether it was an accident.
   *
   * @param submission which submission
   * @param rubric what it would have been judged by
   * @param reason what is wrong with it and what to do, for the student
   * @param flags what else an instructor should look at
   * @param version this product's version
   */
  public static Result rejected(
      Submission submission, Rubric rubric, String reason, List<Flag> flags, String version) {
    List<Flag> all = new ArrayList<>();
    all.add(new Flag("rejected", reason));
    all.addAll(flags);
    return new Result(
        SCHEMA,
        submission,
        rubric.assignment(),
        Status.REJECTED,
        BigDecimal.ZERO,
        rubric.maxScore(),
        List.of(),
        reason,
        null,
        List.of(),
        all,
        new RubricVersion(rubric.assignment(), rubric.digest()),
        null,
        new Tool(version));
  }

  /**
   * The result of a submission that could not be judged because something of ours failed.
   *
   * @param submission which submission
   * @param rubric what it would have been judged by
   * @param failure what failed
   * @param version this product's version
   */
  public static Result notGraded(
      Submission submission, Rubric rubric, InfrastructureFailure failure, String version) {
    return new Result(
        SCHEMA,
        submission,
        rubric.assignment(),
        Status.INFRASTRUCTURE_FAILURE,
        null,
        null,
        null,
        failure.getMessage(),
        failure.mend(),
        List.of(),
        List.of(),
        new RubricVersion(rubric.assignment(), rubric.digest()),
        null,
        new Tool(version));
  }

  /** The same result with other flags. */
  public Result with(List<Flag> others) {
    return new Result(
        schema,
        submission,
        assignment,
        status,
        score,
        maxScore,
        criteria,
        message,
        mend,
        notes,
        others,
        rubric,
        graders,
        tool);
  }

  /** The criteria that were judged; none where the submission was not. */
  List<ScoredCriterion> judged() {
    return criteria == null ? List.of() : criteria;
  }

  /** The flags that say more than the message does. */
  List<Flag> furtherFlags() {
    return flags.stream().filter(f -> !f.detail().equals(message)).toList();
  }
}
