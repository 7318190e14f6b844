package doublefaults;

import java.util.List;
import org.bootgrade.grading.Assignment;
import org.bootgrade.grading.Build;
import org.bootgrade.grading.Criterion;
import org.bootgrade.grading.Submission;
import org.bootgrade.grading.Verdict;

/** Does everything that was handed in build? */
@Assignment("double-faults")
final class BuildGrader {

  private static final String NO_KERNEL =
      "There is no kernel: neither src/main.rs nor a [[bin]] in Cargo.toml makes a program of it. A"
          + " library and its tests alone cannot be booted as a kernel.";

  @Criterion("builds")
  void theKernelAndItsTestsBuild(Submission submission, Verdict verdict) {
    Build build = submission.build();
    build
        .failure()
        .ifPresent(
            why -> {
              throw verdict.fails(why);
            });
    List<Build.Broken> broken = build.broken();
    String also = build.lacksKernel() ? NO_KERNEL + "\n\n" : "";
    StringBuilder messages = new StringBuilder();
    String last = "";
    for (Build.Broken program : broken) {
      verdict.cite(program.log());
      messages.append("\n\n%s (%s) does not build".formatted(program.program(), program.source()));
      // An error in the kernel's library breaks every program with the same words.
      if (program.message().equals(last)) {
        messages.append(" for the same reason.");
      } else {
        messages.append(":\n\n").append(indent(program.message()));
      }
      last = program.message();
    }
    if (!broken.isEmpty()) {
      // A kernel that is not there is one more program that does not build.
      int wanted = build.programs() + (build.lacksKernel() ? 1 : 0);
      throw verdict.partly(
          build.programs() - broken.size(),
          wanted,
          also
              + "%d of %d programs do not build. The compiler's own words:%s"
                  .formatted(broken.size(), build.programs(), messages));
    }
    if (build.lacksKernel()) {
      throw verdict.partly(build.programs(), build.programs() + 1, NO_KERNEL);
    }
    int tests = build.programs() - 1;
    verdict.because(
        (switch (tests) {
              case 0 -> "The kernel builds; there are no tests in tests/.";
              case 1 -> "Both programs build: the kernel and 1 test.";
              default ->
                  "All %d programs build: the kernel and %d tests.".formatted(tests + 1, tests);
            })
            + " Unit tests inside src/ are not built or run.");
  }

  private static String indent(String text) {
    return text.indent(2).stripTrailing();
  }
}
