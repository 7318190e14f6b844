package org.bootgrade.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bootgrade.grading.Assignment;
import org.bootgrade.grading.Criterion;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.sandbox.Limits;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Workspace;

/** Grades what cannot be built, so that nothing has to run; its engine can be broken. */
final class TinyBench implements Bench.Shelf {

  private final Bench bench;
  private final AtomicBoolean broken = new AtomicBoolean();

  @Assignment("tiny")
  static class Fine {
    @Criterion("fine")
    void fine() {}
  }

  TinyBench(Path scratch) throws RubricError {
    Rubric rubric =
        RubricReader.read(
            "tiny.yaml",
            """
            assignment: tiny
            title: A tiny one
            points: 1
            criteria:
              - {id: fine, title: It is fine, points: 1}
            """);
    ClassLoader loader = Objects.requireNonNull(TinyBench.class.getClassLoader());
    GraderSet graders = new GraderSet(loader, List.of(Fine.class), Set.of("fine"), "sha256:a");
    bench =
        new Bench(
            Pipeline.passing(
                new NoSandbox(), new Pipeline.Settings(rubric, graders, "1", ""), scratch),
            rubric);
  }

  /** Lets whatever is graded from now on meet a fault of ours, or no longer. */
  void broken(boolean now) {
    broken.set(now);
  }

  @Override
  public Bench of(ServiceSettings.Assignment assignment) {
    return bench;
  }

  @Override
  public void close() {
    bench.pipeline().close();
  }

  private final class NoSandbox implements Sandbox {
    @Override
    public Workspace open(Role role, Limits limits) {
      throw new AssertionError("nothing is to be run");
    }

    @Override
    public boolean isolates() {
      return true;
    }

    @Override
    public String identity(Role role) {
      if (broken.get()) {
        throw new IllegalStateException("the engine is broken");
      }
      return "none";
    }

    @Override
    public void close() {}
  }
}
