package org.bootgrade.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Workspace;

/**
 * Entries of the cache that are folders: made once, read-only afterwards. What a workspace has
 * compiled leaves it as a stream of plain files and enters the cache by another workspace, so no
 * process that ran foreign code ever has the cache writable.
 */
final class Store {

  /** Larger entries are not kept. */
  private static final long MAX_ENTRY_BYTES = 1L << 30;

  private final Sandbox sandbox;
  private final Path scratch;
  private final ConcurrentMap<String, ReentrantLock> making = new ConcurrentHashMap<>();

  /**
   * @param scratch where entries lie on their way into the cache
   */
  Store(Sandbox sandbox, Path scratch) {
    this.sandbox = sandbox;
    this.scratch = scratch;
  }

  /** Makes an entry: fills a folder of a workspace. */
  interface Maker {
    /**
     * Fills a folder.
     *
     * @param workspace a fresh workspace for building
     * @return the workspace's folder that becomes the entry
     */
    String make(Workspace workspace) throws BuildRefused, InfrastructureFailure;
  }

  boolean has(Workspace workspace, String entry) throws InfrastructureFailure {
    return workspace
        .runTrusted(
            Command.of(Duration.ofSeconds(30), "test", "-d", workspace.cache() + "/" + entry))
        .succeeded();
  }

  /** Makes an entry unless it is there; within this process two never make the same one at once. */
  void ensure(Workspace reader, String entry, Maker maker)
      throws BuildRefused, InfrastructureFailure {
    if (has(reader, entry)) {
      return;
    }
    ReentrantLock lock = making.computeIfAbsent(entry, name -> new ReentrantLock());
    lock.lock();
    try {
      if (has(reader, entry)) {
        return;
      }
      Path tar = temporary();
      try {
        try (Workspace workspace = sandbox.open(Role.BUILD)) {
          workspace.pack(maker.make(workspace), tar, MAX_ENTRY_BYTES);
        }
        try (Workspace store = sandbox.open(Role.STORE)) {
          String unfinished = store.cache() + "/" + entry + "." + UUID.randomUUID();
          store.unpack(tar, unfinished);
          Outcome moved =
              store.run(
                  Command.of(
                      Duration.ofMinutes(1),
                      "sh",
                      "-c",
                      "mv -T \"$1\" \"$2\" 2>/dev/null || { rm -rf \"$1\"; test -d \"$2\"; }",
                      "sh",
                      unfinished,
                      store.cache() + "/" + entry));
          if (!moved.succeeded()) {
            throw new InfrastructureFailure(
                "cache entry %s could not be stored (%s)".formatted(entry, moved.why()),
                "Run ./bootgrade doctor to see whether the engine has disk space left.");
          }
        }
      } finally {
        delete(tar);
      }
    } finally {
      lock.unlock();
    }
  }

  private Path temporary() throws InfrastructureFailure {
    try {
      return Files.createTempFile(scratch, "entry-", ".tar");
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "no file could be made in %s (%s)".formatted(scratch, FileTrouble.reason(e, scratch)),
          "See that the folder can be written and its disk is not full, then run the command"
              + " again.",
          e);
    }
  }

  private static void delete(Path file) throws InfrastructureFailure {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "temporary file %s could not be removed (%s)"
              .formatted(file, FileTrouble.reason(e, file)),
          "Remove it by hand.",
          e);
    }
  }

  /**
   * Runs a command that compiles for an entry; what it says on failure is the submission's to mend.
   *
   * @throws InfrastructureFailure also where it does not end in time
   */
  static void compile(Workspace workspace, Command command, String what)
      throws BuildRefused, InfrastructureFailure {
    Outcome outcome = workspace.run(command);
    switch (outcome.end()) {
      case TIME_LIMIT ->
          // Only crates of the registry are compiled here, so no submission can have made it slow.
          throw new InfrastructureFailure(
              "%s took longer than %d s and was ended".formatted(what, command.limit().toSeconds()),
              TimeLimit.MEND);
      case OUTPUT_LIMIT ->
          throw new BuildRefused(what + " wrote too much and was ended.", outcome.err());
      case EXITED -> {
        if (outcome.exitCode() != 0) {
          throw new BuildRefused(
              "%s failed. Cargo's message is below.".formatted(what), outcome.err());
        }
      }
    }
  }

  static List<String> shell(Workspace workspace, String script, String... arguments) {
    java.util.ArrayList<String> command =
        new java.util.ArrayList<>(List.of("sh", workspace.root() + "/" + script));
    command.addAll(List.of(arguments));
    return command;
  }
}
