package doublefaults;

import java.util.Comparator;
import java.util.List;
import org.bootgrade.grading.Assignment;
import org.bootgrade.grading.Criterion;
import org.bootgrade.grading.Experiment;
import org.bootgrade.grading.Submission;
import org.bootgrade.grading.TestProgram;
import org.bootgrade.grading.Verdict;

/** What the submission's own tests do, whatever they are called. */
@Assignment("double-faults")
final class OverflowTestGrader {

  @Criterion("stack-overflow-exits")
  void anOverflowTestDoubleFaultsSaysSoAndExitsWithPass(Submission submission, Verdict verdict) {
    List<TestProgram> tests = submission.tests();
    if (tests.isEmpty()) {
      if (!submission.build().broken().isEmpty() || submission.build().failure().isPresent()) {
        throw verdict.undecided("No test program was built, so none could be run.");
      }
      throw verdict.fails(
          "There is no test program: nothing in tests/ and no [[test]] in Cargo.toml.");
    }
    Suspicions.raise(submission, verdict);
    List<TestProgram> right = tests.stream().filter(OverflowTestGrader::holds).toList();
    if (right.isEmpty()) {
      TestProgram closest =
          tests.stream()
              .max(
                  Comparator.comparingInt(OverflowTestGrader::progress)
                      .thenComparing(t -> t.id().contains("overflow")))
              .orElseThrow();
      closest.references().forEach(verdict::cite);
      throw verdict.fails(explain(closest, submission));
    }
    for (TestProgram test : right) {
      test.references().forEach(verdict::cite);
    }
    TestProgram test = right.get(0);
    verdict.because(
        "%s overflowed its stack, double faulted, printed %s after that and %s."
            .formatted(test.id(), test.printedAfterTheFault(), test.ending()));
  }

  @Criterion("test-is-sensitive")
  void thatTestFailsWithoutTheInterruptStack(Submission submission, Verdict verdict) {
    List<TestProgram> right =
        submission.tests().stream().filter(OverflowTestGrader::holds).toList();
    if (right.isEmpty()) {
      throw verdict.undecided("No test overflows its stack and passes, so there is none to try.");
    }
    String notRun = "";
    String survived = "";
    for (TestProgram test : right) {
      Experiment without = test.istKnockedOut();
      verdict.cite(without.reference());
      if (test.istKeptOut().ran() && test.passesWithIstKeptOut()) {
        verdict.cite(test.istKeptOut().reference());
        survived =
            ("With gate 8's IST field cleared from the beginning on, %s finds that out, or needs none, and passes"
                    + " all the same (%s).")
                .formatted(test.id(), test.istKeptOut().ending());
      } else if (!without.ran()) {
        notRun = without.whyNot();
      } else if (without.tripleFaulted()) {
        verdict.because(
            "With gate 8's IST field cleared, %s ended in a triple fault.".formatted(test.id()));
        return;
      } else {
        survived =
            "With gate 8's IST field cleared, %s did not fail: %s."
                .formatted(test.id(), without.ending());
      }
    }
    if (!survived.isEmpty()) {
      throw verdict.fails(survived + " So its pass does not show that the interrupt stack works.");
    }
    throw verdict.undecided("Not observed. " + notRun);
  }

  private static boolean holds(TestProgram test) {
    return test.doubleFaulted()
        && test.overflowed()
        && !test.leaptToTheStacksEnd()
        && !test.tripleFaulted()
        && test.saidSoAfterTheFault()
        && test.exitedWithPass();
  }

  /** How far a test came, to explain the one that came farthest. */
  private static int progress(TestProgram test) {
    if (!test.doubleFaulted()) {
      return test.asSubmitted().flooded() ? 2 : test.sawExceptions() ? 1 : 0;
    }
    int far = test.overflowed() ? 6 : 3;
    if (!test.tripleFaulted()) {
      far += test.saidSoAfterTheFault() ? 2 : 1;
    }
    return far;
  }

  private static String explain(TestProgram test, Submission submission) {
    String seen =
        "\n\n  it printed: %s\n  it ended: %s%s"
            .formatted(
                test.printed(),
                test.ending(),
                test.exceptions().isEmpty()
                    ? "\n  exceptions: none"
                    : "\n  " + String.join("\n  ", test.exceptions()));
    String what;
    List<String> hints = List.of();
    if (test.askedForDoubleFault() && !test.doubleFaulted()) {
      what = "%s enters the double fault handler by an int instruction: that is no stack overflow.";
    } else if (!test.doubleFaulted() && test.asSubmitted().flooded()) {
      what =
          "%s wrote so much before any double fault that it was ended, and what it would have done"
              + " next is not known. Let it write less.";
    } else if (!test.doubleFaulted()) {
      what =
          "No test overflows its stack: the machine saw no double fault in any of them. Closest is"
              + " %s. Does it call a function that calls itself, with a read after the call so that"
              + " the compiler does not make a loop of it?";
    } else if (!test.overflowed()) {
      what =
          "%s double faults, but not by a stack overflow: "
              + (test.beganWithPageFault()
                  ? "the page fault before it was far from the stack."
                  : "it began with no page fault at the stack's end.");
    } else if (test.leaptToTheStacksEnd()) {
      what =
          "%s faults at the end of its stack without having used it ("
              + test.descent()
              + "): the stack pointer was moved there, so nothing overflowed.";
    } else if (test.tripleFaulted()) {
      hints = submission.sources().stackIndex(test);
      what =
          "%s overflows its stack and ends in a triple fault: the double fault handler could not be"
              + " entered. Which IDT and which TSS are in force in this test, and does gate 8 name"
              + " an interrupt stack?";
    } else if (!test.saidSoAfterTheFault()) {
      what =
          test.saidSoBeforeTheFault()
              ? "%s prints its pass text before the double fault, so the text proves nothing."
              : "%s overflows its stack and double faults, but prints no pass text over serial after"
                  + " that.";
    } else {
      what =
          "%s overflows its stack, double faults and says so, but does not exit with QEMU_PASS ("
              + submission.qemuPass()
              + ").";
    }
    return what.formatted(test.id())
        + seen
        + (hints.isEmpty() ? "" : "\n\nThe sources, as a hint:\n  " + String.join("\n  ", hints));
  }
}
