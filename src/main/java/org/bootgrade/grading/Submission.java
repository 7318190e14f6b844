package org.bootgrade.grading;

import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.ProgramRecord;

/** A submission as graders see it: its stored evidence, and what the course has fixed. */
public final class Submission {

  private final Evidence evidence;
  private final CourseSettings settings;

  /**
   * A submission.
   *
   * @param evidence what was observed about it
   * @param settings what its course has fixed
   */
  public Submission(Evidence evidence, CourseSettings settings) {
    this.evidence = evidence;
    this.settings = settings;
  }

  Evidence evidence() {
    return evidence;
  }

  CourseSettings settings() {
    return settings;
  }

  /** How it was built. */
  public Build build() {
    return new Build(evidence.build());
  }

  /** The kernel, if there is one and it was built. */
  public Optional<Kernel> kernel() {
    return evidence.build().programs().stream()
        .filter(p -> p.kind() == ProgramRecord.Kind.KERNEL && p.built())
        .findFirst()
        .map(p -> new Kernel(this, p.id()));
  }

  /** The test programs that were built. */
  public List<TestProgram> tests() {
    return evidence.build().programs().stream()
        .filter(p -> p.kind() == ProgramRecord.Kind.TEST && p.built())
        .map(p -> new TestProgram(this, p.id()))
        .toList();
  }
}
