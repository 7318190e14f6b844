package org.bootgrade.grading;

/** Evidence without an experiment that a grader asks for: no grader's doing, and no student's. */
final class EvidenceLacks extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String experiment;

  EvidenceLacks(String experiment) {
    super("the evidence has no experiment " + experiment);
    this.experiment = experiment;
  }

  /** The experiment's id. */
  String experiment() {
    return experiment;
  }
}
