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
      throw verdict.fails(
          "%d of %d programs do not build. The compiler's own words:%s"
              .formatted(broken.size(), build.programs(), messages));
    }
    verdict.because("All %d programs build.".formatted(build.programs()));
  }

  private static String indent(String text) {
    return text.indent(2).stripTrailing();
  }
}
