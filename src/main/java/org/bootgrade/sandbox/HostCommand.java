package org.bootgrade.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ExecuteResultHandler;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.jspecify.annotations.Nullable;

/**
 * One command on this machine: its words as they are (no shell reads them), its environment, and
 * the limits of what it may take and say.
 *
 * <p>A command is immutable; every {@code with} method returns another one. {@link #run()} returns
 * when the command has ended or its time is up, and never later than a few seconds after that: a
 * grandchild that keeps a pipe open cannot hold it.
 */
public final class HostCommand {
  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * How long output may still be read once the command itself is gone. Commons Exec adds two
   * seconds per stream of its own.
   */
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  /** Everything after the end of a command that Commons Exec waits for, with some air. */
  private static final Duration WIND_UP = Duration.ofSeconds(10);

  private static final int LONGEST_LINE = 16_384;

  private final List<String> argv;
  private final @Nullable Path directory;
  private final Map<String, String> environment;
  private final boolean inheritsEnvironment;
  private final Duration limit;
  private final int cap;
  private final byte @Nullable [] input;
  private final @Nullable Consumer<String> lines;
  private final boolean leavesNothingBehind;

  private HostCommand(
      List<String> argv,
      @Nullable Path directory,
      Map<String, String> environment,
      boolean inheritsEnvironment,
      Duration limit,
      int cap,
      byte @Nullable [] input,
      @Nullable Consumer<String> lines,
      boolean leavesNothingBehind) {
    this.argv = List.copyOf(argv);
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.inheritsEnvironment = inheritsEnvironment;
    this.limit = limit;
    this.cap = cap;
    this.input = input;
    this.lines = lines;
    this.leavesNothingBehind = leavesNothingBehind;
  }

  /**
   * What a command left.
   *
   * @param exitCode its exit status; 128 + n where signal n ended it
   * @param output its standard output, at most the cap
   * @param stderr its standard error, at most the cap, undecodable bytes replaced
   * @param timedOut it was still running at its limit and was killed with all it had started
   * @param truncated some output is missing: more than the cap came, or a process that outlived the
   *     command still held the stream
   * @param time how long it took
   */
  public record Result(
      int exitCode,
      byte[] output,
      String stderr,
      boolean timedOut,
      boolean truncated,
      Duration time) {

    /** Its standard output as UTF-8, undecodable bytes replaced. */
    public String stdout() {
      return new String(output, StandardCharsets.UTF_8);
    }

    /** It ended by itself and reported success. */
    public boolean succeeded() {
      return exitCode == 0 && !timedOut;
    }
  }

  /** A command of these words: one minute, one megabyte per stream, the environment of this JVM. */
  public static HostCommand of(List<String> argv) {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least its program");
    }
    return new HostCommand(
        argv, null, Map.of(), true, Duration.ofMinutes(1), 1 << 20, null, null, false);
  }

  /** A command of these words, see {@link #of(List)}. */
  public static HostCommand of(String... argv) {
    return of(List.of(argv));
  }

  /** Runs it in this directory instead of the JVM's own. */
  public HostCommand in(Path there) {
    return new HostCommand(
        argv,
        there,
        environment,
        inheritsEnvironment,
        limit,
        cap,
        input,
        lines,
        leavesNothingBehind);
  }

  /** Adds to its environment. */
  public HostCommand with(Map<String, String> additions) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(additions);
    return new HostCommand(
        argv, directory, all, inheritsEnvironment, limit, cap, input, lines, leavesNothingBehind);
  }

  /** Gives it only the environment added by {@link #with}, nothing of this JVM's. */
  public HostCommand withoutOurEnvironment() {
    return new HostCommand(
        argv, directory, environment, false, limit, cap, input, lines, leavesNothingBehind);
  }

  /** Kills it and all it started when it has run this long. */
  public HostCommand within(Duration wallClock) {
    return new HostCommand(
        argv,
        directory,
        environment,
        inheritsEnvironment,
        wallClock,
        cap,
        input,
        lines,
        leavesNothingBehind);
  }

  /** Keeps at most this many bytes of each of its two streams; the rest is read and dropped. */
  public HostCommand keeping(int bytesPerStream) {
    return new HostCommand(
        argv,
        directory,
        environment,
        inheritsEnvironment,
        limit,
        bytesPerStream,
        input,
        lines,
        leavesNothingBehind);
  }

  /** Feeds it these bytes as standard input, which is otherwise empty. */
  public HostCommand fedWith(byte[] standardInput) {
    return new HostCommand(
        argv,
        directory,
        environment,
        inheritsEnvironment,
        limit,
        cap,
        standardInput.clone(),
        lines,
        leavesNothingBehind);
  }

  /**
   * Tells every line of both streams to the listener as it comes, without its line end and however
   * long the output is. The listener is called by one thread at a time.
   */
  public HostCommand tellingLines(Consumer<String> listener) {
    return new HostCommand(
        argv,
        directory,
        environment,
        inheritsEnvironment,
        limit,
        cap,
        input,
        listener,
        leavesNothingBehind);
  }

  /**
   * Kills what it started and left running also when it ends in time. Right for work that nobody
   * vouches for; wrong for a package manager, which starts services that are meant to stay.
   */
  public HostCommand leavingNothingBehind() {
    return new HostCommand(
        argv, directory, environment, inheritsEnvironment, limit, cap, input, lines, true);
  }

  /** Its words, for messages and logs. */
  public List<String> argv() {
    return argv;
  }

  /**
   * Runs it.
   *
   * @return what it left, whatever its exit status
   * @throws IOException it could not be started: no such program, no such directory, no memory
   * @throws InterruptedException the calling thread was interrupted; the command was killed
   */
  public Result run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Object tellingOne = new Object();
    Capture out = new Capture(cap, lines, tellingOne);
    Capture err = new Capture(cap, lines, tellingOne);
    Pumps pumps = new Pumps(out, err, input == null ? null : new ByteArrayInputStream(input));
    Tree tree = new Tree();

    DefaultExecutor.Builder<?> builder = DefaultExecutor.builder().setExecuteStreamHandler(pumps);
    if (directory != null) {
      builder.setWorkingDirectory(directory);
    }
    DefaultExecutor executor = builder.get();
    executor.setExitValues(null); // any status is a result here, none an exception
    executor.setProcessDestroyer(tree); // the one hook that is handed the process itself
    CompletableFuture<Integer> end = new CompletableFuture<>();
    executor.execute(commandLine(), environmentMap(), completing(end));

    boolean timedOut = false;
    Integer exitCode = null;
    try {
      long allowed = limit.toNanos();
      while (exitCode == null && System.nanoTime() - start < allowed) {
        long left = allowed - (System.nanoTime() - start);
        exitCode = await(end, Math.min(Math.max(left, 1), POLL.toNanos()));
        if (exitCode == null && leavesNothingBehind && tree.rootHasEnded()) {
          tree.fell(); // now, or what it left would hold its streams open and us with them
        } else {
          tree.look();
        }
        if (exitCode == null && !timedOut && System.nanoTime() - start >= allowed) {
          timedOut = true;
          allowed += WIND_UP.toNanos();
        }
        if (timedOut) {
          tree.fell(); // every round: it may have been about to start when its time was up
        }
      }
    } catch (InterruptedException e) {
      tree.fell();
      throw e;
    }
    if (leavesNothingBehind) {
      tree.fell();
    }
    out.finish();
    err.finish();
    return new Result(
        exitCode == null ? 137 : exitCode,
        out.bytes(),
        err.text(),
        timedOut,
        out.truncated() || err.truncated() || pumps.gaveUp || exitCode == null,
        Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * Starts a program that outlives this JVM: in a session of its own, so that no terminal signal
   * meant for us reaches it, with nothing to read and its output appended to a file.
   *
   * @param argv the program and its words
   * @param log where its output goes; made with its folder when it is not there
   * @return the program, to see whether it is still alive
   * @throws IOException it could not be started, or the log cannot be written
   */
  public static ProcessHandle startDaemon(List<String> argv, Path log) throws IOException {
    Path folder = log.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    // A child of a JVM leads no process group, so setsid replaces itself by the program: the
    // handle is the daemon's own. Commons Exec is no help here: it pumps output through the JVM.
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(argv);
    return new ProcessBuilder(words)
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start()
        .toHandle();
  }

  private CommandLine commandLine() {
    CommandLine line = new CommandLine(argv.get(0));
    for (String word : argv.subList(1, argv.size())) {
      line.addArgument(word, false); // no quoting rules: a word is a word
    }
    return line;
  }

  private Map<String, String> environmentMap() {
    Map<String, String> all = new HashMap<>(inheritsEnvironment ? System.getenv() : Map.of());
    all.putAll(environment);
    return all;
  }

  private static ExecuteResultHandler completing(CompletableFuture<Integer> end) {
    return new ExecuteResultHandler() {
      @Override
      public void onProcessComplete(int exitValue) {
        end.complete(exitValue);
      }

      @Override
      public void onProcessFailed(ExecuteException e) {
        end.completeExceptionally(e);
      }
    };
  }

  private @Nullable Integer await(CompletableFuture<Integer> end, long nanos)
      throws IOException, InterruptedException {
    try {
      return end.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      Throwable root = cause == null || cause.getCause() == null ? cause : cause.getCause();
      throw new IOException(
          "cannot run " + argv.get(0) + ": " + (root == null ? e : root.getMessage()), e);
    }
  }

  /**
   * The command and everything it started. A child whose parent has gone belongs to init and is
   * found no more, so the tree is looked at while it stands and what was seen is remembered.
   * (Handles compare start times too: a reused number is another process.)
   */
  private static final class Tree implements ProcessDestroyer {
    private final AtomicReference<@Nullable ProcessHandle> root = new AtomicReference<>();
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    @Override
    public boolean add(Process process) {
      root.set(process.toHandle());
      return true;
    }

    @Override
    public boolean remove(Process process) {
      return true;
    }

    @Override
    public int size() {
      return root.get() == null ? 0 : 1;
    }

    boolean rootHasEnded() {
      ProcessHandle top = root.get();
      return top != null && !top.isAlive();
    }

    synchronized void look() {
      ProcessHandle top = root.get();
      if (top != null) {
        seen.add(top);
        for (ProcessHandle known : List.copyOf(seen)) {
          known.descendants().forEach(seen::add);
        }
      }
    }

    /** Kills the tree; twice, because a process may have been born while the first round ran. */
    synchronized void fell() {
      for (int round = 0; round < 2; round++) {
        look();
        for (ProcessHandle process : seen) {
          process.destroyForcibly();
        }
      }
    }
  }

  /** Pumps that say so, instead of failing the command, when a stream never ends. */
  private static final class Pumps extends PumpStreamHandler {
    private volatile boolean gaveUp;

    Pumps(OutputStream out, OutputStream err, @Nullable InputStream input) {
      super(out, err, input);
      setStopTimeout(LAST_WORDS);
    }

    @Override
    public void stop() throws IOException {
      try {
        super.stop();
      } catch (ExecuteException e) {
        gaveUp = true;
      }
    }
  }

  /** One stream of the command: its first bytes kept, its lines told. */
  private static final class Capture extends OutputStream {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final int cap;
    private final @Nullable Consumer<String> lines;
    private final Object tellingOne;
    private boolean truncated;

    Capture(int cap, @Nullable Consumer<String> lines, Object tellingOne) {
      this.cap = cap;
      this.lines = lines;
      this.tellingOne = tellingOne;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      int room = Math.min(length, cap - kept.size());
      kept.write(bytes, offset, room);
      truncated |= room < length;
      if (lines != null) {
        for (int i = offset; i < offset + length; i++) {
          // A progress bar ends its lines with a carriage return.
          if (bytes[i] == '\n' || bytes[i] == '\r' || line.size() >= LONGEST_LINE) {
            tell();
          }
          if (bytes[i] != '\n' && bytes[i] != '\r') {
            line.write(bytes[i]);
          }
        }
      }
    }

    synchronized void finish() {
      tell();
    }

    private void tell() {
      if (lines != null && line.size() > 0) {
        synchronized (tellingOne) {
          lines.accept(line.toString(StandardCharsets.UTF_8));
        }
        line.reset();
      }
    }

    synchronized boolean truncated() {
      return truncated;
    }

    synchronized byte[] bytes() {
      return kept.toByteArray();
    }

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
