package org.bootgrade.pipeline;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.Emulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An emulator that is being opened while something else goes on. */
final class Opening implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private final ExecutorService thread;
  private final Future<Emulator> opened;

  Opening(Callable<Emulator> open) {
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread worker = new Thread(work, "opening the emulator");
              worker.setDaemon(true);
              return worker;
            });
    this.opened = thread.submit(open);
  }

  /**
   * The emulator, as soon as it is there. Opening it ends within the sandbox's own limits.
   *
   * @throws InfrastructureFailure when it could not be opened
   */
  Emulator emulator() throws InfrastructureFailure {
    try {
      return opened.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InfrastructureFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("the emulator could not be opened", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure(
          "interrupted while the emulator was being opened", "Run the same command again.", e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      opened.get().close();
    } catch (ExecutionException neverOpened) {
      // Whoever needed it was told; a submission that did not build needs none.
      LOG.info("an emulator was not opened: {}", neverOpened.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
