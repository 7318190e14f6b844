package org.bootgrade.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * Workspaces that are temporary folders of this machine, with the toolchain found on PATH. It
 * limits time and output and ends what a command leaves behind, but it isolates nothing: code of a
 * submission runs with the rights of whoever runs bootgrade. It is for one's own work, and for use
 * inside a container that is itself the wall.
 */
public final class ProcessSandbox implements Sandbox {

  private final Path cacheHome;
  private final OwnedFolder temporary;
  private final List<ProcessWorkspace> open = new ArrayList<>();

  /**
   * A sandbox of processes.
   *
   * @param cacheHome bootgrade's cache folder
   * @throws InfrastructureFailure when the cache folder cannot be written
   */
  public ProcessSandbox(Path cacheHome) throws InfrastructureFailure {
    this.cacheHome = cacheHome;
    this.temporary = OwnedFolder.make(cacheHome.resolve("work"));
  }

  @Override
  public Workspace open(Role role, Limits limits) throws InfrastructureFailure {
    try {
      Path root = Files.createTempDirectory(temporary.path(), "");
      Files.createDirectories(root.resolve("tmp"));
      Path cache = cacheHome.resolve("process-" + key());
      Files.createDirectories(cache);
      ProcessWorkspace workspace = new ProcessWorkspace(root, cache, this::forget);
      synchronized (open) {
        open.add(workspace);
      }
      return workspace;
    } catch (IOException e) {
      throw disk(cacheHome, e);
    }
  }

  @Override
  public boolean isolates() {
    return false;
  }

  @Override
  public String identity(Role role) {
    return "host";
  }

  @Override
  public void close() {
    List<ProcessWorkspace> left;
    synchronized (open) {
      left = List.copyOf(open);
    }
    left.forEach(ProcessWorkspace::close);
    temporary.close();
  }

  private void forget(ProcessWorkspace workspace) {
    synchronized (open) {
      open.remove(workspace);
    }
  }

  /**
   * Nothing compiled by one compiler is offered to another: the cache is named after what rustc
   * says of itself.
   */
  private String key() throws InfrastructureFailure {
    try {
      HostCommand.Result version =
          HostCommand.of("rustc", "-vV").within(Duration.ofSeconds(30)).run();
      if (!version.succeeded()) {
        throw new IOException("rustc -vV: " + version.stderr().strip());
      }
      return DigestUtils.sha256Hex(version.stdout()).substring(0, 16);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "there is no Rust compiler to build with (%s)".formatted(e.getMessage()),
          "Put rustc and cargo on PATH, or use --sandbox container; ./bootgrade doctor tells more.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure("interrupted", "Run the command again.", e);
    }
  }

  private static InfrastructureFailure disk(Path folder, IOException e) {
    return new InfrastructureFailure(
        "folder %s could not be used (%s)".formatted(folder, FileTrouble.reason(e, folder)),
        "See that it can be written and the disk is not full, then run the command again.",
        e);
  }
}
