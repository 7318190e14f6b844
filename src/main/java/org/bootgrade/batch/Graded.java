package org.bootgrade.batch;

import java.util.List;
import org.bootgrade.gradebook.GradebookError.Problem;
import org.bootgrade.report.ClassResults;

/**
 * A graded class.
 *
 * @param results all results
 * @param problems what the instructor should know before handing in grades
 */
public record Graded(ClassResults results, List<Problem> problems) {
  public Graded {
    problems = List.copyOf(problems);
  }
}
