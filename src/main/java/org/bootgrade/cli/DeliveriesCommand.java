package org.bootgrade.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.Reports;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deliveries}: what a running service could not tell others, and telling it again. */
@Command(
    name = "deliveries",
    mixinStandardHelpOptions = true,
    description = {
      "Lists what a running service has told webhooks, or could not tell them, and has it told"
          + " again.",
      "",
      "Without options it lists what counts as dead: it was tried as often as the settings say."
    })
final class DeliveriesCommand implements Callable<Integer> {

  /** Of which deliveries. */
  enum State {
    waiting,
    delivered,
    dead
  }

  /** What is done. */
  static final class What {
    @Option(
        names = "--state",
        paramLabel = "STATE",
        description = "List those that are waiting, delivered or dead (the default).")
    @Nullable State state;

    @Option(
        names = "--replay",
        paramLabel = "ID",
        description = "Have a dead one told again: its id, or \"all\".")
    @Nullable String replay;
  }

  @ArgGroup @Nullable What what;

  @Mixin ServiceOptions service = new ServiceOptions();

  private final Surroundings here;

  DeliveriesCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    ServiceCalls calls = service.calls(here);
    if (what != null && what.replay != null) {
      String path =
          what.replay.equals("all")
              ? "/v1/deliveries/replay"
              : "/v1/deliveries/%s/replay".formatted(id(what.replay));
      int replayed = calls.post(path).path("replayed").asInt();
      here.out()
          .println(replayed == 1 ? "1 is told again." : "%d are told again.".formatted(replayed));
      return ExitCode.OK;
    }
    State state = what == null || what.state == null ? State.dead : what.state;
    JsonNode all = calls.get("/v1/deliveries?state=" + state).path("deliveries");
    if (all.isEmpty()) {
      here.out().println("None is %s.".formatted(state));
    }
    all.forEach(delivery -> here.out().println(line(delivery)));
    return ExitCode.OK;
  }

  private static String id(String written) throws UsageError {
    if (!written.matches("[A-Za-z0-9_-]+")) {
      throw new UsageError("--replay %s: that is no id of a delivery.".formatted(written));
    }
    return written;
  }

  private static String line(JsonNode delivery) {
    return Reports.harmless(
        "%s  %s  %s/%s  grading %d  attempt %d  %s"
            .formatted(
                delivery.path("id").asText(),
                delivery.path("createdAt").asText(),
                delivery.path("course").asText(),
                delivery.path("webhook").asText(),
                delivery.path("grading").asInt(),
                delivery.path("attempts").asInt(),
                delivery.path("said").asText("")));
  }
}
