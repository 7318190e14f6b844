package org.bootgrade.batch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a folder of results to one run at a time: two would take each other's files away. It ends
 * with the process that holds it, however that ends.
 */
public final class OutputLock implements AutoCloseable {

  static final String NAME = ".lock";

  private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);

  private final Path file;
  private final FileChannel channel;

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the folder, which is made where it is not there.
   *
   * @throws InfrastructureFailure when another run has it, or it cannot be written
   */
  public static OutputLock take(Path folder) throws InfrastructureFailure {
    Path file = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      while (true) {
        Object before = identity(file);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean mine = false;
        try {
          if (!locks(channel)) {
            throw new InfrastructureFailure(
                "another run of bootgrade writes to %s".formatted(folder),
                "Wait until it is done, or name another folder.");
          }
          // Whoever had it before may have removed the file since. Where there was none the next
          // round finds it.
          mine = before != null && before.equals(identity(file));
          if (mine) {
            return new OutputLock(file, channel);
          }
        } finally {
          if (!mine) {
            channel.close();
          }
        }
      }
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "%s could not be written (%s)".formatted(file, FileTrouble.reason(e, folder)),
          "See that the folder can be written and the disk is not full, then run the command again.",
          e);
    }
  }

  private static boolean locks(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException thisProcessHasIt) {
      return false;
    }
  }

  /**
   * What tells a file from another one of its name. It must not be opened for that: a process loses
   * its lock with the first of its descriptors that is closed (fcntl(2)).
   */
  private static @Nullable Object identity(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException removed) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException e) {
      // The next run finds a file that nobody holds, and takes it.
      LOG.warn("{} could not be removed", file, e);
    }
  }
}
