package org.bootgrade.grading;

/** Placeholder. */
public final class TestProgram {
  TestProgram(Submission submission, String id) {}
}
