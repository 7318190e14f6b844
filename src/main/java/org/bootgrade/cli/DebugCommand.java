package org.bootgrade.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.bootgrade.batch.Roll;
import org.bootgrade.evidence.Delivery;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.DebugSession;
import org.bootgrade.machine.MachineSettings;
import org.bootgrade.pipeline.Debugger;
import org.bootgrade.report.ConsoleStyle;
import org.bootgrade.report.Reports;
import org.bootgrade.sandbox.TerminalCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code debug}: the same machine, stopped at the double fault, for a debugger. */
@Command(
    name = "debug",
    mixinStandardHelpOptions = true,
    description = {
      "Stops a submission at its double fault and lets gdb look at it.",
      "",
      "The program is the first test that double faults, else the kernel. It is stopped at the"
          + " handler's first instruction, or where no handler can be entered at the faulting"
          + " instruction. The machine is the one that grades; its exit port does nothing."
    })
final class DebugCommand implements Callable<Integer> {

  private static final int HIGHEST_PORT = 65535;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The kernel's folder, or an archive of it (default: the current folder).")
  Path submission = Path.of(".");

  @Option(
      names = "--program",
      paramLabel = "ID",
      description =
          "The program to stop, such as kernel or test/stack_overflow. One without a double fault is"
              + " stopped at its first instruction.")
  @Nullable String program;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The port of 127.0.0.1 to wait at (default: any that is free).")
  int port;

  @Option(
      names = "--listen-only",
      description = "Start no gdb; wait for one, or for several one after the other, until Ctrl-C.")
  boolean listenOnly;

  @Mixin GradingOptions options = new GradingOptions();

  private final Surroundings here;

  DebugCommand(Surroundings here) {
    this.here = here;
  }

  @Override
  public Integer call() throws UsageError, InfrastructureFailure {
    Roll.Entry entry = here.submission(submission);
    Path path = entry.path();
    if (port < 0 || port > HIGHEST_PORT) {
      throw new UsageError("--port %d: it must be 1 to %d.".formatted(port, HIGHEST_PORT));
    }
    if (options.json) {
      throw new UsageError("--json: debug has no results to print. Leave it out.");
    }
    ProgressLine progress = new ProgressLine(here, 1);
    try (DebugPort listening = DebugPort.open(port);
        Workbench bench =
            Workbench.open(options, Workbench.rubric(options, here), here, progress::say)) {
      // Ctrl-C ends the Java machine past every finally; the container must go all the same.
      Thread atExit = new Thread(bench::close, "debug-exit");
      Runtime.getRuntime().addShutdownHook(atExit);
      try (Debugger.Stopped stopped =
          bench
              .debugger()
              .stop(
                  entry.content(),
                  here.debugged(path),
                  program,
                  what -> progress.step(entry, what))) {
        progress.clear();
        tell(stopped, listening);
        return serve(stopped, listening);
      } catch (Debugger.Impossible e) {
        progress.clear();
        here.err().println("bootgrade: " + e.getMessage());
        return ExitCode.NOT_PASSED;
      } finally {
        removeHook(atExit);
      }
    } finally {
      progress.clear();
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      // Then the hook does its work, and closing twice does no harm.
      hook.setName("debug-exit, too late to remove");
    }
  }

  private void tell(Debugger.Stopped stopped, DebugPort listening) {
    DebugSession session = stopped.session();
    here.out()
        .print(
            new Reports()
                .stopped(
                    session.record(),
                    where(session.place()),
                    session.registers(),
                    new ConsoleStyle(here.color(), here.width())));
    here.out().println();
    here.out().println("Symbols: " + stopped.elf());
    here.out().println("Attach with:");
    here.out().println("  " + quoted(gdb("gdb", stopped, listening)));
    here.out().println("In gdb:");
    hints(session).forEach(h -> here.out().println("  " + h));
    here.out()
        .println(
            "Each gdb that attaches finds the machine here again. Writing to the exit port does"
                + " nothing; a triple fault stops at 0xfff0.");
    here.out().flush();
  }

  private static List<String> hints(DebugSession session) {
    Delivery delivery = session.record().delivery();
    Delivery.Entry entry = delivery == null ? null : delivery.entry();
    return session.place() == DebugSession.Place.HANDLER && entry != null
        ? List.of(
            "x/6gx $rsp            the frame: error code, RIP, CS, RFLAGS, RSP, SS",
            "list *0x%-13x  the code that was interrupted".formatted(entry.interruptedRip()),
            "x/16gx 0x%-11x  the stack that it ran on".formatted(entry.interruptedRsp()),
            "stepi, next, break, continue; monitor info registers; quit")
        : List.of(
            "bt 10                 how it came here",
            "x/i $rip              the next instruction",
            "stepi, next, break, continue; monitor info registers; quit");
  }

  private static String where(DebugSession.Place place) {
    return switch (place) {
      case HANDLER -> "The machine is stopped before the handler's first instruction.";
      case FAULT ->
          "The machine is stopped before the faulting instruction: no handler is entered, and the next step ends in a triple fault.";
      case SHORTLY_BEFORE ->
          "The machine is stopped some instructions before the fault, which could not be met exactly: let it continue.";
      case ENTRY ->
          "The program does not double fault by itself: the machine is stopped before its first instruction.";
    };
  }

  /** gdb with the program, its sources and the machine. */
  private static List<String> gdb(String gdb, Debugger.Stopped stopped, DebugPort listening) {
    return List.of(
        gdb,
        stopped.elf().toString(),
        "-ex",
        "set substitute-path %s %s".formatted(stopped.builtIn(), stopped.sources()),
        "-ex",
        "target remote 127.0.0.1:" + listening.number());
  }

  private static String quoted(List<String> words) {
    return words.stream()
        .map(w -> w.matches("[A-Za-z0-9_./:=@%+-]+") ? w : "'" + w.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  private int serve(Debugger.Stopped stopped, DebugPort listening) throws InfrastructureFailure {
    Optional<Path> gdb =
        listenOnly || !here.terminalOut()
            ? Optional.empty()
            : TerminalCommand.find("gdb", here.environment().getOrDefault("PATH", ""));
    CompletableFuture<Boolean> served = new CompletableFuture<>();
    Thread server =
        new Thread(
            () -> {
              try {
                served.complete(listening.serve(stopped.session()));
              } catch (InfrastructureFailure | RuntimeException e) {
                served.completeExceptionally(e);
              }
            },
            "debug-port");
    server.setDaemon(true);
    server.start();
    try {
      if (gdb.isPresent()) {
        TerminalCommand.run(gdb(gdb.get().toString(), stopped, listening));
        listening.close();
      } else {
        here.out().println("Waiting. Ctrl-C ends it.");
        here.out().flush();
      }
      boolean gone = served.get(MachineSettings.DEBUGGING.toSeconds(), TimeUnit.SECONDS);
      here.err().println(gone ? "The debugger ended the machine." : "The debugger left.");
      return ExitCode.OK;
    } catch (TimeoutException e) {
      listening.close();
      here.err()
          .println(
              "bootgrade: the session has lasted %d hours, which is its limit. Start it again."
                  .formatted(MachineSettings.DEBUGGING.toHours()));
      return ExitCode.OK;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InfrastructureFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("serving a debugger failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INFRASTRUCTURE;
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "gdb did not start (%s)".formatted(e.getMessage()),
          "Start it by hand with the command above and --listen-only.",
          e);
    }
  }
}
