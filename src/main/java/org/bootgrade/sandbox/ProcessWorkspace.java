package org.bootgrade.sandbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.Folders;
import org.bootgrade.evidence.InfrastructureFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A workspace that is a folder of this machine. */
final class ProcessWorkspace implements Workspace {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessWorkspace.class);

  private final Path root;
  private final Path cache;
  private final Consumer<ProcessWorkspace> onClose;

  ProcessWorkspace(Path root, Path cache, Consumer<ProcessWorkspace> onClose) {
    this.root = root;
    this.cache = cache;
    this.onClose = onClose;
  }

  @Override
  public String root() {
    return root.toString();
  }

  @Override
  public String cache() {
    return cache.toString();
  }

  @Override
  public void put(List<Upload> files) throws InfrastructureFailure {
    try {
      for (Upload file : files) {
        Path path = root.resolve(file.path()).normalize();
        if (!path.startsWith(root)) {
          throw new IllegalArgumentException("not below the workspace: " + file.path());
        }
        Files.createDirectories(path.getParent());
        try (InputStream content = file.content().open()) {
          Files.copy(content, path, StandardCopyOption.REPLACE_EXISTING);
        }
        if (file.executable() && !path.toFile().setExecutable(true)) {
          throw new IOException("cannot make " + path + " executable");
        }
      }
    } catch (IOException e) {
      throw disk(e);
    }
  }

  @Override
  public Outcome run(Command command) throws InfrastructureFailure {
    try {
      HostCommand.Result result =
          HostCommand.of(command.arguments())
              .in(root.resolve(command.directory()))
              .with(environment(command))
              .within(command.limit())
              .keeping(command.outputBytes())
              .leavingNothingBehind()
              .run();
      return new Outcome(
          result.timedOut() ? Outcome.End.TIME_LIMIT : Outcome.End.EXITED,
          result.timedOut() ? -1 : result.exitCode(),
          result.output(),
          result.stderr().getBytes(StandardCharsets.UTF_8),
          result.truncated());
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "'%s' did not start (%s)"
              .formatted(command.arguments().get(0), FileTrouble.reason(e, null)),
          "Run ./bootgrade doctor to see which tools the process sandbox lacks.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure("interrupted", "Run the command again.", e);
    }
  }

  /** Processes that somebody started are not to be found here. */
  @Override
  public boolean clear(Set<String> kept) {
    return false;
  }

  /** All commands run with the same rights here. */
  @Override
  public Outcome runTrusted(Command command) throws InfrastructureFailure {
    return run(command);
  }

  /** Nobody counts it here. */
  @Override
  public Optional<Duration> processorTime() {
    return Optional.empty();
  }

  /** Each command has ended its own processes, as far as they can be found. */
  @Override
  public Tidied tidy() {
    return new Tidied(true, false, Optional.empty());
  }

  @Override
  public Conversation converse(Command command) throws InfrastructureFailure {
    return ProcessConversation.start(
        command, root.resolve(command.directory()), environment(command));
  }

  private Map<String, String> environment(Command command) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TMPDIR", root + "/tmp");
    environment.put("LC_ALL", "C.UTF-8");
    environment.putAll(command.environment());
    return environment;
  }

  @Override
  public byte[] read(String path, int maxBytes) throws InfrastructureFailure {
    Path file = root.resolve(path);
    try {
      // No folder on the way may be a link either: it could lead anywhere.
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || !file.toRealPath().equals(root.toRealPath().resolve(path).normalize())) {
        throw new InfrastructureFailure(
            "file '%s' is not in the workspace".formatted(path), "Run the command again.");
      }
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        return in.readNBytes(maxBytes);
      }
    } catch (IOException e) {
      throw disk(e);
    }
  }

  @Override
  public void pack(String directory, Path tar, long maxBytes) throws InfrastructureFailure {
    Path raw = tar.resolveSibling(tar.getFileName() + ".raw");
    try {
      Outcome packed =
          run(
              Command.of(
                  Duration.ofMinutes(5),
                  "tar",
                  "-c",
                  "--format=posix",
                  "--hard-dereference",
                  "-f",
                  raw.toString(),
                  "-C",
                  root.resolve(directory).toString(),
                  "."));
      if (!packed.succeeded() || Files.size(raw) > maxBytes) {
        throw new InfrastructureFailure(
            "folder '%s' could not be packed (%s)".formatted(directory, packed.why()),
            "See that the disk is not full, then run the command again.");
      }
      Tar.keepPlainFiles(raw, tar);
    } catch (IOException e) {
      throw disk(e);
    } finally {
      raw.toFile().delete();
    }
  }

  @Override
  public void unpack(Path tar, String directory) throws InfrastructureFailure {
    Path folder = Path.of(directory);
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(
            new BufferedInputStream(Files.newInputStream(tar), 1 << 20), "UTF-8")) {
      Files.createDirectories(folder);
      TarArchiveEntry entry;
      while ((entry = in.getNextEntry()) != null) {
        Path path = folder.resolve(entry.getName()).normalize();
        if (!path.startsWith(folder)) {
          throw new IOException("entry " + entry.getName() + " leaves its folder");
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          Files.copy(in, path);
          if ((entry.getMode() & 0100) != 0 && !path.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + path + " executable");
          }
          Files.setLastModifiedTime(path, entry.getLastModifiedTime());
        }
      }
    } catch (IOException e) {
      throw disk(e);
    }
  }

  @Override
  public void close() {
    try {
      Folders.remove(root);
    } catch (IOException e) {
      // The next start removes it; nothing that was graded depends on it.
      LOG.warn("workspace {} could not be removed: {}", root, FileTrouble.reason(e, root));
    }
    onClose.accept(this);
  }

  private InfrastructureFailure disk(IOException e) {
    return new InfrastructureFailure(
        "workspace %s could not be used (%s)".formatted(root, FileTrouble.reason(e, root)),
        "See that the disk is not full, then run the command again.",
        e);
  }
}
