package org.bootgrade.build;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

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
   * @param made whether there is a boot image
   * @param log what was said where there is none
   * @param folder where the bench has program and image
   */
  record Linked(boolean made, String log, String folder) {}

  /**
   * Makes boot images of several programs at once.
   *
   * @param programs what to link
   * @return one for each, in their order; none at all where anything was not as it should be, which
   *     shows where they are linked one by one
   */
  List<Linked> link(List<Files> programs) throws InfrastructureFailure {
    List<String> folders = folders(programs.size());
    return bench.use(
        workspace -> {
          if (run(workspace, programs, folders).isEmpty()) {
            return folders.stream().map(folder -> new Linked(true, "", folder)).toList();
          }
          clear(workspace, folders);
          return List.of();
        });
  }

  /**
   * The files of a program here.
   *
   * @param elf the unstripped program; nothing is expected of it
   * @param image where its boot image goes
   */
  record Files(Path elf, Path image) {}

  /**
   * Makes a boot image.
   *
   * @param program its id, for messages
   */
  Linked link(String program, Files files) throws InfrastructureFailure {
    List<String> folders = folders(1);
    String folder = folders.get(0);
    return bench.use(
        workspace -> {
          Optional<Duration> before = workspace.processorTime();
          Optional<Outcome> trouble = run(workspace, List.of(files), folders);
          if (trouble.isEmpty()) {
            return new Linked(true, "", folder);
          }
          clear(workspace, folders);
          if (trouble.get().end() == Outcome.End.EXITED) {
            return new Linked(false, trouble.get().err(), folder);
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

  /** Links; gives back what became of the command where not all images came. */
  private Optional<Outcome> run(Workspace workspace, List<Files> programs, List<String> folders)
      throws InfrastructureFailure {
    List<Upload> uploads = new ArrayList<>(List.of(Cargo.script(SCRIPT)));
    List<String> words = new ArrayList<>(List.of("sh", SCRIPT));
    words.add(workspace.cache() + "/" + kit.entry());
    words.add(Integer.toString(settings.maxProgramBytes()));
    for (int i = 0; i < folders.size(); i++) {
      uploads.add(Upload.file(folders.get(i) + "/program.elf", programs.get(i).elf()));
      words.add(workspace.root() + "/" + folders.get(i));
    }
    workspace.put(uploads);
    List<Path> images = programs.stream().map(Files::image).toList();
    long most = (long) settings.maxProgramBytes() * images.size();
    try (TakenPrograms taken = new TakenPrograms(images, most)) {
      Outcome outcome =
          workspace.runTrusted(
              Command.of(settings.link(), words.toArray(String[]::new))
                  .with(Cargo.environment(workspace)),
              taken);
      return outcome.succeeded() && taken.complete() ? Optional.empty() : Optional.of(outcome);
    } catch (IOException e) {
      throw Programs.notKept(images.get(0), e);
    }
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
    return new Linked(false, "error: " + what + "\n", folder);
  }
}
