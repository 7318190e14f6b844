package org.bootgrade.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Workspace;

/** How QEMU is started in a workspace. */
final class QemuProcess {

  static final String PROGRAM = "qemu-system-x86_64";

  /**
   * An emulator ends after this and the longest run, whatever became of us. Every run has a limit
   * of its own; this one is never met by a machine that is only busy.
   */
  private static final Duration LIFETIME = Duration.ofMinutes(15);

  private QemuProcess() {}

  static Command command(
      Workspace workspace, MachineSettings settings, BootCommand.Options options) {
    // A file that grows beyond the limit ends QEMU by SIGXFSZ. The unit is 512 bytes. A disk that a
    // boot has filled up to it already must not end the experiments at their first step.
    long fileBytes = settings.fileBytes() * (options.onExit() == BootCommand.OnExit.END ? 1 : 2);
    List<String> command =
        new ArrayList<>(
            List.of(
                "sh", "-c", "ulimit -c 0; ulimit -f " + fileBytes / 512 + "; exec \"$@\"", "sh"));
    command.addAll(BootCommand.of(PROGRAM, options));
    return new Command(command, "", Map.of(), settings.hostTime().plus(LIFETIME), 1 << 16);
  }
}
