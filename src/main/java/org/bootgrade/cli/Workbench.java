package org.bootgrade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.pipeline.Debugger;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.sandbox.ContainerSandbox;
import org.bootgrade.sandbox.OwnedFolder;
import org.bootgrade.sandbox.ProcessSandbox;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.setup.Readiness;
import org.bootgrade.setup.Setup;

/** Everything that grading needs, put together from the command line's options. */
final class Workbench implements AutoCloseable {

  private static final String CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
  private static final Duration ENDING = Duration.ofSeconds(5);

  private static final Set<String> PROXY_VARIABLES =
      Set.of("http_proxy", "https_proxy", "no_proxy", "all_proxy");

  private final Sandbox sandbox;
  private final Pipeline pipeline;
  private final OwnedFolder scratch;

  /** Where the Java machine is ended by a signal, nothing is left behind, nor started. */
  private final Thread atTheEnd;

  private Workbench(Sandbox sandbox, Pipeline pipeline, OwnedFolder scratch) {
    this.sandbox = sandbox;
    this.pipeline = pipeline;
    this.scratch = scratch;
    this.atTheEnd = new Thread(this::leaveNothing, "removing what is ours at the end");
  }

  /**
   * Reads the graders, then makes the sandbox ready. What the user got wrong is found before
   * anything is installed or started.
   */
  static Workbench open(
      GradingOptions options, Rubric rubric, Surroundings here, Consumer<String> say)
      throws UsageError, InfrastructureFailure {
    Workbench bench = open(options, rubric, here, say, Pipeline::new);
    Runtime.getRuntime().addShutdownHook(bench.atTheEnd);
    return bench;
  }

  /** The same for a service, which closes it also where the Java machine is ended. */
  static Workbench openForService(
      GradingOptions options, Rubric rubric, Surroundings here, Consumer<String> say)
      throws UsageError, InfrastructureFailure {
    return open(options, rubric, here, say, Pipeline::passing);
  }

  private interface Line {
    Pipeline of(Sandbox sandbox, Pipeline.Settings settings, Path scratch);
  }

  private static Workbench open(
      GradingOptions options, Rubric rubric, Surroundings here, Consumer<String> say, Line line)
      throws UsageError, InfrastructureFailure {
    OwnedFolder scratch = OwnedFolder.make(here.cache().resolve("scratch"));
    boolean opened = false;
    try {
      Pipeline.Settings settings = settings(options, rubric, here, scratch.path());
      Sandbox sandbox = sandbox(options, here, rubric, say);
      opened = true;
      return new Workbench(sandbox, line.of(sandbox, settings, scratch.path()), scratch);
    } finally {
      if (!opened) {
        scratch.close();
      }
    }
  }

  /**
   * What to judge by.
   *
   * @param scratch a folder for graders that have to be compiled; they need it as long as they run
   */
  static Pipeline.Settings settings(
      JudgingOptions options, Rubric rubric, Surroundings here, Path scratch)
      throws UsageError, InfrastructureFailure {
    GraderSet graders = graders(options, here, rubric, scratch);
    try {
      rubric.checkAgainst(graders.criteria());
    } catch (RubricError e) {
      throw new UsageError(e.getMessage());
    }
    return new Pipeline.Settings(rubric, graders, Surroundings.version(), ThisBuild.digest());
  }

  Pipeline pipeline() {
    return pipeline;
  }

  /** What stops a submission at its double fault. */
  Debugger debugger() {
    return new Debugger(sandbox, scratch.path());
  }

  /** What to grade by. */
  static Rubric rubric(JudgingOptions options, Surroundings here) throws UsageError {
    Path file = options.rubric != null ? options.rubric : here.rubric(options.assignment);
    if (options.rubric == null
        && (!options.assignment.matches("[a-z0-9]+(-[a-z0-9]+)*") || !Files.exists(file))) {
      throw new UsageError(
          "unknown assignment '%s'. There are: %s. Or name a rubric with --rubric FILE."
              .formatted(options.assignment, String.join(", ", here.assignments())));
    }
    try {
      Rubric rubric = RubricReader.read(file);
      if (options.assignmentGiven && !rubric.assignment().equals(options.assignment)) {
        throw new UsageError(
            "%s is for assignment '%s', not '%s'."
                .formatted(file, rubric.assignment(), options.assignment));
      }
      return rubric;
    } catch (RubricError e) {
      throw new UsageError(e.getMessage());
    }
  }

  private static GraderSet graders(
      JudgingOptions options, Surroundings here, Rubric rubric, Path scratch)
      throws UsageError, InfrastructureFailure {
    String assignment = rubric.assignment();
    Path path = options.graders;
    if (path == null) {
      path = here.home().resolve("target/bootgrade-" + Surroundings.version() + "-graders.jar");
      if (!Files.exists(path)) {
        path = here.home().resolve("graders").resolve(assignment);
      }
    }
    try {
      return GraderSet.load(path, assignment, scratch);
    } catch (GraderSet.Unusable e) {
      if (e.otherAssignments().isEmpty()) {
        throw new UsageError(e.getMessage());
      }
      throw new UsageError(
          ("%s: the rubric is for assignment '%s', but %s grades %s. Write \"assignment: %s\""
                  + " there, or name graders of '%s' with --graders PATH.")
              .formatted(
                  rubric.placeOfAssignment(),
                  assignment,
                  path,
                  String.join(", ", e.otherAssignments()),
                  e.otherAssignments().get(0),
                  assignment));
    }
  }

  private static Sandbox sandbox(
      GradingOptions options, Surroundings here, Rubric rubric, Consumer<String> say)
      throws UsageError, InfrastructureFailure {
    if (options.sandbox.kind(here) == SandboxOptions.Kind.process) {
      say.accept(
          "The process sandbox isolates nothing: code of a submission runs with your rights. Use it"
              + " for your own work, or inside a container.");
      return new ProcessSandbox(here.cache());
    }
    Readiness readiness = new Setup(here.home()).ensure(options.sandbox.install, say);
    if (readiness instanceof Readiness.Missing missing) {
      throw new InfrastructureFailure(missing.what(), missing.mend());
    }
    Readiness.Ready ready = (Readiness.Ready) readiness;
    String toolchain =
        rubric.toolchainImage() == null ? ready.toolchain().tag() : rubric.toolchainImage();
    return new ContainerSandbox(
        new ContainerSandbox.Settings(
            toolchain, ready.machine().tag(), certificates(here), proxies(here)));
  }

  private static byte[] certificates(Surroundings here) throws InfrastructureFailure {
    for (String file :
        List.of(here.environment().getOrDefault("SSL_CERT_FILE", CA_BUNDLE), CA_BUNDLE)) {
      Path path = Path.of(file);
      if (Files.isRegularFile(path)) {
        try {
          return Files.readAllBytes(path);
        } catch (IOException e) {
          throw new InfrastructureFailure(
              "the CA certificates in %s cannot be read (%s)"
                  .formatted(path, FileTrouble.reason(e, path)),
              "Make the file readable, or unset SSL_CERT_FILE.",
              e);
        }
      }
    }
    return new byte[0];
  }

  private static Map<String, String> proxies(Surroundings here) {
    Map<String, String> proxies = new HashMap<>();
    here.environment()
        .forEach(
            (name, value) -> {
              if (PROXY_VARIABLES.contains(name.toLowerCase(Locale.ROOT))) {
                proxies.put(name, value);
              }
            });
    return proxies;
  }

  @Override
  public void close() {
    pipeline.close();
    leaveNothing();
    try {
      Runtime.getRuntime().removeShutdownHook(atTheEnd);
    } catch (IllegalStateException endingAlready) {
      // It runs, and finds nothing left to do.
    }
  }

  private void leaveNothing() {
    pipeline.end();
    sandbox.close();
    try {
      // What still writes to the folder would make it anew.
      pipeline.awaitEnd(ENDING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    scratch.close();
  }
}
