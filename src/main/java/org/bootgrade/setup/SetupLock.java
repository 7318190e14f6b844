package org.bootgrade.setup;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/**
 * One set-up at a time on this account. The operating system drops the lock when its holder dies,
 * so it never has to be cleaned up.
 */
final class SetupLock implements Closeable {
  private static final Duration POLL = Duration.ofMillis(300);

  private final FileChannel channel;

  private SetupLock(FileChannel channel) {
    this.channel = channel;
  }

  static SetupLock take(Path file, Duration limit, Host host, Consumer<String> say)
      throws InfrastructureFailure, InterruptedException {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean said = false;
      long deadline = host.nanoTime() + limit.toNanos();
      while (attempt(channel) == null) {
        if (!said) {
          say.accept("Another bootgrade is setting up this machine; waiting for it.");
          said = true;
        }
        if (host.nanoTime() > deadline) {
          channel.close();
          throw new InfrastructureFailure(
              "Another bootgrade has been setting up this machine for "
                  + limit.toMinutes()
                  + " minutes, and only one can at a time (it holds "
                  + file
                  + ").",
              "Find it with `ps aux | grep bootgrade`; what it is doing stands at the end of the newest"
                  + " log beside that file. Wait for it, or end it, and run this again.");
        }
        host.pause(POLL);
      }
      return new SetupLock(channel);
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "The lock file %s cannot be used (%s).".formatted(file, FileTrouble.reason(e, file)),
          "It keeps two set-ups from running at once. Make it writable for this user, or name another"
              + " folder with XDG_STATE_HOME; then run this again.",
          e);
    }
  }

  private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this JVM holds it
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
