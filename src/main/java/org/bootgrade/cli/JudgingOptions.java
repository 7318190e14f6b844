package org.bootgrade.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.bootgrade.batch.CourseFiles;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.Reports;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that judges: by what, and for whom it tells. */
class JudgingOptions {

  static final String DEFAULT_ASSIGNMENT = "double-faults";

  String assignment = DEFAULT_ASSIGNMENT;
  boolean assignmentGiven;

  @Option(
      names = {"-a", "--assignment"},
      paramLabel = "ASSIGNMENT",
      description = "The assignment to grade by (default: double-faults).")
  void assignment(String value) {
    assignment = value;
    assignmentGiven = true;
  }

  /**
   * Takes the rubric and the graders that were named for an output folder before, where none are
   * named now: without them a class would be graded by two.
   */
  void keepTo(Path out, Surroundings here) throws InfrastructureFailure {
    if (rubric == null) {
      Optional<Path> kept = CourseFiles.rubricOf(out);
      kept.ifPresent(
          file ->
              here.err()
                  .println(
                      "By %s, which was named for this folder. Name another with --rubric, or remove it."
                          .formatted(file)));
      rubric = kept.orElse(null);
    }
    if (graders == null) {
      Optional<Path> kept = CourseFiles.gradersOf(out);
      kept.ifPresent(
          path ->
              here.err()
                  .println(
                      Reports.harmless(
                          "By the graders in %s, which were named for this folder. Name others with --graders, or remove %s."
                              .formatted(path, CourseFiles.pathOfGraders(out)))));
      graders = kept.orElse(null);
    }
  }

  @Option(
      names = "--rubric",
      paramLabel = "FILE",
      description = "Grade by this rubric (YAML) instead of the assignment's own.")
  @Nullable Path rubric;

  @Option(
      names = "--graders",
      paramLabel = "PATH",
      description =
          "Grade with these graders instead of the assignment's own: a jar, a folder of classes, a"
              + " .java file or a folder of them.")
  @Nullable Path graders;

  @Option(
      names = "--json",
      description = "Print results.json to standard output instead of text for people.")
  boolean json;
}
