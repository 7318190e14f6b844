package org.bootgrade.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bootgrade.setup.Check;
import org.bootgrade.setup.Setup;
import picocli.CommandLine.Command;

/** {@code doctor}: what is there, what is missing, how to mend it. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Tells what bootgrade needs on this machine, what of it is missing and how to get it. Changes"
            + " nothing.")
final class DoctorCommand implements Callable<Integer> {

  private static final String PROCESS_AREA = "process sandbox";
  private static final String CONTAINER_AREA = "containers";

  private final Surroundings here;

  DoctorCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError {
    List<Check> checks = new Setup(here.home()).examine();
    String optional =
        new SandboxOptions().kind(here) == SandboxOptions.Kind.process
            ? CONTAINER_AREA
            : PROCESS_AREA;
    lines(checks, optional).forEach(here.out()::println);
    return exitCode(checks, optional);
  }

  /**
   * What only the other sandbox would need is no failure, nor is what the next run makes itself.
   */
  static int exitCode(List<Check> checks, String optional) {
    return checks.stream()
            .filter(c -> !c.area().equals(optional))
            .noneMatch(c -> c.state() == Check.State.MISSING)
        ? ExitCode.OK
        : ExitCode.NOT_PASSED;
  }

  /** What is printed. What mends several things of an area is said once, below the last of them. */
  static List<String> lines(List<Check> checks, String optional) {
    List<String> lines = new ArrayList<>();
    String area = "";
    for (int i = 0; i < checks.size(); i++) {
      Check check = checks.get(i);
      if (!check.area().equals(area)) {
        area = check.area();
        lines.add(area.equals(optional) ? area + " (optional)" : area);
      }
      String mark =
          switch (check.state()) {
            case OK -> "ok     ";
            case WARNING -> "warning";
            case MISSING -> "missing";
          };
      lines.add("  %s  %-18s %s".formatted(mark, check.name(), check.detail()));
      boolean saidBelow =
          checks.subList(i + 1, checks.size()).stream()
              .anyMatch(c -> c.area().equals(check.area()) && c.mend().equals(check.mend()));
      if (check.state() != Check.State.OK && !check.mend().isEmpty() && !saidBelow) {
        lines.add("           -> " + check.mend());
      }
    }
    return lines;
  }
}
