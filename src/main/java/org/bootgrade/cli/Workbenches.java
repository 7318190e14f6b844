package org.bootgrade.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.server.Bench;
import org.bootgrade.server.ServiceSettings.Assignment;
import org.jspecify.annotations.Nullable;

/** A workbench for each assignment of the service. */
final class Workbenches implements Bench.Shelf {

  private final Surroundings here;
  private final SandboxOptions sandbox;
  private final @Nullable Path folder;
  private final Consumer<String> say;
  private final Map<Assignment, Ready> ready = new HashMap<>();
  private boolean closed;

  private record Ready(Workbench workbench, Bench bench) {}

  /**
   * @param folder from which files of the settings are looked for; null for the current one
   */
  Workbenches(
      Surroundings here, SandboxOptions sandbox, @Nullable Path folder, Consumer<String> say) {
    this.here = here;
    this.sandbox = sandbox;
    this.folder = folder;
    this.say = say;
  }

  @Override
  public synchronized Bench of(Assignment assignment) throws InfrastructureFailure {
    try {
      return open(assignment);
    } catch (UsageError e) {
      // It was right when the worker began.
      throw new InfrastructureFailure(
          String.valueOf(e.getMessage()), "Mend the file, then start the worker again.", e);
    }
  }

  /** Makes an assignment's bench ready. */
  synchronized Bench open(Assignment assignment) throws UsageError, InfrastructureFailure {
    Ready known = ready.get(assignment);
    if (known != null) {
      return known.bench();
    }
    if (closed) {
      throw new InfrastructureFailure("the worker ends", "Start it again.");
    }
    GradingOptions options = options(assignment);
    Rubric rubric = Workbench.rubric(options, here);
    Workbench workbench = Workbench.openForService(options, rubric, here, say);
    Bench bench = new Bench(workbench.pipeline(), rubric);
    ready.put(assignment, new Ready(workbench, bench));
    return bench;
  }

  private GradingOptions options(Assignment assignment) {
    GradingOptions options = new GradingOptions();
    options.sandbox = sandbox;
    options.rubric = path(assignment.rubric());
    options.graders = path(assignment.graders());
    if (options.rubric == null) {
      options.assignment(assignment.id());
    }
    return options;
  }

  private @Nullable Path path(@Nullable String named) {
    if (named == null) {
      return null;
    }
    return folder == null ? Path.of(named) : folder.resolve(named);
  }

  @Override
  public synchronized void close() {
    closed = true;
    ready.values().forEach(r -> r.workbench().close());
    ready.clear();
  }
}
