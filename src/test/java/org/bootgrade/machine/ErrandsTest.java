package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.machine.Errands.Result;
import org.bootgrade.sandbox.ProcessSandbox;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ErrandsTest {

  @TempDir Path cache;

  @Test
  void filesAndToolsComeBackInTheirOrder() throws Exception {
    List<Result> results =
        run(
            Errand.file(100, "first"),
            Errand.tool(100, List.of("printf", "%s|", "it's", "two\nlines")),
            Errand.file(100, "second"));

    assertThat(results).extracting(Result::text).containsExactly("1", "it's|two\nlines|", "");
    assertThat(results).extracting(Result::exitCode).containsExactly(0, 0, 0);
  }

  @Test
  void whatIsTooLargeIsCutAndItsSizeIsTold() throws Exception {
    List<Result> results =
        run(
            Errand.file(3, "bytes"),
            Errand.tool(2, List.of("echo", "12345")),
            Errand.file(9, "first"));

    assertThat(results).extracting(Result::size).containsExactly(7L, 6L, 1L);
    assertThat(results.get(0).head()).containsExactly(0, '\n', -1);
    assertThat(results.get(1).text()).isEqualTo("12");
    assertThat(results.get(2).text()).isEqualTo("1");
  }

  @Test
  void aFileThatIsNotThereIsEmpty() throws Exception {
    List<Result> results = run(Errand.file(10, "nowhere"), Errand.file(10, "first"));

    assertThat(results.get(0)).extracting(Result::exitCode, Result::size).containsExactly(1, 0L);
    assertThat(results.get(1).text()).isEqualTo("1");
  }

  @Test
  void aToolThatFailsOrIsMissingIsAResult() throws Exception {
    List<Result> results =
        run(
            Errand.tool(10, List.of("sh", "-c", "echo no; exit 7")),
            Errand.tool(10, List.of("no-such-program-anywhere")),
            Errand.file(10, "first"));

    assertThat(results).extracting(Result::exitCode).containsExactly(7, Result.NO_PROGRAM, 0);
    assertThat(results.get(2).text()).isEqualTo("1");
  }

  @Test
  void aToolThatNeverEndsIsEndedAndTheNextOneRuns() throws Exception {
    List<Result> results =
        run(
            Errand.tool(10, Duration.ofSeconds(1), List.of("sh", "-c", "echo so far; sleep 1000")),
            Errand.file(10, "first"));

    assertThat(results.get(0))
        .extracting(Result::exitCode, Result::text)
        .containsExactly(Result.ENDED, "so far\n");
    assertThat(results.get(1).text()).isEqualTo("1");
  }

  @Test
  void aToolThatPrintsWithoutEndIsEnded() throws Exception {
    List<Result> results = run(Errand.tool(4, List.of("yes")), Errand.file(10, "first"));

    assertThat(results.get(0).exitCode()).isNotZero();
    assertThat(results.get(0).size()).isEqualTo(64L << 20);
    assertThat(results.get(0).text()).isEqualTo("y\ny\n");
    assertThat(results.get(1).text()).isEqualTo("1");
  }

  @Test
  void noErrandNeedsNoCommand() throws Exception {
    assertThat(run()).isEmpty();
  }

  private List<Result> run(Errand... errands) throws Exception {
    try (ProcessSandbox sandbox = new ProcessSandbox(cache);
        Workspace workspace = sandbox.open(Role.BOOT)) {
      workspace.put(
          List.of(
              Upload.file("first", "1".getBytes(StandardCharsets.UTF_8)),
              Upload.file("second", new byte[0]),
              Upload.file("bytes", new byte[] {0, '\n', -1, 4, 5, 6, 7})));
      return Errands.run(workspace, List.of(errands));
    }
  }
}
