package org.bootgrade.corpus;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.grading.CourseSettings;

/**
 * What an autograder would say of the same submissions that runs the kernel and its tests as they
 * were submitted and believes the exit code and the serial text. It is given all that can be had
 * that way: the same builds, the values and texts of the same rubric, and QEMU's exit code of each
 * program.
 */
final class ExitCodeJudge {

  /** How it judges, for readers of the table. */
  static final List<String> LEGEND =
      List.of(
          "By exit code: the same builds and boots, without exception log, debugger or experiments.",
          "  the test passes    QEMU exits with QEMU_PASS and a pass text was printed over serial,",
          "                     by a test with \"overflow\" in its name, else by any",
          "  the kernel passes  it builds, and its boot ends in no reset (QEMU exits with 0)",
          "  builds             every program builds",
          "  breakpoint-returns, handler-diverges                      where the kernel passes",
          "  double-fault-handled, tss-loaded, stack-index-applied     where kernel and test pass",
          "  stack-overflow-exits, test-is-sensitive                   where the test passes");

  private static final String OVERFLOW = "overflow";

  private final CourseSettings settings;

  ExitCodeJudge(CourseSettings settings) {
    this.settings = settings;
  }

  /** The criteria that it would give points for. */
  Set<String> passed(Evidence evidence) {
    Set<String> passed = new HashSet<>();
    List<ProgramRecord> programs = evidence.build().programs();
    if (!programs.isEmpty() && programs.stream().allMatch(ProgramRecord::built)) {
      passed.add("builds");
    }
    boolean kernel = kernelPasses(evidence);
    boolean test = testPasses(evidence);
    if (kernel) {
      passed.add("breakpoint-returns");
      passed.add("handler-diverges");
    }
    if (kernel && test) {
      passed.add("double-fault-handled");
      passed.add("tss-loaded");
      passed.add("stack-index-applied");
    }
    if (test) {
      passed.add("stack-overflow-exits");
      passed.add("test-is-sensitive");
    }
    return passed;
  }

  private static boolean kernelPasses(Evidence evidence) {
    return evidence.build().programs().stream()
        .filter(p -> p.kind() == ProgramRecord.Kind.KERNEL)
        .flatMap(p -> evidence.boot(p.id(), Intervention.AS_SUBMITTED).stream())
        .anyMatch(
            boot ->
                !(boot.ending() instanceof Ending.TripleFault)
                    && !(boot.ending() instanceof Ending.Reset)
                    && !(boot.ending() instanceof Ending.NotRun));
  }

  private boolean testPasses(Evidence evidence) {
    List<ProgramRecord> tests =
        evidence.build().programs().stream()
            .filter(p -> p.kind() == ProgramRecord.Kind.TEST)
            .toList();
    Predicate<ProgramRecord> named = p -> p.name().contains(OVERFLOW);
    boolean any = tests.stream().noneMatch(named);
    return tests.stream()
        .filter(p -> any || named.test(p))
        .flatMap(p -> evidence.boot(p.id(), Intervention.AS_SUBMITTED).stream())
        .anyMatch(
            boot ->
                boot.ending() instanceof Ending.Exited exited
                    && settings.qemuPass().contains(exited.value())
                    && saysPassed(boot.serial()));
  }

  private boolean saysPassed(String serial) {
    String plain = serial.replaceAll("\u001b\\[[0-9;]*m", "").toLowerCase(Locale.ROOT);
    return settings.passTexts().stream().anyMatch(plain::contains);
  }
}
