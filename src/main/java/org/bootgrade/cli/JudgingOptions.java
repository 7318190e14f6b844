package org.bootgrade.cli;

import java.nio.file.Path;
import org.bootgrade.batch.CourseFiles;
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
   * Takes the rubric that was named for an output folder before, where none is named now: without
   * it a class would be graded by two rubrics.
   */
  void keepTo(Path out, Surroundings here) {
    if (rubric == null) {
      CourseFiles.rubricOf(out)
          .ifPresent(
              kept -> {
                rubric = kept;
                here.err()
                    .println(
                        "By %s, which was named for this folder. Name another with --rubric, or remove it."
                            .formatted(kept));
              });
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
