package doublefaults;

import java.util.List;
import java.util.function.Predicate;
import org.bootgrade.grading.Submission;
import org.bootgrade.grading.TestProgram;
import org.bootgrade.grading.Verdict;

/**
 * What an instructor may want to look at. It costs no points: each has an honest explanation, too.
 */
final class Suspicions {

  private Suspicions() {}

  static void raise(Submission submission, Verdict verdict) {
    List<TestProgram> tests = submission.tests();
    // Tests that pass without any exception are normal, but not where no test double faults. One
    // that does not build might have.
    if (tests.stream().noneMatch(TestProgram::doubleFaulted)
        && submission.build().broken().isEmpty()) {
      flag(
          tests,
          test -> test.saidSo() && test.exitedWithPass() && !test.sawExceptions(),
          "pass-without-fault",
          "no test double faults, yet these print a pass text and exit with QEMU_PASS without any"
              + " exception: ",
          verdict);
    }
    flag(
        tests,
        TestProgram::askedForDoubleFault,
        "software-double-fault",
        "these enter the double fault handler by an int instruction: ",
        verdict);
    for (TestProgram test : tests) {
      if (test.leaptToTheStacksEnd()) {
        verdict.flag(
            "stack-pointer-moved",
            "%s came to the end of its stack without using it: %s. Was the stack pointer set by hand?"
                .formatted(test.id(), test.descent()));
      }
    }
    flag(
        tests,
        TestProgram::passesAtAnyPanic,
        "pass-at-any-panic",
        "these print a pass text at a panic that has nothing to do with them, so the text does not"
            + " show that the double fault handler was reached: ",
        verdict);
    flag(
        tests,
        TestProgram::saidSoBeforeTheFault,
        "pass-before-fault",
        "these print a pass text before their double fault: ",
        verdict);
    flag(
        tests,
        TestProgram::exitedBeforeTheFault,
        "exit-before-fault",
        "these ask to exit before they double fault, as a machine shows whose exit port does"
            + " nothing: ",
        verdict);
    flag(
        tests,
        test -> !test.repeatsItself(),
        "non-deterministic",
        "a second boot did not come to the same double fault by the same exceptions: ",
        verdict);
  }

  private static void flag(
      List<TestProgram> tests,
      Predicate<TestProgram> suspicious,
      String id,
      String detail,
      Verdict verdict) {
    List<String> found = tests.stream().filter(suspicious).map(TestProgram::id).toList();
    if (!found.isEmpty()) {
      verdict.flag(id, detail + String.join(", ", found));
    }
  }
}
