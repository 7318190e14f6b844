package org.bootgrade.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.WholeFile;
import org.bootgrade.gradebook.Adjustments;
import org.bootgrade.gradebook.Gradebook;
import org.bootgrade.gradebook.GradebookError;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.gradebook.GradescopeMetadata;
import org.bootgrade.gradebook.Roster;
import org.bootgrade.gradebook.SubmissionTimes;
import org.bootgrade.rubric.Rubric;
import org.jspecify.annotations.Nullable;

/**
 * What a course says of its students and of what they handed in. A file that is named once is
 * copied into the output folder and counts there from then on, so that no later grading or
 * regrading loses an adjustment; it may be changed there, and no longer counts once it is removed.
 */
public final class CourseFiles {

  private static final String RUBRIC = "rubric.yaml";
  private static final String GRADERS = "graders.path";
  static final String ROSTER = "roster.csv";
  static final String TIMES = "submission-times.csv";
  static final String ADJUSTMENTS = "adjustments.csv";

  /**
   * The files that a command line names.
   *
   * @param rubric what is graded by, where it is not the assignment's own; else null
   * @param graders what judges, where they are not the assignment's own; else null. They may be a
   *     folder of any size, so not they are copied but where they are
   * @param roster the students, or null
   * @param submissionTimes when submissions were handed in, or null
   * @param adjustments what was changed by hand, or null
   */
  public record Named(
      @Nullable Path rubric,
      @Nullable Path graders,
      @Nullable Path roster,
      @Nullable Path submissionTimes,
      @Nullable Path adjustments) {

    /** None of them. */
    public static Named none() {
      return new Named(null, null, null, null, null);
    }
  }

  /** Reads a file. */
  private interface Reader<T> {
    T read(Path file) throws GradebookError;
  }

  private final Rubric rubric;
  private final Path out;
  private final @Nullable Path graders;
  private final Map<String, Path> named = new LinkedHashMap<>();
  private final Gradebook.Inputs inputs;

  private CourseFiles(Rubric rubric, Path out, Named files, Optional<Path> gradescope)
      throws GradebookError {
    this.rubric = rubric;
    this.out = out;
    this.graders = files.graders();
    if (files.rubric() != null) {
      willKeep(RUBRIC, files.rubric());
    }
    this.inputs =
        new Gradebook.Inputs(
            read(ROSTER, files.roster(), Roster::read, Roster.none()),
            read(
                TIMES,
                files.submissionTimes(),
                file -> SubmissionTimes.read(file, rubric.zone()),
                SubmissionTimes.none()),
            read(
                ADJUSTMENTS,
                files.adjustments(),
                file -> Adjustments.read(file, rubric),
                Adjustments.none()),
            read(
                GradescopeMetadata.FILE,
                gradescope.orElse(null),
                GradescopeMetadata::read,
                GradescopeMetadata.none()));
  }

  /** The rubric that was named for an output folder before; empty where it is the usual one. */
  public static Optional<Path> rubricOf(Path out) {
    Path kept = out.resolve(RUBRIC);
    return Files.exists(kept) ? Optional.of(kept) : Optional.empty();
  }

  /**
   * The graders that were named for an output folder before; empty where they are the usual ones.
   *
   * @throws InfrastructureFailure when the file that says so cannot be read
   */
  public static Optional<Path> gradersOf(Path out) throws InfrastructureFailure {
    Path kept = pathOfGraders(out);
    if (!Files.exists(kept)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(Files.readString(kept).strip()));
    } catch (IOException | InvalidPathException e) {
      throw new InfrastructureFailure(
          "%s cannot be read (%s)"
              .formatted(
                  kept,
                  e instanceof IOException io ? FileTrouble.reason(io, kept) : e.getMessage()),
          "Write into it where the graders are, or remove it, then run the command again.",
          e);
    }
  }

  /** The file that says where the graders of an output folder are. */
  public static Path pathOfGraders(Path out) {
    return out.resolve(GRADERS);
  }

  /**
   * Reads the files of a class.
   *
   * @param rubric what it is graded by
   * @param out its output folder, which may hold files that were named before
   * @param files those that are named now
   * @param submissions beside which Gradescope puts its own file; what is in them is the students'
   * @throws GradebookError if one of them cannot be used
   */
  public static CourseFiles read(Rubric rubric, Path out, Named files, List<Roll.Entry> submissions)
      throws GradebookError {
    List<Path> exported =
        submissions.stream()
            .map(s -> s.path().toAbsolutePath().normalize())
            .map(path -> path.resolveSibling(GradescopeMetadata.FILE))
            .distinct()
            .filter(Files::isRegularFile)
            .toList();
    if (exported.size() > 1) {
      throw new GradebookError(
          List.of(
              new Problem(
                  exported.get(1).toString(),
                  0,
                  "this is a second export of Gradescope's, beside %s".formatted(exported.get(0)),
                  "grade each export into a folder of its own (-o)")));
    }
    return new CourseFiles(rubric, out, files, exported.stream().findFirst());
  }

  private <T> T read(String name, @Nullable Path given, Reader<T> reader, T otherwise)
      throws GradebookError {
    if (given != null) {
      willKeep(name, given);
      return reader.read(given);
    }
    Path kept = out.resolve(name);
    return Files.exists(kept) ? reader.read(kept) : otherwise;
  }

  private void willKeep(String name, Path given) {
    if (!OutputFolder.real(given).equals(OutputFolder.real(out.resolve(name)))) {
      named.put(name, given);
    }
  }

  /**
   * Copies what was named to the output folder.
   *
   * @throws InfrastructureFailure when a file cannot be read any more, or the disk fails
   */
  void keep() throws InfrastructureFailure {
    if (graders != null) {
      SubmissionPages.put(
          pathOfGraders(out), graders.toAbsolutePath().normalize() + System.lineSeparator());
    }
    for (Map.Entry<String, Path> file : named.entrySet()) {
      try {
        WholeFile.write(out.resolve(file.getKey()), Files.readAllBytes(file.getValue()));
      } catch (IOException e) {
        throw new InfrastructureFailure(
            "%s could not be copied to %s (%s)"
                .formatted(file.getValue(), out, FileTrouble.reason(e, out)),
            "See that the folder can be written and the disk is not full, then run the command"
                + " again.",
            e);
      }
    }
  }

  Rubric rubric() {
    return rubric;
  }

  Gradebook.Inputs inputs() {
    return inputs;
  }
}
