package org.bootgrade.machine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.IdtGate;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SerialEnd;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Tables;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/** Makes records of drafts: reads their logs, disassembles handlers, looks up source lines. */
final class ExperimentRecords {

  private final Workspace workspace;
  private final MachineSettings settings;
  private final Program program;
  private final String elf;
  private final Symbols symbols;

  ExperimentRecords(
      Workspace workspace, MachineSettings settings, Program program, String elf, Symbols symbols) {
    this.workspace = workspace;
    this.settings = settings;
    this.program = program;
    this.elf = elf;
    this.symbols = symbols;
  }

  /**
   * The records of a program.
   *
   * @param asSubmitted its plain boot, without source lines
   * @param drafts of its experiments
   */
  List<BootRecord> of(BootRecord asSubmitted, List<Draft> drafts) throws InfrastructureFailure {
    ExperimentLogs logs = ExperimentLogs.read(workspace, logs(drafts));
    Set<Long> handlers = new LinkedHashSet<>();
    Set<Long> addresses = new LinkedHashSet<>();
    asSubmitted.events().forEach(e -> addresses.add(e.rip()));
    for (Draft draft : drafts) {
      Tables tables = draft.tables;
      if (tables != null) {
        addresses.add(tables.rip());
        HandlerCode handler = tables.doubleFaultHandler();
        if (handler != null) {
          addresses.add(handler.entry());
          handlers.add(handler.entry());
        }
      }
      if (draft.last != 0) {
        addresses.add(draft.last);
      }
      if (draft.entry != null) {
        addresses.add(culprit(draft.vector, draft.entry));
      }
    }
    for (Draft draft : drafts) {
      log(draft.logs, logs).parsed().events().forEach(e -> addresses.add(e.rip()));
    }
    SourceLines sources = new SourceLines(elf, program.sources());
    List<Errand> errands = new ArrayList<>();
    handlers.forEach(h -> errands.add(HandlerListing.errand(elf, symbols, h)));
    if (!addresses.isEmpty()) {
      errands.add(sources.errand(addresses));
    }
    List<Errands.Result> results = Errands.run(workspace, errands);
    Map<Long, HandlerCode> listings = new HashMap<>();
    for (long handler : handlers) {
      listings.put(
          handler,
          HandlerListing.read(
              workspace,
              elf,
              symbols,
              handler,
              results.get(listings.size()),
              seen(handler, drafts)));
    }
    Map<Long, SourceLocation> lines =
        addresses.isEmpty() ? Map.of() : sources.of(results.get(results.size() - 1));
    List<BootRecord> records = new ArrayList<>();
    records.add(asSubmitted.with(located(asSubmitted.events(), lines)));
    for (Draft draft : drafts) {
      records.add(record(draft, logs, listings, lines));
    }
    return List.copyOf(records);
  }

  /** What the experiments have shown of a handler besides its code. */
  private static HandlerListing.Seen seen(long handler, List<Draft> drafts) {
    List<Draft> stayed =
        drafts.stream()
            .filter(d -> d.vector == ExceptionEvent.DOUBLE_FAULT)
            .filter(d -> d.aftermath == Aftermath.STAYED)
            .filter(d -> d.entry != null && d.entry.handler() == handler)
            .toList();
    List<Long> others =
        drafts.stream()
            .map(d -> d.tables)
            .filter(Objects::nonNull)
            .limit(1)
            .flatMap(t -> Stream.of(t.breakpointGate(), t.pageFaultGate()))
            .filter(g -> g != null && g.usable())
            .map(IdtGate::offset)
            .toList();
    return new HandlerListing.Seen(
        others,
        stayed.stream().filter(d -> !d.forGood).map(d -> d.rest).toList(),
        !stayed.isEmpty() && stayed.stream().allMatch(d -> d.atRest));
  }

  private static List<ExceptionEvent> located(
      List<ExceptionEvent> events, Map<Long, SourceLocation> lines) {
    return events.stream().map(e -> e.at(lines.get(e.rip()))).toList();
  }

  private BootRecord record(
      Draft draft,
      ExperimentLogs logs,
      Map<Long, HandlerCode> handlers,
      Map<Long, SourceLocation> lines)
      throws InfrastructureFailure {
    String reason = draft.notRun;
    if (reason != null) {
      return BootRecord.notRun(program.id(), draft.intervention, reason);
    }
    ExceptionLog log = log(draft.logs, logs);
    ParsedLog parsed = log.parsed();
    List<ExceptionEvent> events = located(parsed.events(), lines);
    return new BootRecord(
        BootRecord.id(program.id(), draft.intervention),
        program.id(),
        draft.intervention,
        ending(draft, parsed, logs),
        text(log.serial()),
        parsed.serialBytes() > settings.serialBytes(),
        draft.screen,
        events,
        parsed.truncated() || logs.cut(draft.logs),
        tables(draft.tables, handlers, lines),
        draft.vector == 0 ? null : delivery(draft, parsed, logs, lines),
        draft.pairs.stream().map(t -> t.seen(log(List.of(t.log()), logs).parsed())).toList(),
        end(log.serial()));
  }

  private @Nullable SerialEnd end(byte[] serial) {
    int from = (int) SerialEnd.begin(serial.length, settings.serialBytes());
    return from >= serial.length
        ? null
        : new SerialEnd(
            from, new String(serial, from, serial.length - from, StandardCharsets.UTF_8));
  }

  private String text(byte[] serial) {
    return new String(
        serial, 0, Math.min(serial.length, settings.serialBytes()), StandardCharsets.UTF_8);
  }

  private Ending ending(Draft draft, ParsedLog parsed, ExperimentLogs logs)
      throws InfrastructureFailure {
    if (draft.ownEnding != null) {
      return draft.ownEnding;
    }
    return switch (draft.end) {
      case POINT, WRITTEN, READ, TIME, DEAF -> new Ending.StillRunning(draft.halted);
      case RESET ->
          parsed.tripleFault() && !resetOnPurpose(draft, parsed)
              ? new Ending.TripleFault()
              : new Ending.Reset();
      case OFF -> new Ending.Reset();
      case GONE -> gone(draft, logs);
    };
  }

  /**
   * Whether a handler reset the machine by a triple fault that it wanted: it was entered, and then
   * loaded an IDT in which there is no gate for any exception.
   */
  private static boolean resetOnPurpose(Draft draft, ParsedLog parsed) {
    List<ExceptionEvent> events = parsed.events();
    return draft.entry != null
        && !events.isEmpty()
        && events.get(events.size() - 1).idt().limit() < Descriptors.GATE_SIZE;
  }

  private Ending gone(Draft draft, ExperimentLogs logs) throws InfrastructureFailure {
    if (logs.anyReaches(draft.logs, settings.fileBytes())) {
      return new Ending.Flooded("exceptions");
    }
    if (draft.exitCode == LiveMachine.ENDED_BY_FILE_SIZE) {
      return new Ending.Flooded("serial");
    }
    return draft
        .errors
        .lines()
        .filter(l -> l.contains(LiveMachine.FATAL))
        .findFirst()
        .map(
            l ->
                (Ending)
                    new Ending.Aborted(
                        l.substring(l.indexOf(LiveMachine.FATAL) + LiveMachine.FATAL.length())))
        .orElseThrow(
            () ->
                new InfrastructureFailure(
                    "the emulator ended by itself (%s)".formatted(draft.errors.strip()),
                    "Run the command again; if it fails again, ./bootgrade doctor tells what is"
                        + " wrong."));
  }

  private static @Nullable Tables tables(
      @Nullable Tables tables, Map<Long, HandlerCode> handlers, Map<Long, SourceLocation> lines) {
    if (tables == null) {
      return null;
    }
    HandlerCode handler = tables.doubleFaultHandler();
    HandlerCode code = handler == null ? null : handlers.get(handler.entry());
    return tables.with(
        lines.get(tables.rip()), code == null ? null : code.at(lines.get(code.entry())));
  }

  private Delivery delivery(
      Draft draft, ParsedLog parsed, ExperimentLogs logs, Map<Long, SourceLocation> lines) {
    int first = Math.min(draft.firstLogAfterEntry, draft.logs.size());
    ExceptionLog after = log(draft.logs.subList(first, draft.logs.size()), logs);
    byte[] serial = after.serial();
    Delivery.Entry entry = draft.entry;
    Aftermath aftermath = draft.aftermath;
    if (aftermath == Aftermath.RESET && parsed.tripleFault() && !resetOnPurpose(draft, parsed)) {
      aftermath = Aftermath.TRIPLE_FAULT;
    }
    int entries = draft.entries;
    if (entry != null && draft.vector == ExceptionEvent.DOUBLE_FAULT) {
      List<ExceptionEvent> events = after.parsed().events();
      Aftermath again = Reentry.of(entry, events).orElse(aftermath);
      if (aftermath == Aftermath.STAYED || again == Aftermath.RETURNED) {
        aftermath = again;
      }
      entries = (int) Math.min(FaultWatch.COUNTED, Math.max(entries, 1 + Reentry.count(events)));
    }
    return new Delivery(
        draft.vector,
        draft.injection,
        entries,
        draft.interrupts,
        entry == null ? null : entry.at(lines.get(culprit(draft.vector, entry))),
        aftermath,
        text(serial),
        draft.screenAfterEntry,
        lines.get(draft.last),
        draft.descent);
  }

  /** The instruction that an entry is due to: a breakpoint's frame names the one after it. */
  private static long culprit(int vector, Delivery.Entry entry) {
    return vector == ExceptionEvent.BREAKPOINT
        ? entry.interruptedRip() - 1
        : entry.interruptedRip();
  }

  private ExceptionLog log(List<String> files, ExperimentLogs logs) {
    return logs.of(files, settings.events());
  }

  private static List<String> logs(List<Draft> drafts) {
    return drafts.stream()
        .flatMap(d -> Stream.concat(d.logs.stream(), d.pairs.stream().map(FaultPairs.Try::log)))
        .filter(f -> !f.isEmpty())
        .distinct()
        .toList();
  }
}
