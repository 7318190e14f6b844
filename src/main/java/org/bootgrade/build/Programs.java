package org.bootgrade.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.bootgrade.build.Builder.ProgramFiles;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Builds the programs of one submission. As long as all goes well, those that cannot make a
 * difference to each other are built by one call of cargo, which saves a second. Where one of them
 * does not build, each is built by a call of its own, so that it hides no other.
 */
final class Programs {

  /** Where the files of programs go, below the folder that is given. */
  private static final String FOLDER = "programs";

  private static final int MESSAGES_BYTES = 16 << 20;
  private static final int LOG_BYTES = 256 << 10;
  private static final String KILLED_BY_SIGNAL = "(signal: 9, SIGKILL: kill)";

  /** The exit code of the command that takes a program out, where there is no plain file. */
  private static final int NO_FILE = 66;

  private static final String LEFT_BEHIND =
      "\nthe build left so many processes running that its program could not be taken out\n";

  private final BuildSettings settings;
  private final String packageName;
  private final CargoConfig config;
  private final Place place;
  private final Linker linker;
  private final Path folder;
  private final Builder.Listener listener;
  private final List<ProgramRecord> records = new ArrayList<>();
  private final Map<String, ProgramFiles> files = new TreeMap<>();

  private Workspace workspace;

  /**
   * Whether another program is built there. Not after a build that left processes running: what
   * they did until they were ended depends on the moment, and the next program's build may not.
   */
  private boolean usable = true;

  /** Whether a call of cargo there has begun to compile the submission's own code. */
  private boolean ownCodeBegun;

  /** How much of the processors' time was used there up to now. */
  private Duration processorTime = Duration.ZERO;

  /** Where programs are built. */
  interface Place {
    /** The workspace that is ready for it. */
    Workspace workspace();

    /** Another one in its place, in which nothing of the submission has run yet. */
    Workspace another() throws InfrastructureFailure;

    /** A call of cargo there. */
    Command cargo(Duration limit, List<String> arguments);
  }

  /**
   * @param packageName the kernel's crate
   * @param folder the files of the programs go below it, by the names in their records
   * @param listener told of each program that was built
   */
  Programs(
      BuildSettings settings,
      String packageName,
      CargoConfig config,
      Place place,
      Linker linker,
      Path folder,
      Builder.Listener listener) {
    this.settings = settings;
    this.packageName = packageName;
    this.config = config;
    this.place = place;
    this.linker = linker;
    this.folder = folder;
    this.listener = listener;
    this.workspace = place.workspace();
  }

  /** A record of each program, in the order of the plan. */
  List<ProgramRecord> records() {
    return List.copyOf(records);
  }

  /** What was made of those that were built, by id. */
  Map<String, ProgramFiles> files() {
    return Map.copyOf(files);
  }

  /**
   * What is to be built.
   *
   * @param programs the kernel first
   * @param alike whether a test gets the same features of every crate as the kernel
   */
  record Plan(List<Planned> programs, boolean alike) {
    Plan {
      programs = List.copyOf(programs);
    }
  }

  /** One program to build. */
  record Planned(String id, ProgramRecord.Kind kind, CargoMetadata.Target target) {}

  /** The programs of a crate, the kernel first. */
  static Plan plan(CargoMetadata metadata) {
    List<CargoMetadata.Target> binaries =
        metadata.targets().stream().filter(t -> !t.test()).toList();
    Optional<CargoMetadata.Target> kernel =
        binaries.stream()
            .min(
                Comparator.<CargoMetadata.Target>comparingInt(
                        t -> kernelRank(t, metadata.packageName(), metadata.defaultRun()))
                    .thenComparing(CargoMetadata.Target::name));
    List<Planned> planned = new ArrayList<>();
    kernel.ifPresent(t -> planned.add(new Planned("kernel", ProgramRecord.Kind.KERNEL, t)));
    binaries.stream()
        .filter(t -> !kernel.get().equals(t))
        .sorted(Comparator.comparing(CargoMetadata.Target::name))
        .forEach(t -> planned.add(new Planned("bin/" + t.name(), ProgramRecord.Kind.TEST, t)));
    metadata.targets().stream()
        .filter(CargoMetadata.Target::test)
        .sorted(Comparator.comparing(CargoMetadata.Target::name))
        .forEach(t -> planned.add(new Planned("test/" + t.name(), ProgramRecord.Kind.TEST, t)));
    return new Plan(planned, !metadata.hasDevDependencies());
  }

  /**
   * Which of several binaries is the kernel: cargo's default, then src/main.rs, then the package's
   * name.
   */
  private static int kernelRank(
      CargoMetadata.Target target, String packageName, Optional<String> defaultRun) {
    if (defaultRun.isPresent()) {
      return defaultRun.get().equals(target.name()) ? 0 : 4;
    }
    if (target.source().endsWith("src/main.rs")) {
      return 1;
    }
    if (target.name().equals(packageName)) {
      return 2;
    }
    return target.name().startsWith("test") ? 4 : 3;
  }

  /**
   * Builds all of them.
   *
   * @param say told which comes next
   * @throws InfrastructureFailure when something of ours fails
   */
  void build(Plan plan, Consumer<String> say) throws InfrastructureFailure {
    try {
      Files.createDirectories(folder.resolve(FOLDER));
      buildAll(plan, say);
      for (Planned planned : plan.programs()) {
        if (!files.containsKey(planned.id())) {
          // It was compiled, and no boot image came of it.
          Files.deleteIfExists(files(planned).elf());
          Files.deleteIfExists(files(planned).image());
        }
      }
    } catch (IOException e) {
      throw notKept(folder, e);
    }
  }

  private void buildAll(Plan plan, Consumer<String> say) throws InfrastructureFailure {
    long begun = System.nanoTime();
    for (List<Planned> group : groups(plan)) {
      if (group.size() > 1 && inTime(begun)) {
        say.accept("building " + group.stream().map(Planned::id).collect(Collectors.joining(", ")));
        if (together(group)) {
          continue;
        }
      }
      for (Planned planned : group) {
        if (!inTime(begun)) {
          records.add(
              record(
                  planned,
                  ProgramRecord.Outcome.LIMIT,
                  "not built: building the programs before it took longer than the limit of %d s\n"
                      .formatted(settings.programs().toSeconds()),
                  null));
          continue;
        }
        say.accept("building " + planned.id());
        records.add(alone(planned));
      }
    }
  }

  private boolean inTime(long begun) {
    return System.nanoTime() - begun <= settings.programs().toNanos();
  }

  /**
   * What may be built by one call: what asks for the same features. Others might get features of a
   * crate that they would not have alone.
   */
  private static List<List<Planned>> groups(Plan plan) {
    Map<List<Object>, List<Planned>> groups = new LinkedHashMap<>();
    for (Planned planned : plan.programs()) {
      List<Object> key =
          plan.alike()
              ? List.of(planned.target().features())
              : List.of(planned.kind(), planned.target().test(), planned.target().features());
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(planned);
    }
    return List.copyOf(groups.values());
  }

  private Outcome cargo(List<Planned> programs, String messages) throws InfrastructureFailure {
    List<String> arguments =
        new ArrayList<>(
            List.of("cargo", "build", "--offline", "--locked", "--package", packageName));
    for (Planned planned : programs) {
      // With an equals sign no name is taken for an option.
      arguments.add((planned.target().test() ? "--test=" : "--bin=") + planned.target().name());
    }
    arguments.add("--message-format=" + messages);
    List<String> features = programs.get(0).target().features();
    if (!features.isEmpty()) {
      arguments.add("--features=" + String.join(",", features));
    }
    Outcome outcome =
        SharedIndex.run(
            workspace::run, place.cargo(settings.program(), arguments).keeping(MESSAGES_BYTES));
    ownCodeBegun |= TimeLimit.ownCodeBegun(outcome.err(), workspace.root() + "/" + Cargo.SOURCES);
    return outcome;
  }

  private void renewIfSpoiled() throws InfrastructureFailure {
    if (!usable) {
      workspace = place.another();
      usable = true;
      ownCodeBegun = false;
      processorTime = Duration.ZERO;
    }
  }

  /** Keeps in mind what was found after a build. */
  private void took(Workspace.Tidied tidied) {
    usable = tidied.usable() && !tidied.leftRunning();
    processorTime = tidied.processorTime().orElse(processorTime);
  }

  /**
   * Builds several programs by one call of cargo.
   *
   * @return false where anything was not as it should be; then nothing has been kept, and what it
   *     was shows where they are built one by one
   */
  private boolean together(List<Planned> group) throws InfrastructureFailure {
    renewIfSpoiled();
    Outcome outcome = cargo(group, "json");
    CargoMessages messages = CargoMessages.parse(outcome.out());
    List<String> executables =
        group.stream()
            .flatMap(planned -> messages.executable(targetFolder(), planned.target()).stream())
            .toList();
    if (!outcome.succeeded() || executables.size() < group.size()) {
      took(workspace.tidy());
      return false;
    }
    List<Linker.Files> programs = group.stream().map(this::files).toList();
    if (!taken(executables, programs.stream().map(Linker.Files::elf).toList())) {
      return false;
    }
    List<Linker.Linked> linked = linker.link(programs);
    for (int i = 0; i < group.size(); i++) {
      Planned planned = group.get(i);
      String log = messages.diagnostics(planned.target());
      if (planned.kind() == ProgramRecord.Kind.KERNEL) {
        log += outcome.err(); // What build scripts warn of, for example.
      }
      records.add(
          linked(
              planned,
              cut(log),
              linked.isEmpty() ? linker.link(planned.id(), programs.get(i)) : linked.get(i)));
    }
    return true;
  }

  /** Ends the processes of the build and takes its programs out; whether that went well. */
  private boolean taken(List<String> executables, List<Path> elfs) throws InfrastructureFailure {
    int most = settings.maxProgramBytes();
    try (TakenPrograms taken = new TakenPrograms(elfs, most)) {
      Workspace.After after = workspace.tidyAnd(TakenPrograms.command(executables, most), taken);
      took(after.tidied());
      Outcome outcome = after.outcome();
      return usable && outcome != null && outcome.succeeded() && taken.complete();
    } catch (IOException e) {
      throw notKept(folder, e);
    }
  }

  static InfrastructureFailure notKept(Path place, IOException e) {
    return new InfrastructureFailure(
        "a program could not be kept at %s (%s)".formatted(place, FileTrouble.reason(e, place)),
        "See that the disk is not full, then run the command again.",
        e);
  }

  /** Where the files of a program go. */
  private Linker.Files files(Planned planned) {
    return new Linker.Files(folder.resolve(elf(planned)), folder.resolve(image(planned)));
  }

  private ProgramRecord alone(Planned planned) throws InfrastructureFailure {
    renewIfSpoiled();
    ProgramRecord program = compile(planned);
    // Should it have been the engine's doing, it will not happen twice.
    if (program.outcome() == ProgramRecord.Outcome.LIMIT && program.log().endsWith(LEFT_BEHIND)) {
      renewIfSpoiled();
      program = compile(planned);
    }
    return program;
  }

  private ProgramRecord compile(Planned planned) throws InfrastructureFailure {
    Outcome outcome = cargo(List.of(planned), "json-render-diagnostics");
    Workspace.Tidied tidied = workspace.tidy();
    Duration before = processorTime;
    took(tidied);
    String log = cut(outcome.err());
    if (outcome.end() == Outcome.End.TIME_LIMIT) {
      excuse(planned, tidied.usable(), tidied.processorTime().map(t -> t.minus(before)));
    }
    if (!outcome.succeeded()) {
      String limit = limit(outcome);
      return limit.isEmpty()
          ? failed(planned, log)
          : record(planned, ProgramRecord.Outcome.LIMIT, log + "\n" + limit + "\n", null);
    }
    if (!tidied.usable()) {
      return record(planned, ProgramRecord.Outcome.LIMIT, log + LEFT_BEHIND, null);
    }
    Optional<String> found =
        CargoMessages.parse(outcome.out()).executable(targetFolder(), planned.target());
    if (found.isEmpty()) {
      return failed(planned, log + noProgram(planned.target()));
    }
    String executable = found.get();
    int most = settings.maxProgramBytes();
    Linker.Files program = files(planned);
    Outcome taken;
    long bytes;
    try (OutputStream elf = Files.newOutputStream(program.elf())) {
      taken = workspace.runTrusted(taking(executable, most + 1), elf);
      bytes = Files.size(program.elf());
    } catch (IOException e) {
      throw notKept(folder, e);
    }
    if (taken.exitCode() == NO_FILE) {
      return failed(
          planned, log + "error: %s is no plain file that can be read\n".formatted(executable));
    }
    if (!taken.succeeded()) {
      throw new InfrastructureFailure(
          "%s could not be taken out of the build (%s)".formatted(planned.id(), taken.why()),
          "Run ./bootgrade doctor to see whether disk and memory suffice.");
    }
    if (bytes > most) {
      return failed(
          planned,
          log
              + "error: the program has more than %d bytes; the limit is %d MiB\n"
                  .formatted(most, most >> 20));
    }
    return linked(planned, log, linker.link(planned.id(), program));
  }

  private ProgramRecord linked(Planned planned, String log, Linker.Linked linked)
      throws InfrastructureFailure {
    if (!linked.made()) {
      return failed(planned, log + cut(linked.log()));
    }
    Linker.Files program = files(planned);
    ProgramFiles content = new ProgramFiles(program.image(), program.elf(), linked.folder());
    files.put(planned.id(), content);
    String digest;
    try {
      digest = Cargo.sha256(program.image());
    } catch (IOException e) {
      throw notKept(folder, e);
    }
    ProgramRecord record = record(planned, ProgramRecord.Outcome.BUILT, log, "sha256:" + digest);
    listener.built(record, content, workspace.root() + "/" + Cargo.SOURCES);
    return record;
  }

  /** Where cargo puts the programs of the target. */
  private String targetFolder() {
    return workspace.root() + "/" + Cargo.TARGET + "/" + config.targetFolder();
  }

  private static ProgramRecord failed(Planned planned, String log) {
    return record(planned, ProgramRecord.Outcome.FAILED, log, null);
  }

  /** Which limit a build met, in a sentence; empty where it failed by itself. */
  private String limit(Outcome outcome) {
    return switch (outcome.end()) {
      case TIME_LIMIT -> "ended at the limit of %d s".formatted(settings.program().toSeconds());
      case OUTPUT_LIMIT -> "ended because the build printed too much";
      case EXITED -> {
        if (outcome.exitCode() == Command.KILLED) {
          yield "the build was killed: it used more memory than there is, or killed itself";
        }
        if (outcome.err().contains(KILLED_BY_SIGNAL)) {
          yield "a program of the build was killed: the build used more memory than there is, or"
              + " killed it itself";
        }
        yield outcome.err().contains("No space left on device")
            ? "the build used more disk space than there is"
            : "";
      }
    };
  }

  /**
   * Throws where it is no fault of the submission's that a build did not end in time.
   *
   * @param askable whether commands can still be run in its workspace
   * @param used the processors' time that it used; empty where that is not known
   */
  private void excuse(Planned planned, boolean askable, Optional<Duration> used)
      throws InfrastructureFailure {
    String load = "";
    if (askable) {
      Outcome asked =
          workspace.runTrusted(Command.of(Duration.ofSeconds(30), "sh", "-c", TimeLimit.ASK));
      load = asked.succeeded() ? asked.out() : "";
    }
    Optional<InfrastructureFailure> ours =
        TimeLimit.ours(planned.id(), settings.program(), ownCodeBegun, used, load);
    if (ours.isPresent()) {
      throw ours.get();
    }
  }

  /** The command that prints a program's file. */
  private static Command taking(String path, int most) {
    return Command.of(
        Duration.ofMinutes(1),
        "sh",
        "-c",
        "if [ ! -f \"$1\" ] || [ ! -r \"$1\" ] || [ -h \"$1\" ]; then exit %d; fi; head -c \"$2\" -- \"$1\""
            .formatted(NO_FILE),
        "sh",
        path,
        Integer.toString(most));
  }

  private static ProgramRecord record(
      Planned planned, ProgramRecord.Outcome outcome, String log, @Nullable String digest) {
    boolean built = digest != null;
    return new ProgramRecord(
        planned.id(),
        planned.kind(),
        planned.target().name(),
        planned.target().source(),
        outcome,
        log,
        built ? image(planned) : null,
        digest,
        built ? elf(planned) : null);
  }

  private static String image(Planned planned) {
    return FOLDER + "/" + EvidenceStore.fileName(planned.id()) + ".img";
  }

  private static String elf(Planned planned) {
    return FOLDER + "/" + EvidenceStore.fileName(planned.id()) + ".elf";
  }

  /** Cargo was content, so its own words would not say what is wrong. */
  private String noProgram(CargoMetadata.Target target) {
    return """
    error: cargo built %s '%s', but left no program of it in target/%s.
    Is it built for that target, and as a program that can be run?
    """
        .formatted(target.test() ? "the test" : "the binary", target.name(), config.targetFolder());
  }

  private static String cut(String log) {
    return log.length() <= LOG_BYTES ? log : log.substring(0, LOG_BYTES) + "\n[cut]\n";
  }
}
