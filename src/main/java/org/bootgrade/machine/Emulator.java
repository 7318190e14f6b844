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
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Conversation;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

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
   * Boots a program as it was submitted.
   *
   * @throws InfrastructureFailure when the emulator or the sandbox fails; whatever the guest does
   *     is a record
   */
  public BootRecord boot(Program program) throws InfrastructureFailure {
    String folder = folder(program);
    String image = folder + IMAGE;
    String elf = folder + ELF;
    String root = workspace.root() + "/";
    BootCommand.Options options =
        new BootCommand.Options(
            root + image,
            root + folder + "/serial",
            root + folder + "/log",
            settings.memoryMib(),
            OptionalInt.of(settings.exitPort()),
            true,
            BootCommand.OnReset.END);
    Run run = run(options);
    if (run.exitCode() == 1 && !run.errors().isBlank()) {
      // QEMU says why it did not start; a guest that exits with 1 leaves it nothing to say.
      throw failed(run);
    }
    byte[] serial = workspace.read(folder + "/serial", settings.serialBytes() + 1);
    byte[] log = workspace.read(folder + "/log", (int) Math.min(settings.fileBytes(), LOG_BYTES));
    ParsedLog parsed = parse(log);
    List<ExceptionEvent> events =
        new SourceLines(workspace, root + elf, program.sources()).addTo(parsed.events());
    boolean serialTruncated = serial.length > settings.serialBytes();
    String text =
        new String(
            serial, 0, Math.min(serial.length, settings.serialBytes()), StandardCharsets.UTF_8);
    return new BootRecord(
        program.id() + "/as-submitted",
        program.id(),
        Intervention.AS_SUBMITTED,
        ending(run, parsed, folder),
        text,
        serialTruncated,
        run.screen(),
        events,
        parsed.truncated());
  }

  /**
   * Runs experiments on a program: on a machine without an exit port that is taken back to the same
   * moment for each of them. The same program gives the same records.
   *
   * @param asSubmitted what {@link #boot} saw of it
   * @param wanted the experiments; {@link Intervention#AS_SUBMITTED} is none
   * @return a record of each, in the order of {@link Intervention}; the ending of one that could
   *     not be run says why
   * @throws InfrastructureFailure when the emulator or the sandbox fails; whatever the guest does
   *     is a record
   */
  public List<BootRecord> experiments(
      Program program, BootRecord asSubmitted, Set<Intervention> wanted)
      throws InfrastructureFailure {
    String folder = workspace.root() + "/" + folder(program);
    String elf = folder + ELF;
    Symbols symbols = Symbols.read(workspace, elf);
    List<Draft> drafts =
        new Experiments(workspace, settings, program, folder + IMAGE, folder, symbols, asSubmitted)
            .run(wanted);
    return new ExperimentRecords(workspace, settings, program, elf, symbols).of(drafts);
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
            "a boot took more than %d s and the guest had not run for %s of its own time"
                .formatted(settings.hostTime().toSeconds(), settings.guestTime()),
            "Run the command again when the machine is less busy.");
      }
    }
  }

  private Ending ending(Run run, ParsedLog parsed, String folder) throws InfrastructureFailure {
    if (run.exitCode() == -1) {
      return new Ending.StillRunning(run.halted());
    }
    if (run.exitCode() == 0) {
      return parsed.tripleFault() ? new Ending.TripleFault() : new Ending.Reset();
    }
    if (run.exitCode() == ENDED_BY_FILE_SIZE) {
      // A guest can exit with this code, too; then no file is that large.
      for (String stream : List.of("serial", "log")) {
        if (size(folder + "/" + stream) >= settings.fileBytes()) {
          return new Ending.Flooded(stream.equals("log") ? "exceptions" : stream);
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

  private long size(String file) throws InfrastructureFailure {
    Outcome outcome =
        workspace.run(
            Command.of(
                Duration.ofSeconds(30),
                "sh",
                "-c",
                "wc -c <\"$1\" 2>/dev/null || echo 0",
                "sh",
                file));
    String size = outcome.out().strip();
    return size.matches("[0-9]{1,18}") ? Long.parseLong(size) : 0;
  }

  @Override
  public void close() {
    workspace.close();
  }
}
