package org.bootgrade.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bootgrade.cli.Terminal;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.sandbox.Limits;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.setup.ReadyMachine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One emulator for several submissions. */
class EmulatorReuseIT {

  private static final Path SAMPLES = Terminal.HOME.resolve("src/samples/double-faults");

  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir private static Path ground;
  @TempDir private Path out;

  private static ContainerSandbox containers;
  private static Pipeline.Settings settings;

  @BeforeAll
  static void aReadyMachine() throws Exception {
    containers = ReadyMachine.sandbox();
    Rubric rubric = RubricReader.read(Terminal.HOME.resolve("rubrics/double-faults.yaml"));
    GraderSet graders =
        GraderSet.load(Terminal.HOME.resolve("graders/double-faults"), rubric.assignment(), ground);
    settings = new Pipeline.Settings(rubric, graders, "reuse", "");
  }

  @AfterAll
  static void close() {
    if (containers != null) {
      containers.close();
    }
  }

  /** Remembers the workspaces for booting. */
  private record Boots(Sandbox real, List<Workspace> opened) implements Sandbox {
    @Override
    public Workspace open(Role role, Limits limits) throws InfrastructureFailure {
      Workspace workspace = real.open(role, limits);
      if (role == Role.BOOT) {
        opened.add(workspace);
      }
      return workspace;
    }

    @Override
    public boolean isolates() {
      return real.isolates();
    }

    @Override
    public String identity(Role role) throws InfrastructureFailure {
      return real.identity(role);
    }

    @Override
    public void close() {}
  }

  private Result grade(Pipeline pipeline, String sample, String id) throws Exception {
    Result result =
        pipeline.grade(id, SAMPLES.resolve(sample), out.resolve(id), null, step -> {}).result();
    assertThat(result.status()).as(result.message()).isEqualTo(Result.Status.GRADED);
    return result;
  }

  private String evidence(String id) throws Exception {
    return Files.readString(out.resolve(id).resolve("evidence/evidence.json"))
        // Cargo tells how long it took.
        .replaceAll("Finished [^\\n\"]*? in [0-9.]+s", "Finished");
  }

  @Test
  void aSubmissionIsSeenAsIfTheEmulatorWereNew() throws Exception {
    List<Workspace> opened = new ArrayList<>();
    try (Pipeline alone = new Pipeline(new Boots(containers, opened), settings, ground)) {
      grade(alone, "osirs", "alone");
    }
    assertThat(opened).hasSize(1);

    try (Pipeline several = new Pipeline(new Boots(containers, opened), settings, ground)) {
      grade(several, "handler-returns", "before");
      // What somebody who got out of a guest might leave.
      opened
          .get(1)
          .run(
              Command.of(
                  LIMIT,
                  "sh",
                  "-c",
                  "echo x >planted; echo x >/tmp/planted; setsid sleep 300 >/dev/null 2>&1 &"));
      grade(several, "osirs", "after");

      assertThat(opened).as("containers").hasSize(2);
      assertThat(evidence("after")).isEqualTo(evidence("alone"));
      assertThat(
              opened
                  .get(1)
                  .run(
                      Command.of(
                          LIMIT, "sh", "-c", "ls planted /tmp/planted; pgrep -x sleep -u 1000"))
                  .out())
          .isEmpty();
    }
  }

  @Test
  void anEmulatorWhoseFirmwareWasChangedIsNotUsedAgain() throws Exception {
    List<Workspace> opened = new ArrayList<>();
    try (Pipeline pipeline = new Pipeline(new Boots(containers, opened), settings, ground)) {
      grade(pipeline, "handler-returns", "first");
      opened.get(0).run(Command.of(LIMIT, "sh", "-c", "echo x >>firmware/disk.qcow2"));
      grade(pipeline, "osirs", "second");
    }
    assertThat(opened).hasSize(2);
  }

  @Test
  void anEmulatorThatIsGoneIsReplaced() throws Exception {
    List<Workspace> opened = new ArrayList<>();
    try (Pipeline pipeline = new Pipeline(new Boots(containers, opened), settings, ground)) {
      grade(pipeline, "handler-returns", "first");
      opened.get(0).close();
      assertThat(grade(pipeline, "osirs", "second").score()).isEqualByComparingTo("100");
    }
    assertThat(opened).hasSize(2);
  }
}
