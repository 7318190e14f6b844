package org.bootgrade.build;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Makes boot images of the programs of one submission, in a workspace in which no code of a
 * submission ever runs as a process: where they were compiled, script, tools' input and output
 * could be changed by what a build script left behind.
 */
final class Linker {

  private static final String SCRIPT = "link.sh";

  private final Builder.Bench bench;
  private final BuildSettings settings;
  private final BootloaderKit kit;
  private int linked;

  /**
   * @param bench where it links
   * @param kit the boot loader
   */
  Linker(Builder.Bench bench, BuildSettings settings, BootloaderKit kit) {
    this.bench = bench;
    this.settings = settings;
    this.kit = kit;
  }

  /**
   * What became of a program.
   *
   * @param image the boot image, or null
   * @param log what was said where there is none
   * @param folder where the bench has program and image
   */
  record Linked(byte @Nullable [] image, String log, String folder) {}

  /**
   * Makes boot images of several programs at once.
   *
   * @return one for each, in their order; none at all where anything was not as it should be, which
   *     shows where they are linked one by one
   */
  List<Linked> link(List<byte[]> elfs) throws InfrastructureFailure {
    List<String> folders = folders(elfs.size());
    return bench.use(
        workspace -> {
          Outcome outcome = run(workspace, elfs, folders);
          List<byte[]> images = TakenPrograms.of(outcome, elfs.size());
          if (images.isEmpty()) {
            clear(workspace, folders);
            return List.of();
          }
          List<Linked> all = new ArrayList<>();
          for (int i = 0; i < folders.size(); i++) {
            all.add(new Linked(images.get(i), "", folders.get(i)));
          }
          return all;
        });
  }

  /**
   * Makes a boot image.
   *
   * @param program its id, for messages
   * @param elf the unstripped program; nothing is expected of it
   */
  Linked link(String program, byte[] elf) throws InfrastructureFailure {
    List<String> folders = folders(1);
    String folder = folders.get(0);
    return bench.use(
        workspace -> {
          Optional<Duration> before = workspace.processorTime();
          Outcome outcome = run(workspace, List.of(elf), folders);
          List<byte[]> images = TakenPrograms.of(outcome, 1);
          if (!images.isEmpty()) {
            return new Linked(images.get(0), "", folder);
          }
          clear(workspace, folders);
          if (outcome.end() == Outcome.End.EXITED) {
            return new Linked(null, outcome.err(), folder);
          }
          Optional<Duration> after = workspace.processorTime();
          return notInTime(program, folder, before.flatMap(b -> after.map(a -> a.minus(b))));
        });
  }

  private List<String> folders(int count) {
    List<String> folders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      folders.add("linked" + linked++);
    }
    return folders;
  }

  private Outcome run(Workspace workspace, List<byte[]> elfs, List<String> folders)
      throws InfrastructureFailure {
    workspace.put(List.of(Cargo.script(SCRIPT)));
    List<String> words = new ArrayList<>(List.of("sh", SCRIPT));
    words.add(workspace.cache() + "/" + kit.entry());
    words.add(Integer.toString(settings.maxProgramBytes()));
    for (int i = 0; i < folders.size(); i++) {
      // One by one, because each is held in memory twice meanwhile.
      workspace.put(List.of(Upload.file(folders.get(i) + "/program.elf", elfs.get(i))));
      words.add(workspace.root() + "/" + folders.get(i));
    }
    return workspace.runTrusted(
        Command.of(settings.link(), words.toArray(String[]::new))
            .with(Cargo.environment(workspace))
            .keeping(settings.maxProgramBytes() + TakenPrograms.HEAD * folders.size()));
  }

  private static void clear(Workspace workspace, List<String> folders)
      throws InfrastructureFailure {
    List<String> words = new ArrayList<>(List.of("rm", "-rf", "--"));
    words.addAll(folders);
    workspace.runTrusted(Command.of(Duration.ofMinutes(1), words.toArray(String[]::new)));
  }

  /** A file that keeps the linker busy for ever is the submission's, a busy machine is not. */
  private Linked notInTime(String program, String folder, Optional<Duration> used)
      throws InfrastructureFailure {
    String what =
        "the boot image of %s was not linked within %d s"
            .formatted(program, settings.link().toSeconds());
    if (!TimeLimit.hadItsTime(settings.link(), used)) {
      throw new InfrastructureFailure(what, TimeLimit.MEND);
    }
    return new Linked(null, "error: " + what + "\n", folder);
  }
}
