package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.Intervention;
import org.bootgrade.machine.LiveMachine.Reason;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * Runs the experiments on one program, on one machine that is taken back to the same moment for
 * each of them. The machine has no exit port: a handler that uses it is then seen to its end, and
 * the machine stays.
 */
final class Experiments {

  /** Where a log goes that nobody reads. */
  static final String NO_LOG = "/dev/null";

  private final Workspace workspace;
  private final MachineSettings settings;
  private final Drive drive;
  private final String folder;
  private final Symbols symbols;
  private final @Nullable ExceptionEvent doubleFault;
  private final int earlier;
  private final Ending asSubmitted;
  private int machines;
  private int logs;

  /**
   * @param drive the program's disk
   * @param folder an absolute path in the workspace, for this program's files
   * @param asSubmitted what the program did by itself
   */
  Experiments(
      Workspace workspace,
      MachineSettings settings,
      Drive drive,
      String folder,
      Symbols symbols,
      BootRecord asSubmitted) {
    this.workspace = workspace;
    this.settings = settings;
    this.drive = drive;
    this.folder = folder;
    this.symbols = symbols;
    this.asSubmitted = asSubmitted.ending();
    this.doubleFault = asSubmitted.doubleFault().orElse(null);
    this.earlier = StackUse.before(asSubmitted.events());
  }

  List<Draft> run(Set<Intervention> wanted) throws InfrastructureFailure {
    List<Draft> drafts = new ArrayList<>();
    Deque<Intervention> open = new ArrayDeque<>();
    for (Intervention intervention : Intervention.values()) {
      if (wanted.contains(intervention) && intervention != Intervention.AS_SUBMITTED) {
        Optional<String> reason = needless(intervention);
        if (reason.isPresent()) {
          drafts.add(Draft.notRun(intervention, reason.get()));
        } else {
          open.add(intervention);
        }
      }
    }
    boolean keepOut = open.remove(Intervention.IST_KEPT_OUT);
    while (!open.isEmpty()) {
      onOneMachine(open, drafts);
    }
    if (keepOut) {
      drafts.add(keptOut());
    }
    drafts.sort(Comparator.comparing(d -> d.intervention));
    return drafts;
  }

  /** The one experiment whose machine has an exit port: what counts is how the program ends. */
  private Draft keptOut() throws InfrastructureFailure {
    ExceptionEvent fault = doubleFault;
    if (fault == null || !(asSubmitted instanceof Ending.Exited)) {
      return Draft.notRun(
          Intervention.IST_KEPT_OUT, "the program does not double fault and exit by itself");
    }
    try (LiveMachine machine =
        LiveMachine.start(
            workspace, settings, options(BootCommand.OnExit.END), drive.registers())) {
      boolean begun = false;
      try {
        Optional<String> trouble = toEntry(machine);
        begun = true;
        return trouble.isPresent()
            ? Draft.notRun(Intervention.IST_KEPT_OUT, trouble.get())
            : new KeptOut(machine, fault.idt()).run(newLog(), guestTime());
      } catch (GdbException e) {
        if (begun && guestsDoing(e, machine)) {
          return Draft.notRun(
              Intervention.IST_KEPT_OUT, "the emulator could not do it: " + e.getMessage());
        }
        throw failure(e, machine);
      }
    }
  }

  /** What it means that the emulator failed on its own. */
  static InfrastructureFailure failure(GdbException e, LiveMachine machine) {
    return new InfrastructureFailure(
        "the emulator did not do as it was told (%s; %s)"
            .formatted(e.getMessage(), machine.errors().strip()),
        "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.",
        e);
  }

  /** Why an experiment on this program makes no sense, from what it did by itself. */
  private Optional<String> needless(Intervention intervention) {
    if (!aboutOwnFault(intervention)) {
      return Optional.empty();
    }
    if (asSubmitted instanceof Ending.TripleFault) {
      return Optional.of("the program ends in a triple fault by itself");
    }
    if (intervention == Intervention.EXIT_PORT_ABSENT && asSubmitted instanceof Ending.Exited) {
      return Optional.empty();
    }
    return doubleFault == null
        ? Optional.of("the program does not double fault by itself")
        : Optional.empty();
  }

  private static boolean aboutOwnFault(Intervention intervention) {
    return intervention == Intervention.IST_KNOCKED_OUT
        || intervention == Intervention.EXIT_PORT_ABSENT
        || intervention == Intervention.PANIC;
  }

  /** Runs open experiments until all are done or the machine is lost. */
  private void onOneMachine(Deque<Intervention> open, List<Draft> drafts)
      throws InfrastructureFailure {
    boolean begun = false;
    try (LiveMachine machine =
        LiveMachine.start(workspace, settings, options(), drive.registers())) {
      try {
        Optional<String> trouble = toEntry(machine);
        begun = true;
        if (trouble.isPresent()) {
          open.forEach(i -> drafts.add(Draft.notRun(i, trouble.get())));
          open.clear();
          return;
        }
        IdleExperiments idle = new IdleExperiments(this, machine, symbols, asSubmitted);
        OwnFaultExperiments own =
            new OwnFaultExperiments(this, machine, symbols, doubleFault, earlier);
        while (!open.isEmpty()) {
          Intervention next = open.element();
          Optional<String> superfluous = superfluous(next, drafts);
          if (superfluous.isPresent()) {
            drafts.add(Draft.notRun(next, superfluous.get()));
            open.remove();
            continue;
          }
          Draft draft = aboutOwnFault(next) ? own.perform(next) : idle.perform(next);
          draft.errors = machine.errors();
          if (draft.notRun == null && draft.end == Reason.GONE) {
            draft.exitCode = machine.exitCode();
          }
          drafts.add(draft);
          open.remove();
          if (draft.notRun == null && draft.end == Reason.GONE) {
            return;
          }
        }
      } catch (GdbException e) {
        if (begun && guestsDoing(e, machine)) {
          // QEMU ended because a log grew beyond the limit, or the guest unmapped its own code.
          drafts.add(
              Draft.notRun(open.remove(), "the emulator could not do it: " + e.getMessage()));
          return;
        }
        throw failure(e, machine);
      }
    }
  }

  /** Why an experiment would show nothing that those before have not. */
  private static Optional<String> superfluous(Intervention next, List<Draft> drafts) {
    Optional<Draft> stayed =
        drafts.stream()
            .filter(d -> d.intervention == Intervention.WILD_WRITE)
            .filter(d -> d.entry != null && d.aftermath == Aftermath.STAYED)
            .findFirst();
    return switch (next) {
      // With the interrupt stack in place a wild write has shown all that one without could.
      case WILD_WRITE_WITHOUT_IST -> stayed.map(d -> "the handler was followed to its end already");
      case HANDLER_WATCHED ->
          stayed.isEmpty()
              ? Optional.of("the handler did not stay")
              : stayed
                  .filter(d -> d.forGood)
                  .map(d -> "the handler halted without interrupts, which is for good");
      default -> Optional.empty();
    };
  }

  private static boolean guestsDoing(GdbException e, LiveMachine machine) {
    if (e.kind() == GdbException.Kind.REFUSED) {
      return true;
    }
    try {
      return e.kind() == GdbException.Kind.CLOSED && machine.endedByItsGuest();
    } catch (GdbException noExitCode) {
      return false;
    }
  }

  BootCommand.Options options() {
    return options(BootCommand.OnExit.NOTHING);
  }

  private BootCommand.Options options(BootCommand.OnExit onExit) {
    String name = folder + "/live" + machines++;
    return new BootCommand.Options(
        drive.disk(),
        drive.state(),
        name + ".serial",
        name + ".log",
        settings.memoryMib(),
        settings.exitPorts(),
        onExit,
        true,
        BootCommand.OnReset.RESTART);
  }

  /** Boots up to the program's first instruction and keeps that moment; says what prevented it. */
  Optional<String> toEntry(LiveMachine machine) throws GdbException {
    if (!drive.hasEntry()) {
      return Optional.of("the program is no 64-bit ELF file with an entry point");
    }
    return drive.toEntry(machine).usable()
        ? Optional.empty()
        : Optional.of("the boot did not come to the program's entry point");
  }

  /** How long a guest may take of its own time. */
  Duration guestTime() {
    return settings.guestTime();
  }

  /** Takes a machine back to the program's first instruction. */
  void backToEntry(LiveMachine machine) throws GdbException {
    drive.backToEntry(machine);
  }

  /** A file that no log has been written to yet. */
  String newLog() {
    return folder + "/exceptions" + logs++;
  }

  /** Removes the logs of a draft that becomes no record. */
  void discard(Draft draft) throws InfrastructureFailure {
    List<String> command = new ArrayList<>(List.of("rm", "-f"));
    command.addAll(draft.logs);
    if (!draft.logs.isEmpty()) {
      workspace.run(new Command(command, "", Map.of(), Duration.ofSeconds(30), 0));
    }
  }

  /** Whether anything was sent to the serial port while a log was written. */
  boolean hasSerial(String log) throws InfrastructureFailure {
    return workspace
        .run(Command.of(Duration.ofSeconds(30), "grep", "-q", "^serial_write write addr 0x00", log))
        .succeeded();
  }
}
