package org.bootgrade.cli;

import java.nio.file.Path;
import java.util.List;
import org.bootgrade.batch.CourseFiles;
import org.bootgrade.batch.Graded;
import org.bootgrade.batch.Roll;
import org.bootgrade.gradebook.GradebookError;
import org.bootgrade.report.Reports;
import org.bootgrade.rubric.Rubric;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that grade a class: what the course says of it. */
final class CourseOptions {

  @Option(
      names = "--roster",
      paramLabel = "FILE",
      description =
          "The course's students (CSV, as Canvas, Moodle, Gradescope or GitHub Classroom export it)."
              + " It, the next two and the rubric are copied to OUT and count there until they are"
              + " removed; so does the path of --graders.")
  @Nullable Path roster;

  @Option(
      names = "--submission-times",
      paramLabel = "FILE",
      description =
          "When submissions were handed in (CSV: submission,submitted), for the rubric's late"
              + " policy. Else an archive's own time counts.")
  @Nullable Path times;

  @Option(
      names = "--adjustments",
      paramLabel = "FILE",
      description =
          "Changes of grades by hand, each with its reason (CSV: submission,points,reason;"
              + " optionally student, criterion).")
  @Nullable Path adjustments;

  /**
   * Reads the files that are named, and those in the output folder.
   *
   * @param rubric what is graded by
   * @param judging the rubric and the graders that are named, if any
   * @param submissions what was handed in; empty where that is not known
   * @throws UsageError where one of them cannot be used
   */
  CourseFiles read(Rubric rubric, JudgingOptions judging, Path out, List<Roll.Entry> submissions)
      throws UsageError {
    try {
      return CourseFiles.read(
          rubric,
          out,
          new CourseFiles.Named(judging.rubric, judging.graders, roster, times, adjustments),
          submissions);
    } catch (GradebookError e) {
      throw new UsageError(e.getMessage());
    }
  }

  /** Tells what to know before handing in grades. */
  static void tell(Graded graded, Surroundings here) {
    graded.problems().forEach(p -> here.err().println(Reports.harmless(p.toString())));
  }
}
