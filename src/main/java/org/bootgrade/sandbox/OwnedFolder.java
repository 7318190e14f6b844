package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.Folders;
import org.bootgrade.evidence.InfrastructureFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A temporary folder of this process. Closing it removes it; where its process was killed before
 * that, the next one to make a folder beside it does.
 *
 * <p>Whether the owner lives is asked of the operating system: it holds a lock on a file in the
 * folder, which ends with it. Process numbers would not do, because containers that share a home
 * count them each for itself. Folders of other machines are left alone, because not every network
 * file system tells one machine of the locks of another.
 */
public final class OwnedFolder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OwnedFolder.class);

  private static final String LOCK = "owner.lock";
  private static final int ATTEMPTS = 5;
  private static final int REMOVALS = 20;
  private static final Duration BETWEEN = Duration.ofMillis(50);

  /** Making a folder and its lock takes no time; one that has had none for so long is left over. */
  private static final Duration BEING_MADE = Duration.ofMinutes(10);

  private final Path path;
  private final FileChannel lock;

  private OwnedFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes a folder that nobody else uses, after removing those of this machine whose owners are
   * gone.
   *
   * @param parent where; made where it is not there
   * @throws InfrastructureFailure when the disk fails
   */
  public static OwnedFolder make(Path parent) throws InfrastructureFailure {
    try {
      Files.createDirectories(parent);
      Owner self = Owner.self();
      String machine = "bootgrade-%08x-".formatted(self.machine().hashCode());
      String mine = machine + self.pid() + "-" + self.started() + "-";
      sweep(parent, machine, mine);
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        Path folder = Files.createTempDirectory(parent, mine);
        Path file = folder.resolve(LOCK);
        FileChannel lock =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Somebody who sweeps may have taken the file before it was locked.
        if (lock.tryLock() != null && Files.exists(file)) {
          return new OwnedFolder(folder, lock);
        }
        lock.close();
      }
      throw new IOException("others remove what is made there");
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "no folder could be made in %s (%s)".formatted(parent, FileTrouble.reason(e, parent)),
          "See that this user may write there and the disk is not full, or name another folder with"
              + " XDG_CACHE_HOME; then run the command again.",
          e);
    }
  }

  /** Where it is. The file {@code owner.lock} in it is not to be touched. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try (lock) {
      remove();
    } catch (IOException e) {
      // The next one to make a folder here removes it.
      LOG.warn("{} could not be removed: {}", path, FileTrouble.reason(e, path));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where the process is being ended, its other threads may still write for a moment. */
  private void remove() throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try (Stream<Path> list = Files.list(path)) {
        for (Path file : list.filter(f -> !f.endsWith(LOCK)).toList()) {
          Folders.remove(file);
        }
        // The lock goes last: a folder without one would be nobody's to remove.
        Files.deleteIfExists(path.resolve(LOCK));
        Files.deleteIfExists(path);
        return;
      } catch (UncheckedIOException e) {
        pause(attempt, new IOException(e));
      } catch (IOException e) {
        if (!Files.exists(path)) {
          return;
        }
        pause(attempt, e);
      }
    }
  }

  private static void pause(int attempt, IOException failure)
      throws IOException, InterruptedException {
    if (attempt == REMOVALS) {
      throw failure;
    }
    Thread.sleep(BETWEEN.toMillis());
  }

  private static void removeIfOld(Path folder) {
    try {
      Instant changed = Files.getLastModifiedTime(folder).toInstant();
      if (changed.isBefore(Instant.now().minus(BEING_MADE))) {
        Folders.remove(folder);
      }
    } catch (IOException e) {
      LOG.debug("{} is being made or removed at this moment", folder);
    }
  }

  private static void sweep(Path parent, String machine, String mine) throws IOException {
    List<Path> folders;
    try (Stream<Path> list = Files.list(parent)) {
      folders = list.toList();
    }
    for (Path folder : folders) {
      String name = folder.getFileName().toString();
      // Not even to be opened are those of this process: closing the file would end their locks.
      if (name.startsWith(machine) && !name.startsWith(mine)) {
        try (FileChannel channel =
            FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
          if (channel.tryLock() != null) {
            Folders.remove(folder);
          }
        } catch (NoSuchFileException e) {
          removeIfOld(folder);
        } catch (OverlappingFileLockException e) {
          LOG.debug("{} is held by this process", folder);
        } catch (IOException e) {
          LOG.warn(
              "{} is left over and could not be removed: {}",
              folder,
              FileTrouble.reason(e, folder));
        }
      }
    }
  }
}
