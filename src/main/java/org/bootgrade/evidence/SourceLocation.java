package org.bootgrade.evidence;

/**
 * A line of the submission (or of a crate it uses), from the program's debug information or, in a
 * {@link SourceFact}, from the text itself.
 *
 * @param function the function's name, without its hash
 * @param file path relative to the submission where it is one of its files, else as the compiler
 *     wrote it
 * @param line from 1; 0 where unknown
 */
public record SourceLocation(String function, String file, int line) {
  /** {@code file:line}, or the function where the debug information has no file. */
  public String place() {
    return withoutFile() ? function : file + ":" + line;
  }

  /** {@code function (file:line)}, or the function alone where there is no file. */
  public String functionAndPlace() {
    return withoutFile() ? function : "%s (%s:%d)".formatted(function, file, line);
  }

  /** Whether only the function is known: code of assembly without debug information. */
  public boolean withoutFile() {
    return file.isEmpty() && !function.isEmpty();
  }
}
