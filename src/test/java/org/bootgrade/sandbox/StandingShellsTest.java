package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and conversations in the real sh of this machine, without an engine. */
@Timeout(60)
class StandingShellsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir private Path root;
  private final List<LocalShell> started = new ArrayList<>();
  private @Nullable StandingShells shells;

  @AfterEach
  void endAll() {
    if (shells != null) {
      shells.close();
    }
    started.forEach(LocalShell::kill);
  }

  // ---- output and exit codes

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "no newline at the end", "line\n", "two\nlines\n\n", "%0171"})
  void outputComesAsItIsWritten(String text) throws Exception {
    Outcome outcome = run("sh", "-c", "printf %s \"$1\"; printf %s \"$1\" >&2", "sh", text);
    assertThat(outcome.out()).isEqualTo(text);
    assertThat(outcome.err()).isEqualTo(text);
    assertThat(outcome.succeeded()).isTrue();
    assertThat(outcome.truncated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 126, 127, 137, 153, 255})
  void theExitCodeIsTheCommands(int code) throws Exception {
    Outcome outcome = run("sh", "-c", "exit " + code);
    assertThat(outcome.end()).isEqualTo(Outcome.End.EXITED);
    assertThat(outcome.exitCode()).isEqualTo(code);
  }

  @Test
  void aCommandThatASignalEndsHas128AndItsNumberAndNoWordsOfTheShell() throws Exception {
    Outcome killed = run("sh", "-c", "kill -KILL $$");
    assertThat(killed.end()).isEqualTo(Outcome.End.EXITED);
    assertThat(killed.exitCode()).isEqualTo(137);
    assertThat(killed.err()).isEmpty();
    assertThat(run("sh", "-c", "kill -XFSZ $$").exitCode()).isEqualTo(153);
  }

  @Test
  void aCommandThatIsKilledWhileItsStreamsDoNotWaitLeavesTheShellItsOwn() throws Exception {
    StandingShells shells = shells();
    String doNotWait =
        "use Fcntl; for (STDIN, STDOUT, STDERR) { fcntl($_, F_SETFL, O_NONBLOCK) }"
            + " sysread(STDIN, $x, 1); kill 'KILL', $$";
    Command killed = Command.of(LIMIT, "perl", "-e", doNotWait);

    assertThat(shells.run(killed, sending(new byte[] {1}), null).exitCode()).isEqualTo(137);
    Command much = Command.of(LIMIT, "head", "-c", "5000000", "/dev/zero").keeping(6_000_000);
    assertThat(shells.run(much, null, null).stdout()).hasSize(5_000_000);
    assertThat(started).hasSize(1);
  }

  @Test
  void aProgramThatIsNotThereHasTheExitCodeOfAShell() throws Exception {
    Outcome outcome = run("no-such-program");
    assertThat(outcome.exitCode()).isEqualTo(127);
    assertThat(outcome.err()).contains("no-such-program");
  }

  @Test
  void everyByteValuePassesBothWays() throws Exception {
    byte[] bytes = new byte[4096];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + i / 256);
    }
    Outcome outcome = shells().run(Command.of(LIMIT, "head", "-c", "4096"), sending(bytes), null);
    assertThat(outcome.stdout()).isEqualTo(bytes);
  }

  @Test
  void marksAreFoundWhereStreamsComeByteByByte() throws Exception {
    StandingShells slow = shells(1);
    for (int i = 0; i < 20; i++) {
      Outcome outcome =
          slow.run(Command.of(LIMIT, "sh", "-c", "echo 0123456789abcdef; exit 7"), null, null);
      assertThat(outcome.out()).isEqualTo("0123456789abcdef\n");
      assertThat(outcome.exitCode()).isEqualTo(7);
    }
    assertThat(started).hasSize(1);
  }

  @Test
  void whatLooksLikeAMarkIsOutput() throws Exception {
    String forged = "0123456789abcdef0123456789abcdef0000";
    Outcome outcome = run("sh", "-c", "printf %s $1; printf %s $1 >&2; exit 3", "sh", forged);
    assertThat(outcome.out()).isEqualTo(forged);
    assertThat(outcome.err()).isEqualTo(forged);
    assertThat(outcome.exitCode()).isEqualTo(3);
  }

  @Test
  void fiveMegabytesComeWhole() throws Exception {
    Outcome outcome =
        shells()
            .run(
                Command.of(LIMIT, "sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' a; echo end")
                    .keeping(6_000_000),
                null,
                null);
    assertThat(outcome.succeeded()).isTrue();
    assertThat(outcome.stdout()).hasSize(5_000_004);
    assertThat(outcome.out()).endsWith("aend\n");
  }

  @Test
  void outputIsCutAndAFloodIsTold() throws Exception {
    Outcome cut =
        shells().run(Command.of(LIMIT, "head", "-c", "5000", "/dev/zero").keeping(100), null, null);
    assertThat(cut.stdout()).hasSize(100);
    assertThat(cut.truncated()).isTrue();
    Outcome flood = shells().run(Command.of(LIMIT, "cat", "/dev/zero").keeping(100), null, null);
    assertThat(flood.end()).isEqualTo(Outcome.End.OUTPUT_LIMIT);
  }

  // ---- words

  @Test
  void wordsAndEnvironmentAreSeenByNoShell() throws Exception {
    String odd = "a  'b' \"c\" \\d $(e) `f` *\n\n g;h|i&j>k #\t\r {l} ~ äÄöß€😀\n";
    assertThat(run("printf", "%s|", odd, "", odd).out()).isEqualTo(odd + "||" + odd + "|");
    for (String name : List.of("A", "odd.name", "-x")) {
      Command command = Command.of(LIMIT, "printenv", "--", name).with(Map.of(name, odd, "B", ""));
      assertThat(shells().run(command, null, null).out()).as(name).isEqualTo(odd + "\n");
    }
  }

  @Test
  void everyCharacterPassesAsAnArgument() throws Exception {
    StringBuilder all = new StringBuilder();
    IntStream.range(1, 0x3000).forEach(all::appendCodePoint);
    assertThat(run("printf", "%s", all.toString()).out()).isEqualTo(all.toString());
  }

  @Test
  void theEnvironmentOfOneCommandIsNotThatOfTheNext() throws Exception {
    Command command = Command.of(LIMIT, "sh", "-c", "echo ${FIRST-unset}; pwd");
    assertThat(shells().run(command.with(Map.of("FIRST", "set")), null, null).out())
        .startsWith("set\n");
    assertThat(shells().run(command, null, null).out()).startsWith("unset\n");
  }

  @Test
  void aCommandRunsInItsFolder() throws Exception, IOException {
    for (String folder :
        List.of("plain", "with blank", "it's \"so\"", "new\nline", "-n", "Ärger")) {
      Files.createDirectory(root.resolve(folder));
      Command command = Command.of(LIMIT, "sh", "-c", "echo hello >file").in(folder);
      assertThat(shells().run(command, null, null).succeeded()).isTrue();
      assertThat(root.resolve(folder).resolve("file")).hasContent("hello");
    }
    assertThat(run("pwd").out().strip()).isEqualTo(root.toString());
  }

  @Test
  void aFolderThatIsNotThereFailsTheCommandAndNotTheShell() throws Exception {
    Outcome outcome = shells().run(Command.of(LIMIT, "touch", "file").in("no/such"), null, null);
    assertThat(outcome.exitCode()).isEqualTo(126);
    assertThat(outcome.err()).contains("no/such");
    assertThat(root.resolve("file")).doesNotExist();
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(1);
  }

  @Test
  void anArgumentWithTheCharacterZeroIsRefusedAndNothingRuns() throws Exception {
    assertThatThrownBy(() -> run("echo", "a\0b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> shells().converse(Command.of(LIMIT, "echo", "a\0b")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(1);
  }

  // ---- input

  @Test
  void aCommandWithoutInputHasAnEmptyOne() throws Exception {
    assertThat(run("cat").out()).isEmpty();
    assertThat(run("sh", "-c", "cat; exec 6<&3").err()).isNotEmpty();
  }

  @Test
  void inputThatIsNotReadIsForgotten() throws Exception {
    byte[] input = "'never `read\n $( or\n\"".repeat(10_000).getBytes(UTF_8);
    assertThat(shells().run(Command.of(LIMIT, "false"), sending(input), null).exitCode())
        .isEqualTo(1);
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(shells().run(Command.of(LIMIT, "head", "-c", "5"), sending(input), null).out())
        .isEqualTo("'neve");
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(1);
  }

  // ---- limits and failures

  @Test
  void aCommandIsEndedAtItsLimitWithItsChildren() throws Exception {
    Outcome outcome =
        shells()
            .run(
                Command.of(
                    Duration.ofSeconds(1),
                    "sh",
                    "-c",
                    "sleep 300 & echo $!; echo w >&2; sleep 300"),
                null,
                null);
    assertThat(outcome.end()).isEqualTo(Outcome.End.TIME_LIMIT);
    assertThat(outcome.err()).isEqualTo("w\n");
    assertThat(ended(outcome.out().strip())).isTrue();
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
  }

  @Test
  void whatACommandLeftBehindIsEndedAndSaysNothingToTheNext() throws Exception {
    Outcome outcome =
        run("sh", "-c", "{ trap '' TERM HUP; while :; do echo late; done; } & echo $! >&2");
    assertThat(outcome.end()).isEqualTo(Outcome.End.EXITED);
    assertThat(ended(outcome.err().strip())).isTrue();
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(2);
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(2);
  }

  @Test
  void aShellThatIsKilledDuringACommandIsAFailure() {
    assertThatThrownBy(
            () -> run("sh", "-c", "read -r _ _ _ shell _ </proc/$PPID/stat; kill -KILL $shell"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("'sh'");
  }

  @Test
  void aShellThatWasKilledBetweenCommandsIsReplaced() throws Exception {
    assertThat(run("echo", "first").out()).isEqualTo("first\n");
    started.get(0).kill();
    assertThat(started.get(0).awaitEnd()).isTrue();
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(2);
  }

  @Test
  void aShellThatIsSilentIsAFailureSoonAfterTheLimit() {
    try (StandingShells silent =
        new StandingShells(
            (words, listener) -> new Answering(listener, ""), "/", Duration.ofMillis(300))) {
      assertThatThrownBy(() -> silent.run(Command.of(Duration.ZERO, "true"), null, null))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageContaining("'true'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x10", "   0", "-010", "0002", "????"})
  void aMarkWithoutAnExitCodeIsAFailure(String nonsense) {
    try (StandingShells confused =
        new StandingShells((words, listener) -> new Answering(listener, nonsense), "/", GRACE)) {
      assertThatThrownBy(() -> confused.run(Command.of(LIMIT, "true"), null, null))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageContaining(nonsense);
    }
  }

  @Test
  void aShellThatCannotBeStartedIsAFailure() {
    try (StandingShells none =
        new StandingShells(
            (words, listener) -> {
              throw new InfrastructureFailure("no engine", "Start one.");
            },
            "/",
            GRACE)) {
      assertThatThrownBy(() -> none.run(Command.of(LIMIT, "true"), null, null))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessage("no engine");
    }
  }

  @Test
  void anInterruptEndsTheWaitAndTheShellIsNotUsedAgain() throws Exception {
    assertThat(run("true").succeeded()).isTrue();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> run("sleep", "30"))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(2);
  }

  // ---- conversations

  @Test
  void aConversationCarriesBytesBothWaysAndTellsTheExitCode() throws Exception {
    try (Conversation conversation =
        converse("sh", "-c", "read line; echo got $line; echo oops >&2; exit 33")) {
      assertThat(conversation.exitCode(Duration.ofMillis(50))).isEmpty();
      conversation.input().write("hello\n".getBytes(UTF_8));
      assertThat(new String(conversation.output().readAllBytes(), UTF_8)).isEqualTo("got hello\n");
      assertThat(conversation.exitCode(LIMIT)).hasValue(33);
      assertThat(conversation.errors()).isEqualTo("oops\n");
      conversation.input().write("too late".getBytes(UTF_8));
    }
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(1);
  }

  @Test
  void noByteOfAConversationIsHeldBack() throws Exception {
    try (Conversation conversation = converse("cat")) {
      for (int i = 0; i < 2000; i++) {
        int sent = i < 1000 ? i % 256 : "0123456789abcdef".charAt(i % 16);
        conversation.input().write(sent);
        assertThat(conversation.output().read()).isEqualTo(sent);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "$vKill;1#6e", "a\nb", "\n", "'", "\"$(", "x\n\n`\\"})
  void whatAConversationDidNotReadIsForgotten(String left) throws Exception {
    try (Conversation conversation = converse("head", "-c", "4")) {
      conversation.input().write(("four" + left).getBytes(UTF_8));
      assertThat(new String(conversation.output().readAllBytes(), UTF_8)).isEqualTo("four");
      assertThat(conversation.exitCode(LIMIT)).hasValue(0);
    }
    Outcome next = run("sh", "-c", "echo next; exit 5");
    assertThat(next.out()).isEqualTo("next\n");
    assertThat(next.exitCode()).isEqualTo(5);
    assertThat(started).hasSize(1);
  }

  @Test
  void commandsRunBesideAConversationAndBothShellsAreKept() throws Exception {
    assertThat(run("echo", "before").out()).isEqualTo("before\n");
    try (Conversation conversation = converse("head", "-n", "2")) {
      assertThat(run("echo", "beside").out()).isEqualTo("beside\n");
      conversation.input().write("one\n".getBytes(UTF_8));
      assertThat(run("echo", "beside").out()).isEqualTo("beside\n");
      conversation.input().write("two\n".getBytes(UTF_8));
      assertThat(new String(conversation.output().readAllBytes(), UTF_8)).isEqualTo("one\ntwo\n");
    }
    for (int i = 0; i < 5; i++) {
      assertThat(run("echo", "after").out()).isEqualTo("after\n");
    }
    assertThat(started).hasSize(2);
  }

  @Test
  void theShellOfAConversationThatIsClosedTooEarlyIsNotUsedAgain() throws Exception {
    Conversation conversation = converse("sh", "-c", "sleep 2; echo late");
    conversation.close();
    conversation.close();
    assertThat(conversation.output().read()).isEqualTo(-1);
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
    assertThat(started).hasSize(2);
    assertThat(started.get(0).closed).isTrue();
  }

  @Test
  void aShellThatIsKilledDuringAConversationEndsItsOutputAndTellsNoExitCode() throws Exception {
    try (Conversation conversation =
        converse("sh", "-c", "echo on; read -r _ _ _ p _ </proc/$PPID/stat; kill -KILL $p")) {
      assertThat(new String(conversation.output().readAllBytes(), UTF_8)).isEqualTo("on\n");
      assertThatThrownBy(() -> conversation.exitCode(LIMIT))
          .isInstanceOf(InfrastructureFailure.class);
    }
  }

  @Test
  void closingAllEndsAnOpenConversation() throws Exception {
    Conversation conversation = converse("cat");
    shells().close();
    assertThat(conversation.output().read()).isEqualTo(-1);
    assertThatThrownBy(() -> conversation.exitCode(LIMIT))
        .isInstanceOf(InfrastructureFailure.class);
    conversation.close();
    assertThatThrownBy(() -> run("true")).isInstanceOf(InfrastructureFailure.class);
  }

  @Test
  void aConversationThatNobodyReadsIsClosedAllTheSame() throws Exception {
    try (Conversation conversation = converse("cat", "/dev/zero")) {
      assertThat(conversation.exitCode(Duration.ofMillis(300))).isEmpty();
    }
    assertThat(run("echo", "next").out()).isEqualTo("next\n");
  }

  // ---- the machine under it

  private StandingShells shells() {
    return shells(1 << 16);
  }

  private StandingShells shells(int pieces) {
    StandingShells known = shells;
    if (known == null) {
      known =
          new StandingShells(
              (words, listener) -> {
                LocalShell shell = new LocalShell(words, listener, pieces);
                started.add(shell);
                return shell;
              },
              root.toString(),
              GRACE);
      shells = known;
    }
    return known;
  }

  private Outcome run(String... words) throws Exception {
    return shells().run(Command.of(LIMIT, words), null, null);
  }

  private Conversation converse(String... words) throws Exception {
    return shells().converse(Command.of(LIMIT, words));
  }

  /** Whether a process is gone, or will be in a moment. */
  private static boolean ended(String process) throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      boolean gone =
          ProcessHandle.of(Long.parseLong(process)).filter(ProcessHandle::isAlive).isEmpty();
      if (gone) {
        return true;
      }
      Thread.sleep(50);
    }
    return false;
  }

  /** A process of this machine. Its output comes in pieces of a size. */
  private static final class LocalShell implements Attachment {
    private final Process process;
    private final ByteQueue input = new ByteQueue();
    private final Thread[] pumps;
    private volatile boolean closed;

    LocalShell(List<String> words, Listener listener, int pieces) {
      try {
        process = new ProcessBuilder(words).start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      pumps =
          new Thread[] {
            new Thread(this::write),
            new Thread(() -> read(process.getInputStream(), false, listener, pieces)),
            new Thread(() -> read(process.getErrorStream(), true, listener, pieces))
          };
      for (Thread pump : pumps) {
        pump.setDaemon(true);
        pump.start();
      }
    }

    private void write() {
      try (OutputStream out = process.getOutputStream()) {
        byte[] buffer = new byte[1 << 16];
        for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
          out.write(buffer, 0, read);
          out.flush();
        }
      } catch (IOException gone) {
        input.end();
      }
    }

    private static void read(InputStream in, boolean error, Listener listener, int pieces) {
      byte[] buffer = new byte[pieces];
      try {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          listener.received(error, Arrays.copyOf(buffer, read));
        }
        listener.ended(null);
      } catch (IOException broken) {
        listener.ended(broken);
      }
    }

    @Override
    public void send(byte[] bytes) {
      input.add(bytes);
    }

    @Override
    public void close() {
      closed = true;
      input.close();
    }

    void kill() {
      process.destroyForcibly();
    }

    boolean awaitEnd() throws InterruptedException {
      for (Thread pump : Arrays.copyOfRange(pumps, 1, 3)) {
        pump.join(10_000);
      }
      return !pumps[1].isAlive() && !pumps[2].isAlive();
    }
  }

  /** A shell that answers each command by its mark and something behind it. */
  private static final class Answering implements Attachment {
    private final Listener listener;
    private final String answer;

    Answering(Listener listener, String answer) {
      this.listener = listener;
      this.answer = answer;
    }

    @Override
    public void send(byte[] bytes) {
      String[] words = new String(bytes, UTF_8).split(" ", -1);
      if (!answer.isEmpty() && words[1].equals("'run'")) {
        listener.received(true, (words[2].replace("'", "") + answer).getBytes(UTF_8));
      }
    }

    @Override
    public void close() {
      // There is nothing behind it.
    }
  }

  private static StandingShells.Input sending(byte[] bytes) {
    return stdin -> stdin.write(bytes);
  }
}
