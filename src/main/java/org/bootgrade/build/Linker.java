package org.bootgrade.build;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes boot images of the programs of one submission, in a workspace in which no code of a
 * submission ever runs: where they were compiled, script, tools' input and output could be changed
 * by what a build script left behind.
 */
final class Linker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Linker.class);

  private static final String PROGRAM = "program";

  private final Sandbox sandbox;
  private final BuildSettings settings;
  private final BootloaderKit kit;
  private final ExecutorService thread;
  private @Nullable Future<Workspace> opened;

  /** Begins to open the workspace, which takes as long as a program takes to compile. */
  Linker(Sandbox sandbox, BuildSettings settings, BootloaderKit kit) {
    this.sandbox = sandbox;
    this.settings = settings;
    this.kit = kit;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread worker = new Thread(work, "opening the linker's workspace");
              worker.setDaemon(true);
              return worker;
            });
    this.opened = thread.submit(this::open);
  }

  private Workspace open() throws InfrastructureFailure {
    Workspace clean = sandbox.open(Role.BUILD);
    boolean ready = false;
    try {
      clean.put(List.of(Cargo.script("link.sh")));
      ready = true;
      return clean;
    } finally {
      if (!ready) {
        clean.close();
      }
    }
  }

  private Workspace workspace() throws InfrastructureFailure {
    Future<Workspace> opening = opened;
    if (opening == null) {
      opening = thread.submit(this::open);
      opened = opening;
    }
    try {
      return opening.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InfrastructureFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("a workspace could not be opened", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure(
          "interrupted while a boot image was linked", "Run the same command again.", e);
    }
  }

  /**
   * What became of a program.
   *
   * @param image the boot image, or null
   * @param log what was said where there is none
   */
  record Linked(byte @Nullable [] image, String log) {}

  /**
   * Makes a boot image.
   *
   * @param program its id, for messages
   * @param elf the unstripped program; nothing is expected of it
   */
  Linked link(String program, byte[] elf) throws InfrastructureFailure {
    Workspace clean = workspace();
    clean.put(List.of(Upload.file(PROGRAM, elf)));
    Outcome outcome =
        clean.runTrusted(
            Command.of(
                    settings.link(),
                    "sh",
                    "link.sh",
                    clean.cache() + "/" + kit.entry(),
                    PROGRAM,
                    Integer.toString(settings.maxProgramBytes()))
                .with(Cargo.environment(clean))
                .keeping(settings.maxProgramBytes()));
    if (outcome.end() != Outcome.End.EXITED) {
      return notInTime(program, clean);
    }
    if (!outcome.succeeded()) {
      return new Linked(null, outcome.err());
    }
    return new Linked(outcome.stdout(), "");
  }

  /** A file that keeps the linker busy for ever is the submission's, a busy machine is not. */
  private Linked notInTime(String program, Workspace clean) throws InfrastructureFailure {
    Optional<Duration> used = clean.tidy().processorTime();
    forget();
    String what =
        "the boot image of %s was not linked within %d s"
            .formatted(program, settings.link().toSeconds());
    if (!TimeLimit.hadItsTime(settings.link(), used)) {
      throw new InfrastructureFailure(what, TimeLimit.MEND);
    }
    return new Linked(null, "error: " + what + "\n");
  }

  /** Closes the workspace; another one is opened where one is needed. */
  private void forget() {
    Future<Workspace> opening = opened;
    opened = null;
    if (opening == null) {
      return;
    }
    try {
      opening.get().close();
    } catch (ExecutionException neverOpened) {
      // Whoever needed it was told; where nothing was compiled nobody does.
      LOG.info("no workspace to link in was opened: {}", neverOpened.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    forget();
    thread.shutdown();
  }
}
