package org.bootgrade.build;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/**
 * Builds a submission's kernel and test programs into boot images. Safe for use by several threads.
 */
public final class Builder {

  private final Sandbox sandbox;
  private final BuildSettings settings;
  private final Store store;

  private final KnownCrates known = new KnownCrates();

  /** Of compiler and cargo, by name and toolchain. */
  private final ConcurrentMap<String, String> versions = new ConcurrentHashMap<>();

  /**
   * @param sandbox where everything is run
   * @param settings limits of the steps
   * @param scratch a folder for files that are needed no longer than a build
   */
  public Builder(Sandbox sandbox, BuildSettings settings, Path scratch) {
    this.sandbox = sandbox;
    this.settings = settings;
    this.store = new Store(sandbox, scratch);
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
   * @param image the boot image, here
   * @param elf the unstripped program, here
   * @param folder where the {@link Bench} has both, as {@code program.img} and {@code program.elf}
   */
  public record ProgramFiles(Path image, Path elf, String folder) {}

  /** Where boot images are linked. */
  public interface Bench {

    /** What to do there. */
    interface Work<T> {
      T in(Workspace workspace) throws InfrastructureFailure;
    }

    /**
     * Does something there as soon as it is free.
     *
     * @throws InfrastructureFailure when it cannot be had, or the work fails
     */
    <T> T use(Work<T> work) throws InfrastructureFailure;
  }

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
   * @param files the files of its programs go below this folder, by the names in their records
   * @param bench a workspace in which no code of a submission runs as a process
   * @param say told what is being done, a few words at a time
   * @param listener told of each program that was built, in the order of the record
   * @throws InfrastructureFailure when something of ours fails
   */
  public Built build(
      SourceTree tree, Path files, Bench bench, Consumer<String> say, Listener listener)
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
        new Attempt(
            tree,
            crate,
            config,
            sandbox.open(Role.BUILD),
            files,
            bench,
            say,
            listener,
            mends,
            remarks)) {
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
  private final class Attempt implements Programs.Place, AutoCloseable {
    private final SourceTree tree;
    private final KernelCrate crate;
    private final CargoConfig config;
    private final Path files;
    private final Bench bench;
    private final Consumer<String> say;
    private final Listener listener;
    private final List<Mend> mends;
    private final List<Remark> remarks;

    /** Where code of the submission runs. Another one takes its place when it is of no more use. */
    private Workspace workspace;

    private String lock = "";
    private String seedEntry = "";

    Attempt(
        SourceTree tree,
        KernelCrate crate,
        CargoConfig config,
        Workspace workspace,
        Path files,
        Bench bench,
        Consumer<String> say,
        Listener listener,
        List<Mend> mends,
        List<Remark> remarks) {
      this.tree = tree;
      this.crate = crate;
      this.config = config;
      this.workspace = workspace;
      this.files = files;
      this.bench = bench;
      this.say = say;
      this.listener = listener;
      this.mends = mends;
      this.remarks = remarks;
    }

    Built run() throws BuildRefused, InfrastructureFailure {
      Crates.Resolved crates = new Crates(sandbox, settings, say).resolve(tree, crate, workspace);
      mends.addAll(crates.mends());
      lock = crates.lock();
      putSources(lock);
      Seed seed = Seed.of(crate, config, crates.lock());
      seedEntry = ensureSeed(seed) ? seed.entry() : "";
      // Before cargo is asked for anything: what it asks the compiler is in there as well.
      prepare(seedEntry);
      CargoMetadata metadata = metadata();
      remarks.addAll(metadata.remarks());
      CargoMetadata.Bootloader bootloader = metadata.bootloader();
      BootloaderKit kit = new BootloaderKit(bootloader);
      store.ensure(
          workspace,
          kit.entry(),
          fresh -> {
            say.accept("compiling bootloader " + bootloader.version() + " (once)");
            return kit.make(fresh, settings);
          });
      // Before code of the submission runs there: the answers are kept for all submissions.
      String compiler = tool("rustc");
      String cargo = tool("cargo");

      Programs.Plan plan = Programs.plan(metadata);
      if (plan.programs().isEmpty()) {
        throw new BuildRefused(
            crate.manifest().path() + " has neither a binary nor an integration test to boot.");
      }
      if (plan.programs().size() > settings.maxPrograms()) {
        throw new BuildRefused(
            ("%s has %d programs to boot, binaries and integration tests together; the limit is %d."
                    + " Hand in fewer.")
                .formatted(
                    crate.manifest().path(), plan.programs().size(), settings.maxPrograms()));
      }
      Programs programs =
          new Programs(
              settings,
              metadata.packageName(),
              config,
              this,
              new Linker(bench, settings, kit),
              files,
              listener);
      programs.build(plan, say);
      BuildRecord record =
          new BuildRecord(
              metadata.packageName(),
              crate.directory().isEmpty() ? "." : crate.directory(),
              config.target(),
              "bootloader " + bootloader.version(),
              programs.records(),
              mends,
              remarks,
              null);
      return new Built(
          record, compiler, cargo, workspace.root() + "/" + Cargo.SOURCES, programs.files());
    }

    @Override
    public Workspace workspace() {
      return workspace;
    }

    @Override
    public Workspace another() throws InfrastructureFailure {
      workspace.close();
      workspace = sandbox.open(Role.BUILD);
      putSources(lock);
      prepare(seedEntry);
      return workspace;
    }

    @Override
    public Command cargo(Duration limit, List<String> arguments) {
      String directory =
          crate.directory().isEmpty() ? Cargo.SOURCES : Cargo.SOURCES + "/" + crate.directory();
      return new Command(
          arguments, directory, Cargo.environment(workspace), limit, Command.DEFAULT_OUTPUT_BYTES);
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
      String sources = workspace.root() + "/" + Cargo.SOURCES;
      String key =
          KnownCrates.key(
              sandbox.identity(Role.BUILD), sources, config.text(sources), lock, tree, crate);
      Optional<CargoMetadata> told = known.get(key);
      if (told.isPresent()) {
        return told.get();
      }
      CargoMetadata metadata = askCargo(sources);
      known.put(key, metadata);
      return metadata;
    }

    private CargoMetadata askCargo(String sources) throws BuildRefused, InfrastructureFailure {
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
      return CargoMetadata.parse(outcome.stdout(), sources, crate.manifest().path());
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
      String copy = seedEntry.isEmpty() ? "mkdir -p target" : "mkdir -p target" + Seed.COPY;
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
            "the prepared crates could not be copied (%s)".formatted(outcome.why()),
            "Run ./bootgrade doctor to see whether disk and memory suffice.");
      }
    }

    private String tool(String name) throws InfrastructureFailure {
      String key = name + " " + sandbox.identity(Role.BUILD);
      String known = versions.get(key);
      if (known == null) {
        Outcome outcome =
            workspace.runTrusted(Command.of(Duration.ofSeconds(30), name, "--version"));
        if (!outcome.succeeded()) {
          throw new InfrastructureFailure(
              "%s did not tell its version (%s)".formatted(name, outcome.why()),
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
