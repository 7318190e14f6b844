package org.bootgrade.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.report.Reports;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** Where the command line begins. */
@Command(
    name = "bootgrade",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Grades operating-system kernels by booting them and asking the machine.",
    footer = {
      "",
      "Each command has its options: bootgrade COMMAND --help",
      "",
      "Exit codes: 0 fine, 1 not all passed (check) or not ready to grade (doctor),",
      "2 wrong command line, rubric, grader or table, 3 bootgrade, its engine or its",
      "emulator failed, or what is stored is missing or damaged: no score."
    })
public final class Main {

  /** How long an end may take, with all that is to be put in order. */
  private static final Duration LAST_DEEDS = Duration.ofSeconds(60);

  /** The exit code of a process that SIGTERM ended. */
  private static final int TERMINATED = 128 + 15;

  private Main() {}

  /**
   * Runs a command and ends the Java machine with its exit code.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Surroundings here =
        new Surroundings(
            Path.of(System.getProperty("bootgrade.home", ".")).toAbsolutePath().normalize(),
            System.getenv(),
            out,
            err,
            Boolean.getBoolean("bootgrade.terminal.out"),
            Boolean.getBoolean("bootgrade.terminal.err"));
    // A library's thread that fails when its stream ends is no business of whoever reads this.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) ->
            LoggerFactory.getLogger(Main.class)
                .warn("thread {} ended with an exception", thread.getName(), e));
    AtomicInteger ending = new AtomicInteger(TERMINATED);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endInAnyCase(ending)));
    int code;
    try {
      code = run(here, arguments);
    } catch (Throwable e) {
      // Without this the Java machine would end with 1, which means "not all passed".
      LoggerFactory.getLogger(Main.class).error("a command failed", e);
      tellOwn(err, e, "");
      code = ExitCode.INFRASTRUCTURE;
    }
    out.flush();
    err.flush();
    ending.set(code);
    System.exit(code);
  }

  /**
   * Sees to it that the process ends. A library's own hook removes containers and waits for the
   * engine, for ever where that no longer answers; the next start removes what is left then.
   */
  private static void endInAnyCase(AtomicInteger code) {
    Thread last =
        new Thread(
            () -> {
              try {
                Thread.sleep(LAST_DEEDS.toMillis());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              Runtime.getRuntime().halt(code.get());
            },
            "the end");
    last.setDaemon(true);
    last.start();
  }

  /**
   * Runs a command.
   *
   * @return its exit code
   */
  static int run(Surroundings here, String... arguments) {
    CommandLine help = new CommandLine(new CommandLine.HelpCommand());
    // The list of commands says already how to ask each one.
    help.getCommandSpec().usageMessage().hidden(true);
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new DemoCommand(here))
            .addSubcommand(new CheckCommand(here))
            .addSubcommand(new GradeCommand(here))
            .addSubcommand(new RegradeCommand(here))
            .addSubcommand(new ExplainCommand(here))
            .addSubcommand(new DebugCommand(here))
            .addSubcommand(new ServeCommand(here))
            .addSubcommand(new DeliveriesCommand(here))
            .addSubcommand(new DoctorCommand(here))
            .addSubcommand(help)
            .setOut(new PrintWriter(here.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(here.err(), true, StandardCharsets.UTF_8))
            .setColorScheme(
                CommandLine.Help.defaultColorScheme(
                    here.color() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
            .setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (e, wrong) -> {
          here.err().println("bootgrade: " + e.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(
              e, new PrintWriter(here.err(), true, StandardCharsets.UTF_8));
          here.err()
              .println("See: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
          return ExitCode.USAGE;
        });
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(here, e));
    if (arguments.length == 0) {
      line.usage(line.getErr());
      return ExitCode.USAGE;
    }
    return line.execute(arguments);
  }

  private static int failed(Surroundings here, Exception e) {
    if (e instanceof ParameterException parameter) {
      here.err().println("bootgrade: " + parameter.getMessage());
      return ExitCode.USAGE;
    }
    if (e instanceof UsageError usage) {
      here.err().println("bootgrade: " + Reports.harmless(String.valueOf(usage.getMessage())));
      return ExitCode.USAGE;
    }
    LoggerFactory.getLogger(Main.class).error("a command failed", e);
    if (e instanceof InfrastructureFailure failure) {
      here.err().println("bootgrade: " + Reports.harmless(String.valueOf(failure.getMessage())));
      here.err().println("  " + Reports.harmless(failure.mend()));
      here.err().println("  Log: " + here.log());
    } else {
      tellOwn(here.err(), e, " Please report it with the end of the log: " + here.log());
    }
    return ExitCode.INFRASTRUCTURE;
  }

  /** Tells of what no submission and no engine has done. */
  private static void tellOwn(PrintStream err, Throwable e, String report) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        err.println(
            "bootgrade: %d MiB of memory were not enough."
                .formatted(Runtime.getRuntime().maxMemory() >> 20));
        err.println("  Give it more, such as BOOTGRADE_HEAP=1g, and run the command again.");
        return;
      }
    }
    err.println("bootgrade: an error of bootgrade's own: " + Reports.harmless(e.toString()));
    err.println("  Nothing was scored." + report);
  }

  /** Tells the version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"bootgrade " + Surroundings.version()};
    }
  }
}
