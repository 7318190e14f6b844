package org.bootgrade.build;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Makes boot images of the programs of one submission, in a workspace in which no code of a
 * submission ever runs: where they were compiled, script, tools' input and output could be changed
 * by what a build script left behind.
 */
final class Linker implements AutoCloseable {

  private static final String PROGRAM = "program";

  private final Sandbox sandbox;
  private final BuildSettings settings;
  private final BootloaderKit kit;
  private @Nullable Workspace workspace;

  Linker(Sandbox sandbox, BuildSettings settings, BootloaderKit kit) {
    this.sandbox = sandbox;
    this.settings = settings;
    this.kit = kit;
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
    Workspace clean = workspace;
    if (clean == null) {
      clean = sandbox.open(Role.BUILD);
      workspace = clean;
      clean.put(List.of(Cargo.script("link.sh")));
    }
    clean.put(List.of(Upload.file(PROGRAM, elf)));
    Outcome outcome =
        clean.run(
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
    close();
    String what =
        "the boot image of %s was not linked within %d s"
            .formatted(program, settings.link().toSeconds());
    if (!TimeLimit.hadItsTime(settings.link(), used)) {
      throw new InfrastructureFailure(what, TimeLimit.MEND);
    }
    return new Linked(null, "error: " + what + "\n");
  }

  @Override
  public void close() {
    Workspace open = workspace;
    if (open != null) {
      workspace = null;
      open.close();
    }
  }
}
