package org.bootgrade.grading;

import java.util.List;

/**
 * What a course has fixed, as its rubric says it.
 *
 * @param qemuPass values written to the exit port that mean "passed", each 0 to 0x7f; 0 only where
 *     the course uses it, because QEMU's exit code 1 can also be an error of QEMU's own
 * @param passTexts what a passing test prints; compared without regard to colours, case and blanks
 *     inside brackets
 * @param smallestIstStack the smallest interrupt stack that counts, in bytes
 */
public record CourseSettings(
    List<Integer> qemuPass, List<String> passTexts, long smallestIstStack) {

  public CourseSettings {
    qemuPass = List.copyOf(qemuPass);
    passTexts = List.copyOf(passTexts);
  }

  /** What holds where a rubric says nothing. */
  public static CourseSettings defaults() {
    return new CourseSettings(
        List.of(0x10, 0x0a), List.of("[ok]", "ok", "[success]", "[pass]", "passed"), 4096);
  }
}
