package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process sandbox without a Rust compiler: sh, cat and tar are all it needs. */
@Timeout(30)
class ProcessWorkspaceTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;

  private Path root;
  private int closed;
  private ProcessWorkspace workspace;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectories(folder.resolve("root"));
    Files.createDirectories(root.resolve("tmp"));
    workspace =
        new ProcessWorkspace(root, Files.createDirectories(folder.resolve("cache")), w -> closed++);
  }

  private Outcome sh(String script) throws InfrastructureFailure {
    return workspace.run(Command.of(LONG, "sh", "-c", script));
  }

  @Test
  void filesArePutRunAndReadBack() throws Exception {
    workspace.put(
        List.of(
            Upload.script(
                "bin/run.sh", "#!/bin/sh\necho \"$1\" >out.txt; echo done\n".getBytes(UTF_8)),
            Upload.file("data", "x".getBytes(UTF_8))));
    Outcome outcome = workspace.run(Command.of(LONG, root + "/bin/run.sh", "a b"));
    assertThat(outcome.succeeded()).as(outcome.err()).isTrue();
    assertThat(outcome.out()).isEqualTo("done\n");
    assertThat(workspace.read("out.txt", 100)).asString(UTF_8).isEqualTo("a b\n");
    assertThat(root.resolve("data").toFile().canExecute()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "/evil"})
  void aFileOutsideOfTheWorkspaceIsNotPut(String path) {
    assertThatThrownBy(() -> workspace.put(List.of(Upload.file(path, new byte[0]))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(path);
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @Test
  void aCommandsFailureIsAnOutcome() throws Exception {
    Outcome outcome = sh("echo no >&2; exit 7");
    assertThat(outcome.end()).isEqualTo(Outcome.End.EXITED);
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.err()).isEqualTo("no\n");
    assertThat(outcome.succeeded()).isFalse();
  }

  @Test
  void aCommandRunsInItsFolderWithItsEnvironment() throws Exception {
    workspace.put(List.of(Upload.file("sub/file", new byte[0])));
    Outcome outcome =
        workspace.run(
            Command.of(LONG, "sh", "-c", "ls; echo $SETTING; echo $TMPDIR")
                .in("sub")
                .with(Map.of("SETTING", "mine")));
    assertThat(outcome.out()).isEqualTo("file\nmine\n" + root + "/tmp\n");
  }

  @Test
  void aCommandThatIsNotThereDidNotStart() {
    assertThatThrownBy(() -> workspace.run(Command.of(LONG, "no-such-command-here")))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("no-such-command-here");
  }

  @Test
  void aCommandIsEndedAtItsLimitWithAllItsChildren() throws Exception {
    Outcome outcome =
        workspace.run(
            Command.of(Duration.ofSeconds(1), "sh", "-c", "sleep 600 & echo $!; echo begun; wait"));
    assertThat(outcome.end()).isEqualTo(Outcome.End.TIME_LIMIT);
    assertThat(outcome.exitCode()).isEqualTo(-1);
    assertThat(outcome.out()).endsWith("begun\n");
    assertGone(outcome.out().lines().findFirst().orElseThrow());
  }

  @Test
  void whatACommandLeavesBehindIsEnded() throws Exception {
    Outcome outcome = sh("sleep 600 >/dev/null 2>&1 & echo $!; sleep 0.5");
    assertThat(outcome.succeeded()).isTrue();
    assertGone(outcome.out().strip());
  }

  private static void assertGone(String pid) throws InterruptedException {
    ProcessHandle handle = ProcessHandle.of(Long.parseLong(pid)).orElse(null);
    for (int i = 0; i < 100 && handle != null && handle.isAlive(); i++) {
      Thread.sleep(50);
    }
    assertThat(handle == null || !handle.isAlive()).isTrue();
  }

  @Test
  void outputIsCutAtItsCap() throws Exception {
    Outcome outcome =
        workspace.run(Command.of(LONG, "sh", "-c", "yes | head -c 100000").keeping(1000));
    assertThat(outcome.out()).hasSizeLessThanOrEqualTo(1000);
    assertThat(outcome.truncated()).isTrue();
    assertThat(outcome.succeeded()).isTrue();
  }

  @Test
  void readingStopsAtItsMost() throws Exception {
    workspace.put(List.of(Upload.file("file", "hello".getBytes(UTF_8))));
    assertThat(workspace.read("file", 4)).asString(UTF_8).isEqualTo("hell");
  }

  @Test
  void linksFoldersAndWhatIsNotThereAreNotRead() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "s");
    Files.createSymbolicLink(root.resolve("link"), secret);
    for (String path : List.of("link", "tmp", "none")) {
      assertThatThrownBy(() -> workspace.read(path, 10))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageContaining(path);
    }
  }

  @Test
  void aFileBehindALinkedFolderIsNotRead() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    Files.createSymbolicLink(root.resolve("linked"), outside);
    assertThatThrownBy(() -> workspace.read("linked/secret", 10))
        .isInstanceOf(InfrastructureFailure.class);
  }

  @Test
  void aFolderIsPackedWithoutLinksAndUnpackedElsewhere() throws Exception {
    sh(
        "mkdir -p made/sub && echo one >made/sub/file && echo '#!/bin/sh' >made/run"
            + " && chmod +x made/run && ln -s run made/link && mkfifo made/pipe"
            + " && touch -d 2001-01-01 made/sub/file");
    Path tar = folder.resolve("made.tar");
    workspace.pack("made", tar, 1 << 20);
    Path copy = folder.resolve("cache/a/copy");
    workspace.unpack(tar, copy.toString());
    assertThat(copy.resolve("sub/file")).hasContent("one");
    assertThat(Files.getLastModifiedTime(copy.resolve("sub/file")))
        .isEqualTo(Files.getLastModifiedTime(root.resolve("made/sub/file")));
    assertThat(copy.resolve("run").toFile().canExecute()).isTrue();
    assertThat(copy).isDirectoryNotContaining(p -> p.endsWith("link") || p.endsWith("pipe"));
    assertThat(folder).isDirectoryNotContaining(p -> p.toString().endsWith(".raw"));
  }

  @Test
  void aFolderThatIsTooLargeIsNotPacked() throws Exception {
    sh("mkdir made && head -c 100000 /dev/zero >made/file");
    Path tar = folder.resolve("made.tar");
    assertThatThrownBy(() -> workspace.pack("made", tar, 50_000))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("made");
    assertThat(folder).isDirectoryNotContaining(p -> p.toString().contains("made.tar"));
  }

  @Test
  void aConversationGoesBothWays() throws Exception {
    try (Conversation cat = workspace.converse(Command.of(LONG, "cat"))) {
      OutputStream to = cat.input();
      InputStream from = cat.output();
      for (String line : List.of("hello\n", "again\n")) {
        to.write(line.getBytes(UTF_8));
        to.flush();
        assertThat(from.readNBytes(6)).asString(UTF_8).isEqualTo(line);
      }
      assertThat(cat.exitCode(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void aConversationEndsWithItsCommand() throws Exception {
    try (Conversation talk =
        workspace.converse(Command.of(LONG, "sh", "-c", "echo out; echo err >&2; exit 3"))) {
      assertThat(talk.output().readAllBytes()).asString(UTF_8).isEqualTo("out\n");
      assertThat(talk.exitCode(LONG)).hasValue(3);
      for (int i = 0; i < 100 && talk.errors().isEmpty(); i++) {
        Thread.sleep(20);
      }
      assertThat(talk.errors()).isEqualTo("err\n");
    }
  }

  @Test
  void closingAConversationEndsItsCommand() throws Exception {
    Conversation talk = workspace.converse(Command.of(LONG, "sleep", "600"));
    talk.close();
    assertThat(talk.exitCode(LONG)).isPresent();
  }

  @Test
  void closingRemovesTheFolderButNothingBehindALink() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("mine"), "x");
    Files.createSymbolicLink(root.resolve("link"), outside);
    workspace.close();
    assertThat(root).doesNotExist();
    assertThat(outside.resolve("mine")).exists();
    assertThat(closed).isEqualTo(1);
  }

  @Test
  void aSandboxLeavesNothingBehind() throws Exception {
    Path work = folder.resolve("home/work");
    try (ProcessSandbox sandbox = new ProcessSandbox(folder.resolve("home"))) {
      assertThat(sandbox.isolates()).isFalse();
      assertThat(sandbox.identity(Role.BUILD)).isEqualTo("host");
      assertThat(work).isNotEmptyDirectory();
    }
    assertThat(work).isEmptyDirectory();
  }
}
