package org.bootgrade.machine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.evidence.SerialEnd;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.machine.PlainBoot.Run;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/** Boots programs and writes down what the machine did. Not for use by several threads at once. */
public final class Emulator implements AutoCloseable {

  private static final String ELF = "/program.elf";

  /** How much of an exception log is read. */
  private static final int LOG_BYTES = 64 << 20;

  /** How long a log's line about a byte that was written to the serial port is at least. */
  private static final long TRACED_BYTE = 32;

  /** How long it is at the most. */
  private static final long TRACED_BYTE_AT_MOST = 40;

  private final Workspace workspace;
  private final MachineSettings settings;
  private final Firmware firmware;
  private final Map<Program, Place> places = new HashMap<>();

  /** Those that were read, by the folder of their program. */
  private final Map<String, Symbols> symbolTables = new HashMap<>();

  private @Nullable String version;

  /**
   * Where a program is in the workspace.
   *
   * @param folder its absolute path
   */
  private record Place(String folder, Drive drive) {
    String elf() {
      return folder + ELF;
    }
  }

  /**
   * Opens a workspace to boot in.
   *
   * @throws InfrastructureFailure when the sandbox cannot give one, or the emulator does not start
   */
  public Emulator(Sandbox sandbox, MachineSettings settings) throws InfrastructureFailure {
    this.workspace = sandbox.open(Role.BOOT);
    this.settings = settings;
    boolean ready = false;
    try {
      this.firmware = Firmware.run(workspace, settings);
      ready = true;
    } finally {
      if (!ready) {
        workspace.close();
      }
    }
  }

  /**
   * The emulator's version, as it says it.
   *
   * @throws InfrastructureFailure when it does not start
   */
  public String version() throws InfrastructureFailure {
    String known = version;
    if (known == null) {
      known = askVersion();
      version = known;
    }
    return known;
  }

  private String askVersion() throws InfrastructureFailure {
    Outcome outcome =
        workspace.run(Command.of(Duration.ofSeconds(30), QemuProcess.PROGRAM, "--version"));
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "%s does not start (%s)".formatted(QemuProcess.PROGRAM, outcome.why()),
          "Run ./bootgrade doctor to see whether the emulator is installed.");
    }
    return outcome.out().lines().findFirst().orElse("").strip();
  }

  /**
   * Boots a program as it was submitted, then runs experiments on it: on a machine whose exit port
   * does nothing, and that is taken back to the same moment for each of them. The same program
   * gives the same records.
   *
   * @param wanted which experiments to run, given the boot; {@link Intervention#AS_SUBMITTED} is
   *     none
   * @return the boot, then a record of each experiment in the order of {@link Intervention}; the
   *     ending of one that could not be run says why
   * @throws InfrastructureFailure when the emulator or the sandbox fails; whatever the guest does
   *     is a record
   */
  public List<BootRecord> observe(Program program, Function<BootRecord, Set<Intervention>> wanted)
      throws InfrastructureFailure {
    Place place = place(program);
    String folder = place.folder();
    String elf = place.elf();
    Drive drive = place.drive();
    String serial = folder + "/serial";
    String log = folder + "/log";
    Run run =
        run(
            new BootCommand.Options(
                drive.disk(),
                drive.state(),
                serial,
                log,
                settings.memoryMib(),
                settings.exitPorts(),
                BootCommand.OnExit.END,
                true,
                BootCommand.OnReset.END),
            drive);
    if (run.failedToRun()) {
      throw failed(run);
    }
    ExceptionLog exceptions =
        new ExceptionLog(
            new ExceptionLog.Limits(LOG_BYTES, settings.events()),
            KernelEntry.afterLowMemoryBootloader());
    List<Errands.Result> left =
        Errands.run(
            workspace,
            List.of(
                Errand.file(settings.serialBytes() + 1, serial),
                Errand.file(
                    (int) Math.min(settings.fileBytes(), LOG_BYTES), log, exceptions.stream()),
                Symbols.errand(elf)));
    BootRecord asSubmitted =
        asSubmitted(program, run, left.get(0), exceptions.parsed(), left.get(1).size())
            .endingWith(end(serial, left.get(0).size()));
    Symbols symbols = Symbols.of(left.get(2));
    symbolTables.put(folder, symbols);
    Set<Intervention> experiments = wanted.apply(asSubmitted);
    List<Draft> drafts =
        experiments.isEmpty()
            ? List.of()
            : new Experiments(workspace, settings, drive, folder, symbols, asSubmitted)
                .run(experiments);
    return new ExperimentRecords(workspace, settings, program, elf, symbols)
        .of(asSubmitted, drafts);
  }

  /**
   * Runs more experiments on a program that was observed before.
   *
   * @param asSubmitted its plain boot
   * @param wanted which experiments
   * @return a record of each, in the order of {@link Intervention}
   * @throws InfrastructureFailure when the emulator or the sandbox fails
   */
  public List<BootRecord> experiments(
      Program program, BootRecord asSubmitted, Set<Intervention> wanted)
      throws InfrastructureFailure {
    Place place = place(program);
    String elf = place.elf();
    Symbols symbols = symbols(place);
    List<Draft> drafts =
        new Experiments(workspace, settings, place.drive(), place.folder(), symbols, asSubmitted)
            .run(wanted);
    List<BootRecord> records =
        new ExperimentRecords(workspace, settings, program, elf, symbols).of(asSubmitted, drafts);
    return records.subList(1, records.size());
  }

  private Symbols symbols(Place place) throws InfrastructureFailure {
    Symbols known = symbolTables.get(place.folder());
    if (known == null) {
      known = Symbols.of(Errands.run(workspace, List.of(Symbols.errand(place.elf()))).get(0));
      symbolTables.put(place.folder(), known);
    }
    return known;
  }

  /** The end of a serial output of which not all is kept; that is rare, and asked for then. */
  private @Nullable SerialEnd end(String serial, long size) throws InfrastructureFailure {
    long from = SerialEnd.begin(size, settings.serialBytes());
    if (from >= size) {
      return null;
    }
    Errands.Result tail =
        Errands.run(
                workspace,
                List.of(
                    Errand.tool(
                        settings.serialBytes(),
                        List.of("tail", "-c", Long.toString(size - from), serial))))
            .get(0);
    if (tail.exitCode() != 0) {
      throw new InfrastructureFailure(
          "what a program printed could not be read (tail ended with %d)"
              .formatted(tail.exitCode()),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
    }
    return new SerialEnd(from, tail.text());
  }

  private BootRecord asSubmitted(
      Program program, Run run, Errands.Result serial, ParsedLog parsed, long logged)
      throws InfrastructureFailure {
    int kept = Math.min(serial.head().length, settings.serialBytes());
    return new BootRecord(
        BootRecord.id(program.id(), Intervention.AS_SUBMITTED),
        program.id(),
        Intervention.AS_SUBMITTED,
        ending(run, parsed, Map.of("serial", serial.size(), "exceptions", logged)),
        new String(serial.head(), 0, kept, StandardCharsets.UTF_8),
        serial.size() > settings.serialBytes(),
        run.screen(),
        parsed.events(),
        parsed.truncated());
  }

  /**
   * Boots a program and stops it at its double fault, for a person to look at with a debugger: at
   * the first instruction of its handler, or where none is entered at the instruction that faults.
   * A program without a double fault is stopped at its first instruction. The machine's exit port
   * does nothing.
   *
   * @param asSubmitted its plain boot
   * @throws InfrastructureFailure when the emulator or the sandbox fails, or the program does not
   *     boot
   */
  public DebugSession debug(Program program, BootRecord asSubmitted) throws InfrastructureFailure {
    Place place = place(program);
    String elf = place.elf();
    MachineSettings longer = settings.forDebugging();
    Symbols symbols = symbols(place);
    Experiments experiments =
        new Experiments(workspace, longer, place.drive(), place.folder(), symbols, asSubmitted);
    LiveMachine machine =
        LiveMachine.start(workspace, longer, experiments.options(), place.drive().registers());
    boolean open = false;
    try {
      DebugStop stop = new DebugApproach(experiments, machine, symbols, asSubmitted).go();
      BootRecord found =
          new ExperimentRecords(workspace, longer, program, elf, symbols)
              .of(asSubmitted, List.of(stop.draft()))
              .get(1);
      DebugSession session = new DebugSession(machine, stop, asSubmitted, found);
      open = true;
      return session;
    } catch (GdbException e) {
      throw Experiments.failure(e, machine);
    } finally {
      if (!open) {
        machine.close();
      }
    }
  }

  /**
   * Where it boots. Tools may be run there between two boots, on what was made of the submission
   * whose programs it boots.
   */
  public Workspace workspace() {
    return workspace;
  }

  /**
   * Forgets the programs it was given, for those of another submission. No guest outlives the
   * process that it ran in, and nothing is left of what it wrote.
   *
   * @return whether it can be used for another one; where it cannot, it is to be closed
   * @throws InfrastructureFailure when the sandbox fails
   */
  public boolean forget() throws InfrastructureFailure {
    places.clear();
    symbolTables.clear();
    return workspace.clear(Set.of(Firmware.FOLDER)) && firmware.untouched();
  }

  /** The program's place in the workspace; its files are put there once. */
  private Place place(Program program) throws InfrastructureFailure {
    Place known = places.get(program);
    if (known != null) {
      return known;
    }
    String folder = program.folder();
    if (folder == null) {
      folder = "boot" + places.size();
      workspace.put(
          List.of(
              Upload.file(folder + "/" + Firmware.IMAGE, program.image()),
              Upload.file(folder + ELF, program.elf())));
    }
    Place place = new Place(workspace.root() + "/" + folder, firmware.drive(folder, program));
    places.put(program, place);
    return place;
  }

  private Run run(BootCommand.Options options, Drive drive) throws InfrastructureFailure {
    try (LiveMachine machine = LiveMachine.start(workspace, settings, options, drive.registers())) {
      try {
        return new PlainBoot(machine, settings, () -> logged(options)).run(drive);
      } catch (GdbException e) {
        if (e.kind() == GdbException.Kind.CLOSED) {
          return ended(machine, e);
        }
        throw stuck(machine, e);
      }
    }
  }

  /** How much the log has grown by all but the lines about bytes that were printed. */
  private long logged(BootCommand.Options options) throws InfrastructureFailure {
    List<Errands.Result> files =
        Errands.run(
            workspace, List.of(Errand.file(0, options.log()), Errand.file(0, options.serial())));
    return files.get(0).size() - files.get(1).size() * TRACED_BYTE_AT_MOST;
  }

  private static Run ended(LiveMachine machine, GdbException cause) throws InfrastructureFailure {
    try {
      return new Run(machine.exitCode(), false, List.of(), machine.errors());
    } catch (GdbException e) {
      cause.addSuppressed(e);
      throw stuck(machine, cause);
    }
  }

  private static InfrastructureFailure stuck(LiveMachine machine, GdbException e) {
    return new InfrastructureFailure(
        "the emulator could not boot a program (%s; %s)"
            .formatted(e.getMessage(), machine.errors().strip()),
        "Run the command again when the machine is less busy; if it fails again, ./bootgrade doctor"
            + " tells what is wrong.",
        e);
  }

  /**
   * @param sizes of the files that the guest can fill, by what they hold
   */
  private Ending ending(Run run, ParsedLog parsed, Map<String, Long> sizes)
      throws InfrastructureFailure {
    if (run.exitCode() == PlainBoot.STOPPED) {
      return new Ending.StillRunning(run.halted());
    }
    if (run.exitCode() == 0) {
      return parsed.tripleFault() ? new Ending.TripleFault() : new Ending.Reset();
    }
    if (run.exitCode() == LiveMachine.ENDED_BY_FILE_SIZE) {
      // A guest can exit with this code, too; then no file is that large.
      for (Map.Entry<String, Long> file : new TreeMap<>(sizes).entrySet()) {
        if (file.getValue() >= settings.fileBytes()) {
          // The exception log also has a line for each byte that went to the serial port.
          boolean traced = parsed.serialBytes() * TRACED_BYTE > file.getValue() / 2;
          return new Ending.Flooded(traced ? "serial" : file.getKey());
        }
      }
    }
    if (run.errors().contains(LiveMachine.FATAL)) {
      return new Ending.Aborted(
          run.errors()
              .lines()
              .filter(l -> l.contains(LiveMachine.FATAL))
              .findFirst()
              .orElse("")
              .replaceFirst(".*" + LiveMachine.FATAL, ""));
    }
    if (run.exitCode() % 2 == 1 && run.exitCode() < 256) {
      return new Ending.Exited(run.exitCode());
    }
    throw failed(run);
  }

  private static InfrastructureFailure failed(Run run) {
    return new InfrastructureFailure(
        "the emulator failed with exit code %d (%s)"
            .formatted(run.exitCode(), run.errors().strip()),
        "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
  }

  @Override
  public void close() {
    workspace.close();
  }
}
