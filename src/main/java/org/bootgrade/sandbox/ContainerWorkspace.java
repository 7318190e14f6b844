package org.bootgrade.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.ExecCreateCmdResponse;
import com.github.dockerjava.api.command.ExecStartCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A workspace in a running container. Each command is an exec of the engine, or where no code of a
 * submission runs as a process a command of a {@link StandingShell}, which is much faster.
 */
final class ContainerWorkspace implements Workspace {

  private static final Logger LOG = LoggerFactory.getLogger(ContainerWorkspace.class);

  /** How long the engine may take to tell that a command has ended after it was killed. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  /**
   * Tells on a line how much of the processors' time the container has used: by cgroup-v2 in
   * microseconds, else by cgroup-v1 in nanoseconds. No command can write there.
   */
  private static final String TELL_PROCESSOR_TIME =
      "grep -s -m 1 usage_usec /sys/fs/cgroup/cpu.stat"
          + " || cat /sys/fs/cgroup/cpuacct/cpuacct.usage || echo";

  /**
   * Tells whether processes of the user run beside this shell, ends them all, so that none can
   * start another (kill(2)).
   */
  private static final String TIDY =
      "left=none; for p in /proc/[0-9]*; do [ -O $p ] && [ $p != /proc/$$ ]"
          + " && read -r stat 2>/dev/null < $p/stat"
          + " && case \"${stat##*) }\" in Z*) ;; *) left=some;; esac; done; echo left=$left;"
          + " kill -9 -1; { "
          + TELL_PROCESSOR_TIME
          + "; }";

  /** Removes all files but those that its arguments exempt. */
  private static final String CLEAR =
      "find /tmp %1$s -mindepth 1 -maxdepth 1 \"$@\" -exec rm -rf {} + && mkdir -p %1$s/tmp"
          .formatted(ContainerSandbox.ROOT);

  private static final String LEFT = "left=";
  private static final String LEFT_RUNNING = LEFT + "some";

  /** How many bytes {@link #TIDY} prints at the most. */
  private static final int TOLD = 64;

  private static final Pattern PROCESSOR_TIME =
      Pattern.compile("^(usage_usec )?([0-9]{1,18})$", Pattern.MULTILINE);

  /** How much later than its commands' ends a container's own end may be told. */
  private static final Duration TAKEN_AWAY = Duration.ofMillis(500);

  private static final Duration TIDYING = Duration.ofSeconds(20);
  private static final int TIDYING_ATTEMPTS = 3;

  private final DockerClient docker;
  private final EngineCalls engine;
  private final String container;
  private final Consumer<ContainerWorkspace> onClose;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile StandingShells shells;

  /**
   * Whether shells run the commands: not where code of a submission has run as a process, which
   * would be the same user's and could write into their streams.
   */
  private boolean clean = true;

  private final boolean staysClean;

  /**
   * @param role where it is {@link Role#BUILD}, commands may run code of a submission
   */
  ContainerWorkspace(
      DockerClient docker,
      EngineCalls engine,
      String container,
      Role role,
      Consumer<ContainerWorkspace> onClose) {
    this.docker = docker;
    this.engine = engine;
    this.container = container;
    this.onClose = onClose;
    this.staysClean = role != Role.BUILD;
    this.shells = shells(this::attach);
  }

  private static StandingShells shells(Attachment.Opener opener) {
    return new StandingShells(opener, ContainerSandbox.ROOT, GRACE);
  }

  @Override
  public String root() {
    return ContainerSandbox.ROOT;
  }

  @Override
  public String cache() {
    return ContainerSandbox.CACHE;
  }

  @Override
  public void put(List<Upload> files) throws InfrastructureFailure {
    Outcome outcome;
    try {
      FileTime now = FileTime.fromMillis(System.currentTimeMillis());
      Command untar = untar(Duration.ofMinutes(2), Tar.size(files, now), root());
      if (clean) {
        outcome = inShell(untar, stdin -> Tar.write(files, now, stdin), null);
      } else {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        Tar.write(files, now, tar);
        outcome = exec(untar, new ByteArrayInputStream(tar.toByteArray()), null);
      }
    } catch (IOException e) {
      throw ContainerSandbox.failure("a file for a container could not be read", e);
    }
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "%d files did not fit into a container (%s)".formatted(files.size(), outcome.why()),
          "Run ./bootgrade doctor to see whether disk and memory suffice.");
    }
  }

  /**
   * Unpacks standard input. The engine's interface cannot end a command's input without ending its
   * output too, so the command is told how much there is.
   */
  private static Command untar(Duration limit, long bytes, String directory) {
    return Command.of(
        limit,
        "sh",
        "-c",
        "head -c \"$1\" | tar -x -f - -C \"$2\" --no-same-owner",
        "sh",
        Long.toString(bytes),
        directory);
  }

  @Override
  public Outcome run(Command command) throws InfrastructureFailure {
    if (staysClean) {
      return runTrusted(command);
    }
    spoil();
    return exec(command, null, null);
  }

  @Override
  public Outcome runTrusted(Command command) throws InfrastructureFailure {
    return runTrusted(command, null);
  }

  @Override
  public Outcome runTrusted(Command command, @Nullable OutputStream output)
      throws InfrastructureFailure {
    return clean ? inShell(command, null, output) : exec(command, null, output);
  }

  /** From now on code of a submission may run here. */
  private void spoil() {
    if (clean) {
      clean = false;
      shells.close();
    }
  }

  private Outcome inShell(
      Command command, StandingShells.@Nullable Input input, @Nullable OutputStream output)
      throws InfrastructureFailure {
    Outcome outcome;
    try {
      outcome = shells.run(command, input, output);
    } catch (IOException e) {
      throw notTaken(e);
    }
    if (outcome.end() == Outcome.End.OUTPUT_LIMIT) {
      close();
    }
    return outcome;
  }

  void mustSucceed(Command command) throws InfrastructureFailure {
    Outcome outcome = runTrusted(command);
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "'%s' failed in a container (exit code %d, %s)"
              .formatted(
                  String.join(" ", command.arguments()), outcome.exitCode(), outcome.err().strip()),
          "Run ./bootgrade doctor to see whether the container engine is well.");
    }
  }

  private Outcome exec(Command command, @Nullable InputStream stdin, @Nullable OutputStream stdout)
      throws InfrastructureFailure {
    return exec(command, command.limited(), stdin, stdout);
  }

  /**
   * @param words what is executed, where it is not {@link Command#limited}
   */
  private Outcome exec(
      Command command,
      List<String> words,
      @Nullable InputStream stdin,
      @Nullable OutputStream stdout)
      throws InfrastructureFailure {
    Output output = new Output(command.outputBytes(), stdout);
    long begin = System.nanoTime();
    try {
      String exec = create(command, words, stdin != null);
      ExecStartCmd start = docker.execStartCmd(exec);
      if (stdin != null) {
        start.withStdIn(stdin);
      }
      boolean flooded = false;
      boolean overdue = false;
      try (Frames frames = start.exec(new Frames(output))) {
        long deadline = begin + command.limit().plus(GRACE).toNanos();
        // A process that the command left behind may hold the streams open after its end.
        int polls = 0;
        while (!frames.ended(1, TimeUnit.SECONDS)) {
          if (output.flooded()) {
            flooded = true;
            break;
          }
          if (++polls >= 2 && !running(exec)) {
            frames.ended(1, TimeUnit.SECONDS);
            break;
          }
          if (System.nanoTime() - deadline > 0) {
            // The engine answers, so the command has stopped what was to end it.
            overdue = true;
            break;
          }
        }
        frames.rethrow();
      }
      try {
        output.rethrow();
      } catch (IOException e) {
        throw notTaken(e);
      }
      if (flooded || overdue) {
        close();
        return output.outcome(flooded ? Outcome.End.OUTPUT_LIMIT : Outcome.End.TIME_LIMIT, -1);
      }
      int exitCode = exitCode(exec, begin + command.limit().plus(GRACE).toNanos());
      boolean late = System.nanoTime() - begin >= command.limit().toNanos();
      if (exitCode == Command.KILLED && late) {
        return output.outcome(Outcome.End.TIME_LIMIT, -1);
      }
      if (exitCode != 0) {
        refuseIfTakenAway(command, exitCode);
      }
      return output.outcome(Outcome.End.EXITED, exitCode);
    } catch (DockerException e) {
      throw ContainerSandbox.failure(
          "'%s' did not run in a container".formatted(command.arguments().get(0)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ContainerSandbox.failure("interrupted", e);
    } catch (IOException e) {
      throw ContainerSandbox.failure("the container engine's stream broke", e);
    }
  }

  private static InfrastructureFailure notTaken(IOException e) {
    return new InfrastructureFailure(
        "what comes out of a container, or goes into it, could not be passed on (%s)"
            .formatted(FileTrouble.reason(e, null)),
        "See that the disk is not full, then run the command again.",
        e);
  }

  /**
   * What a command says that was killed with its container says nothing about a submission. The
   * engine tells the end of the command a moment before that of the container.
   */
  private void refuseIfTakenAway(Command command, int exitCode)
      throws InfrastructureFailure, InterruptedException {
    if (exitCode >= Command.KILLED) {
      TimeUnit.MILLISECONDS.sleep(TAKEN_AWAY.toMillis());
    }
    if (closed.get() || !kept()) {
      throw new InfrastructureFailure(
          "a container was taken away while '%s' ran in it".formatted(command.arguments().get(0)),
          "Run the command again; somebody or something has removed containers of bootgrade.");
    }
  }

  private String create(Command command, List<String> words, boolean stdin)
      throws InfrastructureFailure {
    String directory = root() + (command.directory().isEmpty() ? "" : "/" + command.directory());
    return create(words, directory, command.settings(), stdin);
  }

  private String create(List<String> words, String directory, List<String> settings, boolean stdin)
      throws InfrastructureFailure {
    ExecCreateCmdResponse created =
        engine.ask(
            "start a command",
            docker
                    .execCreateCmd(container)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withAttachStdin(stdin)
                    .withEnv(settings)
                    .withUser(ContainerSandbox.USER)
                    .withWorkingDir(directory)
                    .withCmd(words.toArray(String[]::new))
                ::exec);
    return created.getId();
  }

  private Attachment attach(List<String> words, Attachment.Listener listener)
      throws InfrastructureFailure {
    try {
      return new ExecAttachment(docker, create(words, root(), List.of(), true), listener);
    } catch (DockerException e) {
      throw ContainerSandbox.failure("a shell did not start in a container", e);
    }
  }

  private boolean running(String exec) throws InfrastructureFailure {
    return Boolean.TRUE.equals(
        engine.ask("tell whether a command runs", docker.inspectExecCmd(exec)::exec).isRunning());
  }

  /** The engine tells the exit code a moment after the streams have ended. */
  private int exitCode(String exec, long deadline)
      throws InfrastructureFailure, InterruptedException {
    while (true) {
      Long code =
          engine
              .ask("tell a command's exit code", docker.inspectExecCmd(exec)::exec)
              .getExitCodeLong();
      if (code != null) {
        return code.intValue();
      }
      if (System.nanoTime() - deadline > 0) {
        throw new InfrastructureFailure(
            "the container engine did not tell a command's exit code",
            "Run ./bootgrade doctor to see whether the container engine is well.");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public Tidied tidy() throws InfrastructureFailure {
    for (int attempt = 0; !closed.get() && attempt < TIDYING_ATTEMPTS; attempt++) {
      Outcome outcome;
      try {
        // Without timeout(1), which would be among what is ended.
        Command tidying = Command.of(TIDYING, "sh", "-c", TIDY);
        outcome = exec(tidying, tidying.arguments(), null, null);
      } catch (InfrastructureFailure e) {
        // Where no process can be started, the engine is well and the container is there.
        if (!kept()) {
          throw e;
        }
        LOG.info("container {} could not be tidied: {}", container, e.getMessage());
        continue;
      }
      // Not if a process killed it before it could do so, or where none could be started.
      if (outcome.succeeded()) {
        return new Tidied(true, outcome.out().contains(LEFT_RUNNING), processorTime(outcome.out()));
      }
    }
    return new Tidied(false, true, Optional.empty());
  }

  @Override
  public After tidyAnd(Command command, OutputStream output) throws InfrastructureFailure {
    List<String> words =
        new ArrayList<>(List.of("sh", "-c", "{ " + TIDY + "; } >&2; exec \"$@\"", "sh"));
    words.addAll(command.limited());
    Command both =
        new Command(
            words,
            command.directory(),
            command.environment(),
            TIDYING.plus(command.limit()),
            command.outputBytes() + TOLD);
    Outcome outcome;
    try {
      outcome = exec(both, words, null, output);
    } catch (InfrastructureFailure e) {
      // Where no process can be started, the engine is well and the container is there.
      LOG.info("container {} could not be tidied at once: {}", container, e.getMessage());
      return new After(tidy(), null);
    }
    byte[] said = outcome.stderr();
    int end = behindLine(said, behindLine(said, 0));
    String told = new String(said, 0, end, StandardCharsets.US_ASCII);
    if (outcome.end() != Outcome.End.EXITED || !told.startsWith(LEFT)) {
      return new After(tidy(), null);
    }
    return new After(
        new Tidied(true, told.contains(LEFT_RUNNING), processorTime(told)),
        new Outcome(
            outcome.end(),
            outcome.exitCode(),
            outcome.stdout(),
            Arrays.copyOfRange(said, end, said.length),
            outcome.truncated()));
  }

  private static int behindLine(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, bytes.length);
  }

  @Override
  public Optional<Duration> processorTime() throws InfrastructureFailure {
    Outcome outcome = runTrusted(Command.of(TIDYING, "sh", "-c", TELL_PROCESSOR_TIME));
    return processorTime(outcome.out());
  }

  @Override
  public boolean clear(Set<String> kept) throws InfrastructureFailure {
    if (!staysClean) {
      return false;
    }
    shells.close();
    AtomicBoolean first = new AtomicBoolean(true);
    shells =
        shells(
            (words, listener) -> attach(first.getAndSet(false) ? alone(words) : words, listener));
    List<String> words = new ArrayList<>(List.of("sh", "-c", CLEAR, "sh"));
    kept.stream()
        .sorted()
        .forEach(name -> words.addAll(List.of("!", "-path", root() + "/" + name)));
    return runTrusted(Command.of(TIDYING, words.toArray(String[]::new))).succeeded();
  }

  /** Ends all processes of the user before it begins; kill(2) with -1 spares who calls it. */
  private static List<String> alone(List<String> words) {
    List<String> alone = new ArrayList<>(List.of("sh", "-c", "kill -9 -1; exec \"$@\"", "sh"));
    alone.addAll(words);
    return alone;
  }

  /** Whether the engine answers and says that the container runs. No command can end it. */
  private boolean kept() throws InfrastructureFailure {
    try {
      return Boolean.TRUE.equals(
          engine
              .ask("describe a container", docker.inspectContainerCmd(container)::exec)
              .getState()
              .getRunning());
    } catch (DockerException e) {
      throw ContainerSandbox.failure("the container engine did not describe a container", e);
    }
  }

  /** What {@link #TELL_PROCESSOR_TIME} printed. */
  static Optional<Duration> processorTime(String printed) {
    Matcher found = PROCESSOR_TIME.matcher(printed);
    if (!found.find()) {
      return Optional.empty();
    }
    long count = Long.parseLong(found.group(2));
    return Optional.of(
        found.group(1) == null ? Duration.ofNanos(count) : Duration.of(count, ChronoUnit.MICROS));
  }

  @Override
  public Conversation converse(Command command) throws InfrastructureFailure {
    if (staysClean) {
      return shells.converse(command);
    }
    spoil();
    try {
      String exec = create(command, command.limited(), true);
      return new ContainerConversation(docker, engine, exec, command.outputBytes());
    } catch (DockerException e) {
      throw ContainerSandbox.failure(
          "'%s' did not start in a container".formatted(command.arguments().get(0)), e);
    }
  }

  @Override
  public byte[] read(String path, int maxBytes) throws InfrastructureFailure {
    Outcome outcome =
        runTrusted(
            Command.of(
                    Duration.ofMinutes(1),
                    "sh",
                    "-c",
                    "test -f \"$1\" && ! test -h \"$1\" && head -c \"$2\" -- \"$1\"",
                    "sh",
                    path,
                    Integer.toString(maxBytes))
                .keeping(maxBytes));
    if (!outcome.succeeded()) {
      throw new InfrastructureFailure(
          "file '%s' is not in the container (%s)".formatted(path, outcome.why()),
          "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
    }
    return outcome.stdout();
  }

  @Override
  public void pack(String directory, Path tar, long maxBytes) throws InfrastructureFailure {
    Path raw = tar.resolveSibling(tar.getFileName() + ".raw");
    try {
      try (OutputStream file = new CappedOutput(Files.newOutputStream(raw), maxBytes)) {
        Outcome outcome =
            exec(
                Command.of(
                    Duration.ofMinutes(5),
                    "tar",
                    "-c",
                    "--format=posix",
                    "--hard-dereference",
                    "-f",
                    "-",
                    "-C",
                    root() + "/" + directory,
                    "."),
                null,
                file);
        if (!outcome.succeeded()) {
          throw new InfrastructureFailure(
              "folder '%s' could not be read from a container (%s)"
                  .formatted(directory, outcome.why()),
              "Run the command again; if it fails again, ./bootgrade doctor tells what is wrong.");
        }
      }
      Tar.keepPlainFiles(raw, tar);
    } catch (IOException e) {
      throw ContainerSandbox.failure("a folder could not be copied out of a container", e);
    } finally {
      raw.toFile().delete();
    }
  }

  @Override
  public void unpack(Path tar, String directory) throws InfrastructureFailure {
    mustSucceed(Command.of(Duration.ofMinutes(1), "mkdir", "-p", directory));
    try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), 1 << 20)) {
      Outcome outcome = exec(untar(Duration.ofMinutes(5), Files.size(tar), directory), in, null);
      if (!outcome.succeeded()) {
        throw new InfrastructureFailure(
            "files could not be put into a container's folder '%s' (%s)"
                .formatted(directory, outcome.why()),
            "Run ./bootgrade doctor to see whether the engine has disk space left.");
      }
    } catch (IOException e) {
      throw ContainerSandbox.failure("temporary file " + tar + " could not be read", e);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shells.close();
      try {
        engine.askInAnyCase(
            "remove a container",
            EngineCalls.ANSWER,
            docker.removeContainerCmd(container).withForce(true).withRemoveVolumes(true)::exec);
      } catch (DockerException | InfrastructureFailure engineGone) {
        // Nothing more can be done from here: it ends by itself when its lifetime is over, and the
        // next start removes it.
        LOG.warn("container {} could not be removed: {}", container, engineGone.getMessage());
      }
      onClose.accept(this);
    }
  }

  /** Collects an exec's frames. */
  private static final class Frames extends ResultCallback.Adapter<Frame> {
    private final Output output;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable error;

    Frames(Output output) {
      this.output = output;
    }

    @Override
    public void onNext(Frame frame) {
      output.add(frame.getStreamType() == StreamType.STDERR, frame.getPayload());
    }

    @Override
    public void onError(Throwable throwable) {
      error = throwable;
      ended.countDown();
      super.onError(throwable);
    }

    @Override
    public void onComplete() {
      ended.countDown();
      super.onComplete();
    }

    /** Waits for the streams' end. The library's own wait ends them itself when its time is up. */
    boolean ended(long time, TimeUnit unit) throws InterruptedException {
      return ended.await(time, unit);
    }

    void rethrow() throws IOException {
      Throwable thrown = error;
      if (thrown != null) {
        throw new IOException(thrown.getMessage(), thrown);
      }
    }
  }
}
