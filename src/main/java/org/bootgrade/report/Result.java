package org.bootgrade.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.gradebook.Grade;
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
 * @param students who handed it in, where a roster says it
 * @param grade what follows from the score: late or not, changed by hand or not; null where neither
 *     the rubric nor the instructor asks for more than the score
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
    Tool tool,
    @Nullable List<String> students,
    @Nullable Grade grade) {

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
    students = students == null || students.isEmpty() ? null : List.copyOf(students);
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
   * @param modified the archive's own time of modification, in UTC to the second; null for a
   *     folder, which has none that means anything
   */
  public record Submission(String id, @Nullable String digest, @Nullable String modified) {
    public Submission {
      Objects.requireNonNull(id, "the submission has no id");
      // This also guards what is read back from a file.
      modified = modified == null ? null : Instant.parse(modified).toString();
    }

    /** One whose time nobody knows. */
    public Submission(String id, @Nullable String digest) {
      this(id, digest, null);
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
        new Tool(version),
        null,
        null);
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
        new Tool(version),
        null,
        null);
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
        new Tool(version),
        null,
        null);
  }

  /** The same result with other flags. */
  public Result with(List<Flag> others) {
    return with(submission, others, students, grade);
  }

  /** Who handed it in, in one line; empty where no roster says it. */
  String handedInBy() {
    return students == null ? "" : String.join("; ", students);
  }

  /**
   * The same result, of an archive that was modified at a moment.
   *
   * @param modified to the second, in UTC, or null where it is not known
   */
  public Result modified(@Nullable Instant modified) {
    String at = modified == null ? null : modified.truncatedTo(ChronoUnit.SECONDS).toString();
    return with(new Submission(submission.id(), submission.digest(), at), flags, students, grade);
  }

  /**
   * The same result, in a gradebook.
   *
   * @param handedInBy who handed it in, as people call them; may be empty
   * @param booked what follows from its score, or null where that is all
   * @param others flags in place of its own
   */
  public Result booked(List<String> handedInBy, @Nullable Grade booked, List<Flag> others) {
    return with(submission, others, handedInBy, booked);
  }

  /**
   * The same result as a student may see it: some criteria left out.
   *
   * @param visible the criteria that are left
   * @param sum what these brought
   * @param most what these could have brought
   * @param seen what follows from these, or null where there is no more to it
   */
  Result shown(
      List<ScoredCriterion> visible, BigDecimal sum, BigDecimal most, @Nullable Grade seen) {
    return new Result(
        schema,
        submission,
        assignment,
        status,
        criteria == null ? null : sum,
        criteria == null ? null : most,
        criteria == null ? null : visible,
        message,
        mend,
        notes,
        flags,
        rubric,
        graders,
        tool,
        students,
        seen);
  }

  private Result with(
      Submission other,
      List<Flag> otherFlags,
      @Nullable List<String> handedInBy,
      @Nullable Grade booked) {
    return new Result(
        schema,
        other,
        assignment,
        status,
        score,
        maxScore,
        criteria,
        message,
        mend,
        notes,
        otherFlags,
        rubric,
        graders,
        tool,
        handedInBy,
        booked);
  }

  /** What is handed in to an LMS: the grade's score where there is a grade. */
  public @Nullable BigDecimal finalScore() {
    return grade == null ? score : grade.score();
  }

  /** What a perfect submission gets, without extra credit; null where nobody says. */
  public @Nullable BigDecimal finalMaxScore() {
    return grade == null ? maxScore : grade.maxScore();
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
