package org.bootgrade.cli;

/** Exit codes of every command. Scripts rely on them. */
final class ExitCode {
  /** All is well; for {@code check}: every criterion passed. */
  static final int OK = 0;

  /** {@code check}: not every criterion passed. {@code doctor}: something is missing. */
  static final int NOT_PASSED = 1;

  /** The command line, a rubric, a grader or a table is wrong. */
  static final int USAGE = 2;

  /** Our engine, disk or emulator failed, or what is stored is damaged; there is no score. */
  static final int INFRASTRUCTURE = 3;

  private ExitCode() {}
}
