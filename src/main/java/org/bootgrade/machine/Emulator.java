package org.bootgrade.machine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Conversation;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/** Boots programs and writes down what the machine did. Not for use by several threads at once. */
public final class Emulator implements AutoCloseable {

  private static final String IMAGE = "/program.img";
  private static final String ELF = "/program.elf";
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /**
   * How long the guest runs between two looks at it. Shorter ones would show in the exception log.
   */
  private static final Duration SLICE = Duration.ofMillis(50);

  /** How much of an exception log is read. */
  private static final int LOG_BYTES = 32 << 20;

  /** 128 and SIGXFSZ. */
  private static final int ENDED_BY_FILE_SIZE = 153;

  private final Workspace workspace;
  private final MachineSettings settings;
  private final Map<Program, String> folders = new HashMap<>();
  private @Nullable String version;

  /**
   * Opens a workspace to boot in.
   *
   * @throws InfrastructureFailure when the sandbox cannot give one
   */
  public Emulator(Sandbox sandbox, MachineSettings settings) throws InfrastructureFailure {
    this.workspace = sandbox.open(Role.BOOT);
    this.settings = settings;
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
          "%s does not start (%s)".formatted(QemuProcess.PROGRAM, outcome.err().strip()),
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
    String folder = workspace.root() + "/" + folder(program);
    String image = folder + IMAGE;
    String elf = folder + ELF;
    String serial = folder + "/serial";
    String log = folder + "/log";
    Run run =
        run(
            new BootCommand.Options(
                image,
                serial,
                log,
                settings.memoryMib(),
                settings.exitPort(),
                BootCommand.OnExit.END,
                true,
                BootCommand.OnReset.END));
    if (run.exitCode() == 1 && !run.errors().isBlank()) {
      // QEMU says why it did not start; a guest that exits with 1 leaves it nothing to say.
      throw failed(run);
    }
    List<Errands.Result> left =
        Errands.run(
            workspace,
            List.of(
                Errand.file(settings.serialBytes() + 1, serial),
                Errand.file((int) Math.min(settings.fileBytes(), LOG_BYTES), log),
                Symbols.errand(elf)));
    BootRecord asSubmitted = asSubmitted(program, run, left.get(0), left.get(1));
    Symbols symbols = Symbols.of(left.get(2));
    Set<Intervention> experiments = wanted.apply(asSubmitted);
    List<Draft> drafts =
        experiments.isEmpty()
            ? List.of()
            : new Experiments(workspace, settings, program, image, folder, symbols, asSubmitted)
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
    String folder = workspace.root() + "/" + folder(program);
    String elf = folder + ELF;
    Symbols symbols = Symbols.of(Errands.run(workspace, List.of(Symbols.errand(elf))).get(0));
    List<Draft> drafts =
        new Experiments(workspace, settings, program, folder + IMAGE, folder, symbols, asSubmitted)
            .run(wanted);
    List<BootRecord> records =
        new ExperimentRecords(workspace, settings, program, elf, symbols).of(asSubmitted, drafts);
    return records.subList(1, records.size());
  }

  private BootRecord asSubmitted(
      Program program, Run run, Errands.Result serial, Errands.Result log)
      throws InfrastructureFailure {
    ParsedLog parsed = parse(log.head());
    int kept = Math.min(serial.head().length, settings.serialBytes());
    return new BootRecord(
        BootRecord.id(program.id(), Intervention.AS_SUBMITTED),
        program.id(),
        Intervention.AS_SUBMITTED,
        ending(run, parsed, Map.of("serial", serial.size(), "exceptions", log.size())),
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
    String folder = workspace.root() + "/" + folder(program);
    String elf = folder + ELF;
    MachineSettings longer = settings.forDebugging();
    Symbols symbols = Symbols.of(Errands.run(workspace, List.of(Symbols.errand(elf))).get(0));
    Experiments experiments =
        new Experiments(workspace, longer, program, folder + IMAGE, folder, symbols, asSubmitted);
    LiveMachine machine = LiveMachine.start(workspace, longer, experiments.options());
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
      throw new InfrastructureFailure(
          "the emulator did not do as it was told (%s; %s)"
              .formatted(e.getMessage(), machine.errors().strip()),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.",
          e);
    } finally {
      if (!open) {
        machine.close();
      }
    }
  }

  /** The program's folder in the workspace; its files are put there once. */
  private String folder(Program program) throws InfrastructureFailure {
    String known = folders.get(program);
    if (known != null) {
      return known;
    }
    String folder = "boot" + folders.size();
    workspace.put(
        List.of(
            Upload.file(folder + IMAGE, program.image()),
            Upload.file(folder + ELF, program.elf())));
    folders.put(program, folder);
    return folder;
  }

  private ParsedLog parse(byte[] log) {
    try {
      return ExceptionLog.parse(
          new ByteArrayInputStream(log),
          new ExceptionLog.Limits(log.length, settings.events()),
          KernelEntry.afterLowMemoryBootloader());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("bytes in memory can be read", e);
    }
  }

  /**
   * How QEMU's run went.
   *
   * @param exitCode its exit code, or -1 where we ended it
   * @param halted whether the processor was halted when we ended it
   * @param screen what was on the text screen then
   * @param errors what QEMU said
   */
  private record Run(int exitCode, boolean halted, List<String> screen, String errors) {}

  private Run run(BootCommand.Options options) throws InfrastructureFailure {
    Command qemu = QemuProcess.command(workspace, settings, options);
    try (Conversation conversation = workspace.converse(qemu)) {
      try (GdbClient gdb = GdbClient.open(conversation.output(), conversation.input(), ANSWER)) {
        return follow(gdb, conversation);
      } catch (GdbException e) {
        OptionalInt code = conversation.exitCode(Duration.ofSeconds(2));
        if (code.isPresent()) {
          return new Run(code.getAsInt(), false, List.of(), conversation.errors());
        }
        throw new InfrastructureFailure(
            "the emulator stopped answering (%s; %s)"
                .formatted(e.getMessage(), conversation.errors().strip()),
            "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.",
            e);
      }
    }
  }

  private Run follow(GdbClient gdb, Conversation conversation)
      throws GdbException, InfrastructureFailure {
    long begin = System.nanoTime();
    Stillness stillness = new Stillness();
    while (true) {
      Stop stop = gdb.runFor(SLICE, ANSWER);
      if (stop instanceof Stop.Suspended) {
        return new Run(0, false, List.of(), conversation.errors());
      }
      if (!stop.alive()) {
        OptionalInt code = conversation.exitCode(ANSWER);
        if (code.isEmpty()) {
          throw new InfrastructureFailure(
              "the emulator ended its conversation but not itself",
              "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
        }
        return new Run(code.getAsInt(), false, List.of(), conversation.errors());
      }
      boolean spinning = stillness.lasts(gdb.registers(ANSWER));
      if (spinning || GuestClock.read(gdb, ANSWER).compareTo(settings.guestTime()) >= 0) {
        boolean halted = gdb.monitor("info registers", ANSWER).contains("HLT=1");
        List<String> screen = TextScreen.read(gdb, ANSWER);
        gdb.kill(ANSWER);
        return new Run(-1, halted, screen, conversation.errors());
      }
      if (System.nanoTime() - begin > settings.hostTime().toNanos()) {
        throw new InfrastructureFailure(
            "a boot took more than %d s and the guest had not run for %d s of its own time"
                .formatted(settings.hostTime().toSeconds(), settings.guestTime().toSeconds()),
            "Run the command again when the machine is less busy.");
      }
    }
  }

  /**
   * @param sizes of the files that the guest can fill, by what they hold
   */
  private Ending ending(Run run, ParsedLog parsed, Map<String, Long> sizes)
      throws InfrastructureFailure {
    if (run.exitCode() == -1) {
      return new Ending.StillRunning(run.halted());
    }
    if (run.exitCode() == 0) {
      return parsed.tripleFault() ? new Ending.TripleFault() : new Ending.Reset();
    }
    if (run.exitCode() == ENDED_BY_FILE_SIZE) {
      // A guest can exit with this code, too; then no file is that large.
      for (Map.Entry<String, Long> file : new TreeMap<>(sizes).entrySet()) {
        if (file.getValue() >= settings.fileBytes()) {
          return new Ending.Flooded(file.getKey());
        }
      }
    }
    if (run.errors().contains("qemu: fatal: ")) {
      return new Ending.Aborted(
          run.errors()
              .lines()
              .filter(l -> l.contains("qemu: fatal: "))
              .findFirst()
              .orElse("")
              .replaceFirst(".*qemu: fatal: ", ""));
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
