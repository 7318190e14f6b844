package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.bootgrade.sandbox.ProcessSandbox;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ExperimentLogsTest {

  @TempDir Path cache;

  @Test
  void whatAProgramPrintsBehindTwoMebibytesOfItsLogIsSeen() throws Exception {
    String chatter = "serial_write write addr 0x00 val 0x2e\n".repeat(100_000);
    try (ProcessSandbox sandbox = new ProcessSandbox(cache);
        Workspace workspace = sandbox.open(Role.BOOT)) {
      workspace.put(
          List.of(
              Upload.file("long", bytes(chatter + "serial_write write addr 0x00 val 0x6f\n")),
              Upload.file("next", bytes("serial_write write addr 0x00 val 0x6b\n"))));
      ExperimentLogs logs = ExperimentLogs.read(workspace, List.of("long", "next", "absent"));

      ExceptionLog log = logs.of(List.of("long", "next", "absent"), 10);

      assertThat(new String(log.serial(), StandardCharsets.UTF_8)).hasSize(100_002).endsWith(".ok");
      assertThat(logs.cut(List.of("long", "next", "absent"))).isFalse();
      assertThat(logs.anyReaches(List.of("long"), 3_000_000)).isTrue();
      assertThat(logs.anyReaches(List.of("next"), 3_000_000)).isFalse();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
