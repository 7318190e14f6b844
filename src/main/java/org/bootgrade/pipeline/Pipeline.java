package org.bootgrade.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.bootgrade.build.BuildSettings;
import org.bootgrade.build.Builder;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.Folders;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.ProgramRecord;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.evidence.Tools;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.machine.Emulator;
import org.bootgrade.machine.MachineSettings;
import org.bootgrade.machine.Program;
import org.bootgrade.pipeline.Timings.Stage;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.source.SourceReading;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;
import org.bootgrade.submission.IntakeResult;
import org.bootgrade.submission.Rejected;
import org.bootgrade.submission.SourceTree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one submission through all stages. Safe for use by several threads. */
public final class Pipeline implements AutoCloseable {

  /** How often a submission is tried when something of ours fails. */
  private static final int ATTEMPTS = 2;

  /**
   * What a pipeline grades by.
   *
   * @param rubric the rubric
   * @param graders the graders of its assignment
   * @param version this product's version
   * @param build tells apart this build of it from all others, also of the same version; empty
   *     where that cannot be told
   */
  public record Settings(Rubric rubric, GraderSet graders, String version, String build) {}

  /**
   * What a submission may use.
   *
   * @param intake of what is handed in
   * @param build of the build's steps
   * @param machine of the boots
   */
  public record Limits(IntakeLimits intake, BuildSettings build, MachineSettings machine) {
    /** The defaults of each. */
    public static Limits defaults() {
      return new Limits(
          IntakeLimits.defaults(), BuildSettings.defaults(), MachineSettings.defaults());
    }
  }

  /**
   * What became of a submission.
   *
   * @param result its result
   * @param kept whether it is an earlier run's, because nothing has changed since
   */
  public record Graded(Result result, boolean kept) {}

  private static final String EVIDENCE = "evidence";

  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  private final Sandbox sandbox;
  private final Settings settings;
  private final Judge judge;
  private final Builder builder;
  private final Emulators emulators;
  private final Twins twins;
  private final SourceReading sources;
  private final Timings timings = new Timings();
  private final Path scratch;
  private final Intake intake;
  private boolean ended;

  /** How many submissions are being graded. */
  private int active;

  /**
   * A pipeline.
   *
   * @param sandbox where submissions are built and booted
   * @param settings what they are graded by
   * @param scratch a folder of its own, for what is needed no longer than this object
   */
  public Pipeline(Sandbox sandbox, Settings settings, Path scratch) {
    this(sandbox, settings, scratch, Limits.defaults());
  }

  /**
   * A pipeline with limits of its own.
   *
   * @param sandbox where submissions are built and booted
   * @param settings what they are graded by
   * @param scratch a folder of its own, for what is needed no longer than this object
   * @param limits what each of them may use
   */
  public Pipeline(Sandbox sandbox, Settings settings, Path scratch, Limits limits) {
    this(sandbox, settings, scratch, limits, new Twins());
  }

  /**
   * A pipeline for submissions whose folders go away when they are graded, so that none can take
   * another one's evidence.
   *
   * @param sandbox where submissions are built and booted
   * @param settings what they are graded by
   * @param scratch a folder of its own, for what is needed no longer than this object
   */
  public static Pipeline passing(Sandbox sandbox, Settings settings, Path scratch) {
    return new Pipeline(sandbox, settings, scratch, Limits.defaults(), Twins.unknown());
  }

  private Pipeline(Sandbox sandbox, Settings settings, Path scratch, Limits limits, Twins twins) {
    this.twins = twins;
    this.sandbox = sandbox;
    this.settings = settings;
    this.judge = new Judge(settings);
    this.intake = new Intake(limits.intake());
    this.builder = new Builder(sandbox, limits.build(), scratch);
    this.sources = new SourceReading(scratch);
    this.scratch = scratch;
    this.emulators = new Emulators(sandbox, limits.machine());
  }

  /**
   * Grades a submission and writes {@code result.json} and {@code evidence/}.
   *
   * @param id the submission's id
   * @param submission a directory or an archive
   * @param folder {@code OUT/ID}, made where it is not there
   * @param earlier a result of an earlier run, or null; where it is for the same content and by the
   *     same version, its evidence is judged again and nothing built
   * @param say told what is being done, a few words at a time
   * @return the result, also where something of ours failed
   * @throws InfrastructureFailure when not even the result can be written
   */
  public Graded grade(
      String id, Path submission, Path folder, @Nullable Result earlier, Consumer<String> say)
      throws InfrastructureFailure {
    begin();
    try {
      return tried(id, submission, folder, earlier, say);
    } finally {
      over();
    }
  }

  private Graded tried(
      String id, Path submission, Path folder, @Nullable Result earlier, Consumer<String> say)
      throws InfrastructureFailure {
    InfrastructureFailure last = null;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        Graded graded = guarded(id, submission, folder, earlier, say);
        new ResultFile(folder).write(graded.result());
        return graded;
      } catch (InfrastructureFailure e) {
        if (isEnded()) {
          // What fails because we are ended says nothing about the submission, nor about us.
          throw wasEnded(e);
        }
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
        if (attempt < ATTEMPTS) {
          say.accept("trying again (" + e.getMessage() + ")");
        }
      }
    }
    if (last == null) {
      throw new IllegalStateException("there is at least one attempt");
    }
    Result result =
        Result.notGraded(
            new Result.Submission(id, null), settings.rubric(), last, settings.version());
    new ResultFile(folder).write(result);
    return new Graded(result, false);
  }

  /** One submission that meets a fault of ours must not cost the others of its class theirs. */
  private Graded guarded(
      String id, Path submission, Path folder, @Nullable Result earlier, Consumer<String> say)
      throws InfrastructureFailure {
    try {
      return attempt(id, submission, folder, earlier, say);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("submission {} could not be graded", id, e);
      throw new InfrastructureFailure(
          "bootgrade itself is at fault (%s)".formatted(e),
          "Please report it with the end of the log file; it says where this happened.",
          e);
    }
  }

  /**
   * What stored evidence says of a submission whose files have not changed since. The evidence is
   * judged, and not the result believed: a file may have been changed by hand, and rubric and
   * graders may be others.
   */
  @SuppressWarnings("try") // spans are closed, not used
  private Optional<Result> judgedAgain(
      String id, Path folder, @Nullable Result earlier, SourceTree tree, Consumer<String> say) {
    if (earlier == null
        || earlier.status() != Result.Status.GRADED
        || !tree.digest().equals(earlier.submission().digest())
        || !earlier.tool().version().equals(settings.version())) {
      return Optional.empty();
    }
    try {
      Evidence evidence = new EvidenceStore(folder.resolve(EVIDENCE)).read(tree.digest());
      try (Timings.Span span = timings.start(Stage.JUDGING)) {
        return Optional.of(judge.judge(id, evidence));
      }
    } catch (InfrastructureFailure e) {
      say.accept("stored evidence cannot be used, so it is made again (" + e.getMessage() + ")");
      return Optional.empty();
    }
  }

  private static boolean keeps(Result earlier, Result again) {
    return earlier.rubric().equals(again.rubric())
        && Objects.equals(earlier.graders(), again.graders())
        && Objects.equals(earlier.criteria(), again.criteria())
        && earlier.score() != null
        && again.score() != null
        && earlier.score().compareTo(again.score()) == 0;
  }

  @SuppressWarnings("try") // spans are closed, not used
  private Graded attempt(
      String id, Path submission, Path folder, @Nullable Result earlier, Consumer<String> say)
      throws InfrastructureFailure {
    Path taken = scratch.resolve("taken-" + UUID.randomUUID());
    try {
      createDirectories(folder);
      say.accept("reading");
      IntakeResult result;
      try (Timings.Span span = timings.start(Stage.READING)) {
        result = intake.take(submission, taken);
      }
      if (result instanceof Rejected rejected) {
        return new Graded(judge.rejected(id, rejected.reason()), false);
      }
      SourceTree tree = ((Accepted) result).tree();
      Optional<Result> again = judgedAgain(id, folder, earlier, tree, say);
      if (earlier != null && again.isPresent()) {
        return new Graded(again.get(), keeps(earlier, again.get()));
      }
      Evidence evidence = evidence(tree, folder.resolve(EVIDENCE), say);
      say.accept("grading");
      try (Timings.Span span = timings.start(Stage.JUDGING)) {
        return new Graded(
            judge.judgeAnew(
                id, new EvidenceStore(folder.resolve(EVIDENCE)).stored(evidence, tree.digest())),
            false);
      }
    } finally {
      remove(taken);
    }
  }

  private Evidence evidence(SourceTree tree, Path folder, Consumer<String> say)
      throws InfrastructureFailure {
    EvidenceStore store = new EvidenceStore(folder);
    try (Twins.Turn turn = twins.enter(tree.digest())) {
      Evidence evidence;
      if (turn.first().isPresent()) {
        store.copy(new EvidenceStore(turn.first().get()));
        evidence = store.read();
      } else {
        evidence = observe(tree, store, say);
      }
      turn.done(folder);
      return evidence;
    }
  }

  private Evidence observe(SourceTree tree, EvidenceStore store, Consumer<String> say)
      throws InfrastructureFailure {
    // A container takes half a second to start, so the emulator's does while the build runs.
    try (EvidenceStore.Draft draft = store.begin();
        Opening emulator = new Opening(emulators)) {
      Evidence evidence = observe(tree, draft, emulator, say);
      emulator.well();
      return evidence;
    }
  }

  @SuppressWarnings("try") // spans are closed, not used
  private Evidence observe(
      SourceTree tree, EvidenceStore.Draft draft, Opening opening, Consumer<String> say)
      throws InfrastructureFailure {
    List<SourceFact> source;
    try (Timings.Span span = timings.start(Stage.READING)) {
      source = sources.read(tree);
    }
    Map<String, Program> images = new TreeMap<>();
    List<Future<List<BootRecord>>> booted = new ArrayList<>();
    // A program is booted while the next one is built.
    Builder.Built built;
    try (Timings.Span span = timings.start(Stage.BUILDING)) {
      built =
          builder.build(
              tree,
              draft.folder(),
              opening,
              say,
              (program, content, sources) -> {
                Program image =
                    new Program(
                        program.id(), content.image(), content.elf(), sources, content.folder());
                images.put(program.id(), image);
                booted.add(opening.submit(emulator -> observe(program, image, emulator, say)));
              });
    }
    for (ProgramRecord program : built.record().programs()) {
      draft.add(
          "build/" + EvidenceStore.fileName(program.id()) + ".log",
          program.log().getBytes(StandardCharsets.UTF_8));
    }
    List<BootRecord> boots = new ArrayList<>();
    try (Timings.Span span = timings.start(Stage.WAITING)) {
      for (Future<List<BootRecord>> program : booted) {
        boots.addAll(Opening.result(program));
      }
    }
    for (BootRecord exited : exitedWithoutFault(built.record(), boots)) {
      say.accept("experimenting on " + exited.program());
      Program image = images.get(exited.program());
      if (image != null) {
        try (Timings.Span span = timings.start(Stage.EXPERIMENTING)) {
          boots.addAll(
              Opening.result(
                  opening.submit(
                      emulator ->
                          emulator.experiments(
                              image, exited, EnumSet.of(Intervention.EXIT_PORT_ABSENT)))));
        }
      }
    }
    String qemu = booted.isEmpty() ? "" : Opening.result(opening.submit(Emulator::version));
    for (BootRecord boot : boots) {
      draft.add(
          "boots/" + EvidenceStore.fileName(boot.id()) + ".serial.txt",
          boot.keptSerial().getBytes(StandardCharsets.UTF_8));
    }
    Evidence evidence =
        new Evidence(
            Evidence.SCHEMA,
            tree.digest(),
            new Tools(
                settings.version(),
                built.compiler(),
                built.cargo(),
                qemu,
                sandbox.identity(Role.BUILD),
                sandbox.identity(Role.BOOT)),
            built.record(),
            boots,
            source);
    draft.finish(evidence);
    return evidence;
  }

  private List<BootRecord> observe(
      ProgramRecord program, Program image, Emulator emulator, Consumer<String> say)
      throws InfrastructureFailure {
    say.accept("booting " + program.id());
    try (Timings.Span span = timings.start(Stage.BOOTING)) {
      return emulator.observe(
          image,
          boot -> {
            Set<Intervention> wanted = wanted(program, boot, say);
            if (!wanted.isEmpty()) {
              span.next(Stage.EXPERIMENTING);
            }
            return wanted;
          });
    }
  }

  /**
   * Where no test overflows its stack, one that exits without a fault may do so before its
   * overflow: the boots of those.
   */
  private static List<BootRecord> exitedWithoutFault(BuildRecord build, List<BootRecord> boots) {
    boolean overflowed =
        boots.stream()
            .filter(b -> ofTest(build, b))
            .map(BootRecord::delivery)
            .anyMatch(Pipeline::overflowed);
    return overflowed
        ? List.of()
        : boots.stream()
            .filter(b -> ofTest(build, b) && b.intervention() == Intervention.AS_SUBMITTED)
            .filter(b -> b.ending() instanceof Ending.Exited && b.doubleFault().isEmpty())
            .toList();
  }

  private static boolean overflowed(@Nullable Delivery delivery) {
    return delivery != null && delivery.overflowed();
  }

  private static boolean ofTest(BuildRecord build, BootRecord boot) {
    return build
        .program(boot.program())
        .filter(p -> p.kind() == ProgramRecord.Kind.TEST)
        .isPresent();
  }

  /**
   * Which experiments say something about a program; the emulator leaves out what its boot makes
   * pointless.
   */
  private static Set<Intervention> wanted(
      ProgramRecord program, BootRecord boot, Consumer<String> say) {
    if (program.kind() != ProgramRecord.Kind.KERNEL && boot.doubleFault().isEmpty()) {
      return Set.of();
    }
    say.accept("experimenting on " + program.id());
    return program.kind() == ProgramRecord.Kind.KERNEL
        ? EnumSet.of(
            Intervention.INSPECTED,
            Intervention.WILD_WRITE,
            Intervention.WILD_WRITE_WITHOUT_IST,
            Intervention.HANDLER_WATCHED,
            Intervention.OVERFLOW,
            Intervention.OVERFLOW_WITHOUT_IST,
            Intervention.BREAKPOINT,
            Intervention.EXIT_PORT_ABSENT,
            Intervention.FAULT_PAIRS)
        : EnumSet.of(
            Intervention.IST_KNOCKED_OUT,
            Intervention.IST_KEPT_OUT,
            Intervention.EXIT_PORT_ABSENT,
            Intervention.PANIC);
  }

  /** Which build of bootgrade grades; empty where that cannot be told. */
  public String build() {
    return settings.build();
  }

  /** Where the time of all submissions went so far. */
  public Timings timings() {
    return timings;
  }

  /** Has what is being graded end without a result. To be called where the process is ended. */
  public synchronized void end() {
    ended = true;
  }

  /**
   * Waits until nothing is being graded any more.
   *
   * @param patience how long at the most
   */
  public synchronized void awaitEnd(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (long left = patience.toMillis();
        active > 0 && left > 0;
        left = (deadline - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
  }

  private synchronized void begin() throws InfrastructureFailure {
    if (ended) {
      throw wasEnded(null);
    }
    active++;
  }

  private synchronized void over() {
    active--;
    notifyAll();
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private static InfrastructureFailure wasEnded(@Nullable Throwable cause) {
    String what = "bootgrade was ended";
    String mend = "Run the same command again: what was graded is kept.";
    return cause == null
        ? new InfrastructureFailure(what, mend)
        : new InfrastructureFailure(what, mend, cause);
  }

  /** Ends what is kept for further submissions. */
  @Override
  public void close() {
    emulators.close();
  }

  private static void createDirectories(Path folder) throws InfrastructureFailure {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw disk(folder, e);
    }
  }

  private static void remove(Path folder) throws InfrastructureFailure {
    try {
      Folders.remove(folder);
    } catch (IOException e) {
      throw disk(folder, e);
    }
  }

  private static InfrastructureFailure disk(Path folder, IOException e) {
    return new InfrastructureFailure(
        "folder %s could not be written (%s)".formatted(folder, FileTrouble.reason(e, folder)),
        "See that it can be written and the disk is not full, then run the command again.",
        e);
  }
}
