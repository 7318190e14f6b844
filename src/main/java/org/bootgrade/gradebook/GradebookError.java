package org.bootgrade.gradebook;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/** A file of the gradebook cannot be used. It is the instructor's to mend. */
public final class GradebookError extends Exception {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf gives a serializable list.
  private final List<Problem> problems;

  /**
   * @param problems all that is wrong, in the order of lines; not empty
   */
  public GradebookError(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, in the order of lines. Never empty. */
  public List<Problem> problems() {
    return problems;
  }

  /** One line for each problem. Never null, unlike the method it overrides. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }

  /**
   * One thing that is wrong, or that somebody should know.
   *
   * @param file the file as it was named, or the submission where no file is meant
   * @param line from 1; 0 where all of it is meant
   * @param what what is wrong
   * @param mend what to do about it
   */
  public record Problem(String file, int line, String what, String mend) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** {@code file:line: what is wrong; mend}. */
    @Override
    public String toString() {
      return file + (line > 0 ? ":" + line : "") + ": " + what + "; " + mend;
    }
  }
}
