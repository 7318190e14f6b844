package org.bootgrade.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bootgrade.build.BuildSettings;
import org.bootgrade.build.Builder;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.machine.DebugSession;
import org.bootgrade.machine.Emulator;
import org.bootgrade.machine.MachineSettings;
import org.bootgrade.machine.Program;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;
import org.bootgrade.submission.IntakeResult;
import org.bootgrade.submission.Rejected;
import org.bootgrade.submission.SourceTree;
import org.jspecify.annotations.Nullable;

/** Takes one submission as far as its double fault, for a person to look at. */
public final class Debugger {

  /**
   * A machine at a double fault, and what a debugger needs besides.
   *
   * @param session the machine
   * @param elf the program with its symbols, a file of this machine
   * @param sources the folder of this machine that its sources lie in
   * @param builtIn the folder that they lay in when they were compiled, as the debug information
   *     names it
   * @param emulator where the machine runs
   */
  public record Stopped(
      DebugSession session, Path elf, Path sources, String builtIn, Emulator emulator)
      implements AutoCloseable {
    @Override
    public void close() {
      session.close();
      emulator.close();
    }
  }

  /** Nothing of the submission can be debugged. The message is for the student, with the mend. */
  public static final class Impossible extends Exception {
    private static final long serialVersionUID = 1L;

    Impossible(String message) {
      super(message);
    }
  }

  private final Sandbox sandbox;
  private final Path scratch;

  /**
   * @param sandbox where the submission is built and booted
   * @param scratch a folder of its own, for what is needed no longer than this object
   */
  public Debugger(Sandbox sandbox, Path scratch) {
    this.sandbox = sandbox;
    this.scratch = scratch;
  }

  /** Links where the programs are booted. */
  private record Beside(Emulator emulator) implements Builder.Bench {
    @Override
    public <T> T use(Work<T> work) throws InfrastructureFailure {
      return work.in(emulator.workspace());
    }
  }

  /**
   * Builds a submission, boots its programs until one double faults, and stops that one there.
   *
   * @param submission a directory or an archive
   * @param folder where the program with its symbols goes, and the sources of an archive; emptied
   *     first
   * @param wanted the id of the program, or null for the first that double faults: a test, else a
   *     kernel
   * @param say told what is being done, a few words at a time
   * @throws Impossible when the submission is rejected, does not build, or has no such program
   * @throws InfrastructureFailure when something of ours fails
   */
  public Stopped stop(Path submission, Path folder, @Nullable String wanted, Consumer<String> say)
      throws Impossible, InfrastructureFailure {
    Path taken = folder.resolve("sources");
    empty(folder);
    say.accept("reading");
    IntakeResult result = new Intake(IntakeLimits.defaults()).take(submission, taken);
    if (result instanceof Rejected rejected) {
      throw new Impossible("The submission was rejected: " + rejected.reason());
    }
    SourceTree tree = ((Accepted) result).tree();
    Emulator emulator = new Emulator(sandbox, MachineSettings.defaults());
    boolean stopped = false;
    try {
      Builder.Built built =
          new Builder(sandbox, BuildSettings.defaults(), scratch)
              .build(tree, folder, new Beside(emulator), say, (program, files, sources) -> {});
      List<ProgramRecord> candidates = candidates(built.record(), wanted);
      for (ProgramRecord candidate : candidates) {
        Builder.ProgramFiles files = built.files().get(candidate.id());
        if (files == null) {
          continue;
        }
        Program program =
            new Program(
                candidate.id(), files.image(), files.elf(), built.sources(), files.folder());
        say.accept("booting " + candidate.id());
        BootRecord asSubmitted = emulator.observe(program, boot -> Set.of()).get(0);
        if (wanted != null || asSubmitted.doubleFault().isPresent()) {
          say.accept("stopping " + candidate.id());
          DebugSession session = emulator.debug(program, asSubmitted);
          stopped = true;
          return new Stopped(
              session,
              files.elf(),
              Files.isDirectory(submission) ? submission : taken,
              built.sources(),
              emulator);
        }
      }
      throw new Impossible(
          "None of its programs double faults by itself: %s. Name one with --program to stop it at its first instruction."
              .formatted(String.join(", ", candidates.stream().map(ProgramRecord::id).toList())));
    } finally {
      if (!stopped) {
        emulator.close();
      }
    }
  }

  private static List<ProgramRecord> candidates(BuildRecord build, @Nullable String wanted)
      throws Impossible {
    BuildRecord.BuildFailure failure = build.failure();
    if (failure != null) {
      throw new Impossible("It does not build: " + failure.reason());
    }
    List<ProgramRecord> all = new ArrayList<>(build.programs());
    // Stable: the kernel is the first, and the tests come before it here.
    all.sort(Comparator.comparing(p -> p.kind() != ProgramRecord.Kind.TEST));
    List<ProgramRecord> candidates =
        all.stream().filter(p -> wanted == null ? p.built() : p.id().equals(wanted)).toList();
    if (candidates.isEmpty()) {
      throw new Impossible(
          wanted == null
              ? "None of its programs builds. Run ./bootgrade check to see the compiler's words."
              : "It has no program %s. There are: %s."
                  .formatted(
                      wanted, String.join(", ", all.stream().map(ProgramRecord::id).toList())));
    }
    if (!candidates.get(0).built()) {
      throw new Impossible(
          "%s does not build. Run ./bootgrade check to see the compiler's words."
              .formatted(candidates.get(0).id()));
    }
    return candidates;
  }

  private static void empty(Path folder) throws InfrastructureFailure {
    try {
      if (Files.exists(folder)) {
        try (Stream<Path> walk = Files.walk(folder)) {
          for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw disk(folder, e);
    }
  }

  private static InfrastructureFailure disk(Path path, IOException e) {
    return new InfrastructureFailure(
        "%s could not be written (%s)".formatted(path, e),
        "See that it can be written and the disk is not full, then run the command again.",
        e);
  }
}
