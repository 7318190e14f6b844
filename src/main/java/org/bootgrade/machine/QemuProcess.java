package org.bootgrade.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Workspace;

/** How QEMU is started in a workspace. */
final class QemuProcess {

  static final String PROGRAM = "qemu-system-x86_64";

  private QemuProcess() {}

  static Command command(
      Workspace workspace, MachineSettings settings, BootCommand.Options options) {
    // A file that grows beyond the limit ends QEMU by SIGXFSZ. The unit is 512 bytes.
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "ulimit -c 0; ulimit -f " + settings.fileBytes() / 512 + "; exec \"$@\"",
                "sh"));
    command.addAll(BootCommand.of(PROGRAM, options));
    return new Command(
        command,
        "",
        Map.of("TMPDIR", workspace.root() + "/tmp"),
        settings.hostTime().plusSeconds(30),
        1 << 16);
  }
}
