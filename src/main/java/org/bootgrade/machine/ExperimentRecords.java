package org.bootgrade.machine;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bootgrade.evidence.BootRecord;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.Delivery.Aftermath;
import org.bootgrade.evidence.Ending;
import org.bootgrade.evidence.ExceptionEvent;
import org.bootgrade.evidence.HandlerCode;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.evidence.SourceLocation;
import org.bootgrade.evidence.Tables;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Workspace;
import org.jspecify.annotations.Nullable;

/** Makes records of drafts: reads their logs, disassembles handlers, looks up source lines. */
final class ExperimentRecords {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** How much of one log is read. A fault that is handled leaves some kilobytes. */
  private static final int LOG_BYTES = 2 << 20;

  private final Workspace workspace;
  private final MachineSettings settings;
  private final Program program;
  private final String elf;
  private final Symbols symbols;

  /** A log's beginning, and how large it is. */
  private record Log(byte[] head, long size) {}

  ExperimentRecords(
      Workspace workspace, MachineSettings settings, Program program, String elf, Symbols symbols) {
    this.workspace = workspace;
    this.settings = settings;
    this.program = program;
    this.elf = elf;
    this.symbols = symbols;
  }

  List<BootRecord> of(List<Draft> drafts) throws InfrastructureFailure {
    Map<String, Log> logs = logs(drafts);
    Map<Long, HandlerCode> handlers = new HashMap<>();
    Set<Long> addresses = new LinkedHashSet<>();
    for (Draft draft : drafts) {
      Tables tables = draft.tables;
      if (tables != null) {
        addresses.add(tables.rip());
        HandlerCode handler = tables.doubleFaultHandler();
        if (handler != null) {
          addresses.add(handler.entry());
          if (!handlers.containsKey(handler.entry())) {
            handlers.put(
                handler.entry(), HandlerListing.read(workspace, elf, symbols, handler.entry()));
          }
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
    Map<Long, SourceLocation> lines =
        new SourceLines(workspace, elf, program.sources()).of(addresses);
    List<BootRecord> records = new ArrayList<>();
    for (Draft draft : drafts) {
      records.add(record(draft, logs, handlers, lines));
    }
    return List.copyOf(records);
  }

  private BootRecord record(
      Draft draft,
      Map<String, Log> logs,
      Map<Long, HandlerCode> handlers,
      Map<Long, SourceLocation> lines)
      throws InfrastructureFailure {
    String reason = draft.notRun;
    if (reason != null) {
      return BootRecord.notRun(program.id(), draft.intervention, reason);
    }
    ExceptionLog log = log(draft.logs, logs);
    ParsedLog parsed = log.parsed();
    List<ExceptionEvent> events =
        parsed.events().stream().map(e -> e.at(lines.get(e.rip()))).toList();
    return new BootRecord(
        BootRecord.id(program.id(), draft.intervention),
        program.id(),
        draft.intervention,
        ending(draft, parsed, logs),
        text(log.serial()),
        parsed.serialBytes() > settings.serialBytes(),
        draft.screen,
        events,
        parsed.truncated(),
        tables(draft.tables, handlers, lines),
        draft.vector == 0 ? null : delivery(draft, parsed, logs, lines));
  }

  private String text(byte[] serial) {
    return new String(
        serial, 0, Math.min(serial.length, settings.serialBytes()), StandardCharsets.UTF_8);
  }

  private Ending ending(Draft draft, ParsedLog parsed, Map<String, Log> logs)
      throws InfrastructureFailure {
    if (draft.ownEnding != null) {
      return draft.ownEnding;
    }
    return switch (draft.end) {
      case POINT, TIME, DEAF -> new Ending.StillRunning(draft.halted);
      case RESET -> parsed.tripleFault() ? new Ending.TripleFault() : new Ending.Reset();
      case OFF -> new Ending.Reset();
      case GONE -> gone(draft, logs);
    };
  }

  private Ending gone(Draft draft, Map<String, Log> logs) throws InfrastructureFailure {
    boolean flooded =
        draft.logs.stream()
            .map(logs::get)
            .anyMatch(l -> l != null && l.size() >= settings.fileBytes());
    if (flooded) {
      return new Ending.Flooded("exceptions");
    }
    String fatal = "qemu: fatal: ";
    return draft
        .errors
        .lines()
        .filter(l -> l.contains(fatal))
        .findFirst()
        .map(l -> (Ending) new Ending.Aborted(l.substring(l.indexOf(fatal) + fatal.length())))
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
      Draft draft, ParsedLog parsed, Map<String, Log> logs, Map<Long, SourceLocation> lines) {
    int first = Math.min(draft.firstLogAfterEntry, draft.logs.size());
    byte[] serial = log(draft.logs.subList(first, draft.logs.size()), logs).serial();
    Delivery.Entry entry = draft.entry;
    boolean tripleFault = draft.aftermath == Aftermath.RESET && parsed.tripleFault();
    return new Delivery(
        draft.vector,
        draft.injection,
        draft.entries,
        draft.interrupts,
        entry == null ? null : entry.at(lines.get(culprit(draft.vector, entry))),
        tripleFault ? Aftermath.TRIPLE_FAULT : draft.aftermath,
        text(serial),
        draft.screenAfterEntry,
        lines.get(draft.last));
  }

  /** The instruction that an entry is due to: a breakpoint's frame names the one after it. */
  private static long culprit(int vector, Delivery.Entry entry) {
    return vector == ExceptionEvent.BREAKPOINT
        ? entry.interruptedRip() - 1
        : entry.interruptedRip();
  }

  private ExceptionLog log(List<String> files, Map<String, Log> logs) {
    ExceptionLog log =
        new ExceptionLog(
            new ExceptionLog.Limits(Long.MAX_VALUE, settings.events()), KernelEntry.already());
    for (String file : files) {
      Log found = logs.get(file);
      if (found != null) {
        log.accept(found.head(), 0, found.head().length);
      }
    }
    return log;
  }

  /** All logs in one go: a line with the size of each, then its beginning, then a line's end. */
  private Map<String, Log> logs(List<Draft> drafts) throws InfrastructureFailure {
    List<String> files = drafts.stream().flatMap(d -> d.logs.stream()).distinct().toList();
    if (files.isEmpty()) {
      return Map.of();
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "sh",
            "-c",
            "for f; do if [ -f \"$f\" ]; then wc -c <\"$f\"; head -c "
                + LOG_BYTES
                + " \"$f\"; else echo 0; fi; echo; done",
            "sh"));
    command.addAll(files);
    Outcome outcome =
        workspace.run(new Command(command, "", Map.of(), LIMIT, (LOG_BYTES + 64) * files.size()));
    return split(files, outcome.stdout());
  }

  private static Map<String, Log> split(List<String> files, byte[] all) {
    Map<String, Log> logs = new HashMap<>();
    int at = 0;
    for (String file : files) {
      int lineEnd = at;
      while (lineEnd < all.length && all[lineEnd] != '\n') {
        lineEnd++;
      }
      String number = new String(all, at, lineEnd - at, StandardCharsets.US_ASCII).strip();
      long size = number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
      int from = Math.min(lineEnd + 1, all.length);
      int to = (int) Math.min(from + Math.min(size, LOG_BYTES), all.length);
      logs.put(file, new Log(Arrays.copyOfRange(all, from, to), size));
      at = Math.min(to + 1, all.length);
    }
    return logs;
  }
}
