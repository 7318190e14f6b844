package org.bootgrade.build;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.BuildRecord.BuildFailure;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.evidence.BuildRecord.Remark;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.submission.SourceFile;
import org.bootgrade.submission.SourceTree;
import org.jspecify.annotations.Nullable;

/**
 * Builds a submission's kernel and test programs into boot images. Safe for use by several threads.
 */
public final class Builder {

  private static final int MESSAGES_BYTES = 16 << 20;
  private static final int LOG_BYTES = 256 << 10;
  private static final String KILLED_BY_SIGNAL = "(signal: 9, SIGKILL: kill)";

  /** The exit code of the command that takes a program out, where there is no plain file. */
  private static final int NO_FILE = 66;

  private static final String LEFT_BEHIND =
      "\nthe build left so many processes running that its program could not be taken out\n";

  private final Sandbox sandbox;
  private final BuildSettings settings;
  private final Store store;

  /** Of compiler and cargo, by name and toolchain. */
  private final ConcurrentMap<String, String> versions = new ConcurrentHashMap<>();

  /**
   * @param sandbox where everything is run
   * @param settings limits of the steps
   */
  public Builder(Sandbox sandbox, BuildSettings settings) {
    this.sandbox = sandbox;
    this.settings = settings;
    this.store = new Store(sandbox);
  }

  /**
   * What a build leaves.
   *
   * @param record the build and its programs
   * @param compiler {@code rustc --version}
   * @param cargo {@code cargo --version}
   * @param sources the folder that the submission lay in when it was compiled
   * @param files boot image and unstripped program of each program that was built, by program id
   */
  public record Built(
      BuildRecord record,
      String compiler,
      String cargo,
      String sources,
      Map<String, ProgramFiles> files) {
    public Built {
      files = Map.copyOf(files);
    }
  }

  /**
   * The files of a program.
   *
   * @param image the boot image
   * @param elf the unstripped program
   */
  public record ProgramFiles(byte[] image, byte[] elf) {}

  /** Told of each program as soon as it is built, while the next is still to come. */
  public interface Listener {
    /**
     * A program was built.
     *
     * @param program its record
     * @param files its boot image and unstripped program
     * @param sources the folder that the submission lay in when it was compiled
     */
    void built(ProgramRecord program, ProgramFiles files, String sources);
  }

  /**
   * Builds a submission. Whatever is wrong with it stands in the record.
   *
   * @param tree the submission
   * @param say told what is being done, a few words at a time
   * @param listener told of each program that was built, in the order of the record
   * @throws InfrastructureFailure when something of ours fails
   */
  public Built build(SourceTree tree, Consumer<String> say, Listener listener)
      throws InfrastructureFailure {
    KernelCrate crate;
    CargoConfig config;
    try {
      crate = KernelCrate.find(tree);
    } catch (BuildRefused e) {
      return refused("", "", "", List.of(), List.of(), e.failure());
    }
    String name = crate.manifest().packageName();
    String directory = crate.directory().isEmpty() ? "." : crate.directory();
    try {
      config = CargoConfig.read(tree, crate);
    } catch (BuildRefused e) {
      return refused(name, directory, "", List.of(), List.of(), e.failure());
    }
    List<Mend> mends = new ArrayList<>(config.mends());
    mends.addAll(crate.mends());
    List<Remark> remarks = new ArrayList<>(config.remarks());
    try (Attempt attempt =
        new Attempt(tree, crate, config, sandbox.open(Role.BUILD), say, listener, mends, remarks)) {
      return attempt.run();
    } catch (BuildRefused e) {
      return refused(name, directory, config.target(), mends, remarks, e.failure());
    }
  }

  private static Built refused(
      String crate,
      String directory,
      String target,
      List<Mend> mends,
      List<Remark> remarks,
      BuildFailure failure) {
    return new Built(
        new BuildRecord(crate, directory, target, "", List.of(), mends, remarks, failure),
        "",
        "",
        "",
        Map.of());
  }

  /** One build. */
  private final class Attempt implements AutoCloseable {
    private final SourceTree tree;
    private final KernelCrate crate;
    private final CargoConfig config;
    private final Consumer<String> say;
    private final Listener listener;
    private final List<Mend> mends;
    private final List<Remark> remarks;

    /** Where code of the submission runs. Another one takes its place when it is of no more use. */
    private Workspace workspace;

    /**
     * Whether another program is built there. Not after a build that left processes running: what
     * they did until they were ended depends on the moment, and the next program's build may not.
     */
    private boolean usable = true;

    /** How much of the processors' time was used there up to now. */
    private Duration processorTime = Duration.ZERO;

    Attempt(
        SourceTree tree,
        KernelCrate crate,
        CargoConfig config,
        Workspace workspace,
        Consumer<String> say,
        Listener listener,
        List<Mend> mends,
        List<Remark> remarks) {
      this.tree = tree;
      this.crate = crate;
      this.config = config;
      this.workspace = workspace;
      this.say = say;
      this.listener = listener;
      this.mends = mends;
      this.remarks = remarks;
    }

    Built run() throws BuildRefused, InfrastructureFailure {
      Crates.Resolved crates = new Crates(sandbox, settings, say).resolve(tree, crate, workspace);
      mends.addAll(crates.mends());
      putSources(crates.lock());
      CargoMetadata metadata = metadata();
      remarks.addAll(metadata.remarks());
      CargoMetadata.Bootloader bootloader = metadata.bootloader();

      Seed seed = Seed.of(crate, config, crates.lock());
      boolean seeded = ensureSeed(seed);
      BootloaderKit kit = new BootloaderKit(bootloader);
      store.ensure(
          workspace,
          kit.entry(),
          fresh -> {
            say.accept("compiling bootloader " + bootloader.version() + " (once)");
            return kit.make(fresh, settings);
          });
      String seedEntry = seeded ? seed.entry() : "";
      prepare(seedEntry);
      // Before code of the submission runs there: the answers are kept for all submissions.
      String compiler = tool("rustc");
      String cargo = tool("cargo");

      List<Planned> plan = plan(metadata);
      if (plan.isEmpty()) {
        throw new BuildRefused(
            crate.manifest().path() + " has neither a binary nor an integration test to boot.");
      }
      if (plan.size() > settings.maxPrograms()) {
        throw new BuildRefused(
            ("%s has %d programs to boot, binaries and integration tests together; the limit is %d."
                    + " Hand in fewer.")
                .formatted(crate.manifest().path(), plan.size(), settings.maxPrograms()));
      }
      List<ProgramRecord> programs = new ArrayList<>();
      Map<String, ProgramFiles> files = new TreeMap<>();
      long begun = System.nanoTime();
      try (Linker linker = new Linker(sandbox, settings, kit)) {
        for (Planned planned : plan) {
          if (System.nanoTime() - begun > settings.programs().toNanos()) {
            programs.add(
                record(
                    planned,
                    ProgramRecord.Outcome.LIMIT,
                    "not built: building the programs before it took longer than the limit of %d s\n"
                        .formatted(settings.programs().toSeconds()),
                    null));
            continue;
          }
          say.accept("building " + planned.id());
          if (!usable) {
            renew(crates.lock(), seedEntry);
          }
          ProgramRecord program = build(planned, metadata.packageName(), linker, files);
          if (program.outcome() == ProgramRecord.Outcome.LIMIT && onceMore(program)) {
            renew(crates.lock(), seedEntry);
            program = build(planned, metadata.packageName(), linker, files);
          }
          programs.add(program);
        }
      }
      BuildRecord record =
          new BuildRecord(
              metadata.packageName(),
              crate.directory().isEmpty() ? "." : crate.directory(),
              config.target(),
              "bootloader " + bootloader.version(),
              programs,
              mends,
              remarks,
              null);
      return new Built(record, compiler, cargo, workspace.root() + "/" + Cargo.SOURCES, files);
    }

    /** Goes on in a workspace in which nothing has run yet. */
    private void renew(String lock, String seedEntry) throws InfrastructureFailure {
      workspace.close();
      workspace = sandbox.open(Role.BUILD);
      usable = true;
      processorTime = Duration.ZERO;
      putSources(lock);
      prepare(seedEntry);
    }

    @Override
    public void close() {
      workspace.close();
    }

    private void putSources(String lock) throws InfrastructureFailure {
      List<Upload> files = new ArrayList<>();
      String sources = workspace.root() + "/" + Cargo.SOURCES;
      for (SourceFile file : tree.files()) {
        String path = file.path();
        // Cargo's configuration and the choice of a compiler are ours.
        boolean ours =
            path.matches("(.*/)?\\.cargo/config(\\.toml)?")
                || path.matches("(.*/)?rust-toolchain(\\.toml)?")
                || path.equals(Crates.lockPath(crate));
        if (!ours && !(config.spec().isPresent() && path.equals(config.target()))) {
          files.add(Upload.file(Cargo.SOURCES + "/" + path, crate.bytes(tree, path)));
        }
      }
      files.add(file(Cargo.SOURCES + "/" + Crates.lockPath(crate), lock));
      config
          .spec()
          .ifPresent(spec -> files.add(file(Cargo.SOURCES + "/" + config.target(), spec.json())));
      files.add(file(".cargo/config.toml", config.text(sources)));
      workspace.put(files);
    }

    private CargoMetadata metadata() throws BuildRefused, InfrastructureFailure {
      Outcome outcome =
          SharedIndex.run(
              workspace::runTrusted,
              cargo(
                      Duration.ofMinutes(1),
                      List.of(
                          "cargo", "metadata", "--format-version", "1", "--offline", "--locked"))
                  .keeping(CargoMetadata.LONGEST));
      if (outcome.end() == Outcome.End.TIME_LIMIT) {
        throw new InfrastructureFailure(
            "cargo did not tell of the submission's crates within a minute", TimeLimit.MEND);
      }
      if (!outcome.succeeded()) {
        throw new BuildRefused(
            "cargo cannot read the submission's manifests. Its message is below.", outcome.err());
      }
      return CargoMetadata.parse(
          outcome.stdout(), workspace.root() + "/" + Cargo.SOURCES, crate.manifest().path());
    }

    /**
     * A seed saves time and decides nothing: where the dependencies do not compile by themselves,
     * the program's own build says so in cargo's words.
     */
    private boolean ensureSeed(Seed seed) throws InfrastructureFailure {
      try {
        store.ensure(
            workspace,
            seed.entry(),
            fresh -> {
              say.accept("compiling core and crates (once for this set)");
              return seed.make(fresh, settings);
            });
        return true;
      } catch (BuildRefused e) {
        say.accept("building without a prepared set of crates");
        return false;
      }
    }

    private void prepare(String seedEntry) throws InfrastructureFailure {
      String copy =
          seedEntry.isEmpty() ? "mkdir -p target" : "mkdir -p target && cp -a \"$1/.\" target/";
      Outcome outcome =
          workspace.runTrusted(
              Command.of(
                  Duration.ofMinutes(2),
                  "sh",
                  "-c",
                  copy,
                  "sh",
                  workspace.cache() + "/" + seedEntry));
      if (!outcome.succeeded()) {
        throw new InfrastructureFailure(
            "the prepared crates could not be copied (%s)".formatted(outcome.err().strip()),
            "Run ./bootgrade doctor to see whether disk and memory suffice.");
      }
    }

    /** One program to build. */
    private record Planned(String id, ProgramRecord.Kind kind, CargoMetadata.Target target) {}

    private List<Planned> plan(CargoMetadata metadata) {
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
      return planned;
    }

    /**
     * Which of several binaries is the kernel: cargo's default, then src/main.rs, then the
     * package's name.
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

    private ProgramRecord build(
        Planned planned, String packageName, Linker linker, Map<String, ProgramFiles> files)
        throws InfrastructureFailure {
      CargoMetadata.Target target = planned.target();
      List<String> arguments =
          new ArrayList<>(
              List.of("cargo", "build", "--offline", "--locked", "--package", packageName));
      // With an equals sign no name is taken for an option.
      arguments.add((target.test() ? "--test=" : "--bin=") + target.name());
      arguments.add("--message-format=json-render-diagnostics");
      if (!target.features().isEmpty()) {
        arguments.add("--features=" + String.join(",", target.features()));
      }
      Outcome outcome =
          SharedIndex.run(
              workspace::run, cargo(settings.program(), arguments).keeping(MESSAGES_BYTES));
      Workspace.Tidied tidied = workspace.tidy();
      usable = tidied.usable() && !tidied.leftRunning();
      String log = cut(outcome.err());
      if (outcome.end() == Outcome.End.TIME_LIMIT) {
        excuse(
            planned,
            outcome.err(),
            tidied.usable(),
            tidied.processorTime().map(t -> t.minus(processorTime)));
      }
      processorTime = tidied.processorTime().orElse(processorTime);
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
          CargoMessages.executable(
              outcome.out(),
              workspace.root() + "/" + Cargo.TARGET + "/" + config.targetFolder(),
              target.name());
      if (found.isEmpty()) {
        return failed(planned, log + noProgram(target));
      }
      String executable = found.get();
      int most = settings.maxProgramBytes();
      Outcome taken = workspace.runTrusted(taking(executable, most + 1));
      if (taken.exitCode() == NO_FILE) {
        return failed(planned, log + "error: %s is no plain file\n".formatted(executable));
      }
      if (!taken.succeeded()) {
        throw new InfrastructureFailure(
            "%s could not be taken out of the build (%s)"
                .formatted(planned.id(), taken.err().strip()),
            "Run ./bootgrade doctor to see whether disk and memory suffice.");
      }
      byte[] elf = taken.stdout();
      if (elf.length > most) {
        return failed(
            planned,
            log
                + "error: the program has more than %d bytes; the limit is %d MiB\n"
                    .formatted(most, most >> 20));
      }
      Linker.Linked linked = linker.link(planned.id(), elf);
      byte[] image = linked.image();
      if (image == null) {
        return failed(planned, log + cut(linked.log()));
      }
      ProgramFiles content = new ProgramFiles(image, elf);
      files.put(planned.id(), content);
      ProgramRecord record =
          record(planned, ProgramRecord.Outcome.BUILT, log, digest(files, planned));
      listener.built(record, content, workspace.root() + "/" + Cargo.SOURCES);
      return record;
    }

    private static ProgramRecord failed(Planned planned, String log) {
      return record(planned, ProgramRecord.Outcome.FAILED, log, null);
    }

    /**
     * Whether a build that left its workspace unusable is tried again. Should it have been the
     * engine's doing, it will not happen twice.
     */
    private static boolean onceMore(ProgramRecord program) {
      return program.log().endsWith(LEFT_BEHIND);
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
    private void excuse(Planned planned, String log, boolean askable, Optional<Duration> used)
        throws InfrastructureFailure {
      String load = "";
      if (askable) {
        Outcome asked =
            workspace.runTrusted(Command.of(Duration.ofSeconds(30), "sh", "-c", TimeLimit.ASK));
        load = asked.succeeded() ? asked.out() : "";
      }
      Optional<InfrastructureFailure> ours =
          TimeLimit.ours(
              planned.id(),
              settings.program(),
              TimeLimit.ownCodeBegun(log, workspace.root() + "/" + Cargo.SOURCES),
              used,
              load);
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
              "if [ ! -f \"$1\" ] || [ -h \"$1\" ]; then exit %d; fi; head -c \"$2\" -- \"$1\""
                  .formatted(NO_FILE),
              "sh",
              path,
              Integer.toString(most))
          .keeping(most);
    }

    private static ProgramRecord record(
        Planned planned, ProgramRecord.Outcome outcome, String log, @Nullable String digest) {
      boolean built = digest != null;
      String base = "programs/" + planned.id().replace('/', '-');
      return new ProgramRecord(
          planned.id(),
          planned.kind(),
          planned.target().name(),
          planned.target().source(),
          outcome,
          log,
          built ? base + ".img" : null,
          digest,
          built ? base + ".elf" : null);
    }

    private static String digest(Map<String, ProgramFiles> files, Planned planned) {
      ProgramFiles program = files.get(planned.id());
      if (program == null) {
        throw new IllegalStateException("a program that was built has files");
      }
      return "sha256:" + Cargo.sha256(program.image());
    }

    /** Cargo was content, so its own words would not say what is wrong. */
    private String noProgram(CargoMetadata.Target target) {
      return """
          error: cargo built %s '%s', but left no program of it in target/%s.
          Is it built for that target, and as a program that can be run?
          """
          .formatted(
              target.test() ? "the test" : "the binary", target.name(), config.targetFolder());
    }

    private static String cut(String log) {
      return log.length() <= LOG_BYTES ? log : log.substring(0, LOG_BYTES) + "\n[cut]\n";
    }

    private Command cargo(Duration limit, List<String> arguments) {
      String directory =
          crate.directory().isEmpty() ? Cargo.SOURCES : Cargo.SOURCES + "/" + crate.directory();
      return new Command(
          arguments, directory, Cargo.environment(workspace), limit, Command.DEFAULT_OUTPUT_BYTES);
    }

    private String tool(String name) throws InfrastructureFailure {
      String key = name + " " + sandbox.identity(Role.BUILD);
      String known = versions.get(key);
      if (known == null) {
        Outcome outcome =
            workspace.runTrusted(Command.of(Duration.ofSeconds(30), name, "--version"));
        if (!outcome.succeeded()) {
          throw new InfrastructureFailure(
              "%s did not tell its version (%s)".formatted(name, outcome.err().strip()),
              "Run ./bootgrade doctor to see whether the toolchain is well.");
        }
        known = outcome.out().lines().findFirst().orElse("").strip();
        versions.put(key, known);
      }
      return known;
    }

    private static Upload file(String path, String text) {
      return Upload.file(path, text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
