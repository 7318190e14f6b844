package org.bootgrade.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.bootgrade.setup.Check;
import org.bootgrade.setup.Setup;
import picocli.CommandLine.Command;

/** {@code doctor}: what is there, what is missing, how to mend it. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Tells what is there, what is missing and how to mend it. Changes nothing.")
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
        new GradingOptions().sandbox(here) == GradingOptions.SandboxKind.process
            ? CONTAINER_AREA
            : PROCESS_AREA;
    String area = "";
    for (Check check : checks) {
      if (!check.area().equals(area)) {
        area = check.area();
        here.out().println(area.equals(optional) ? area + " (optional)" : area);
      }
      String mark =
          switch (check.state()) {
            case OK -> "ok     ";
            case WARNING -> "warning";
            case MISSING -> "missing";
          };
      here.out().println("  %s  %-18s %s".formatted(mark, check.name(), check.detail()));
      if (check.state() != Check.State.OK && !check.mend().isEmpty()) {
        here.out().println("           -> " + check.mend());
      }
    }
    boolean ready =
        checks.stream()
            .filter(c -> !c.area().equals(optional))
            .noneMatch(c -> c.state() == Check.State.MISSING);
    return ready ? ExitCode.OK : ExitCode.NOT_PASSED;
  }
}
