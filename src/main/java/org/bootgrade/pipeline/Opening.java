package org.bootgrade.pipeline;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bootgrade.build.Builder;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.Emulator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An emulator in a thread of its own: it is opened, and boots what is built, while something else
 * goes on. One thing at a time, in the order it was asked to.
 */
final class Opening implements Builder.Bench, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  private static final Duration ENDING = Duration.ofSeconds(30);

  private final ExecutorService thread;
  private final Future<Emulators.Lease> opened;
  private boolean well;

  Opening(Emulators emulators) {
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread worker = new Thread(work, "opening the emulator");
              worker.setDaemon(true);
              return worker;
            });
    this.opened = thread.submit(emulators::take);
  }

  /**
   * The emulator, as soon as it is there. Opening it ends within the sandbox's own limits.
   *
   * @throws InfrastructureFailure when it could not be opened
   */
  Emulator emulator() throws InfrastructureFailure {
    return result(opened).emulator();
  }

  /** What to do with the emulator. */
  interface Errand<T> {
    T with(Emulator emulator) throws InfrastructureFailure;
  }

  /** Does something with the emulator as soon as it is there and has nothing else to do. */
  <T> Future<T> submit(Errand<T> work) {
    return thread.submit(() -> work.with(emulator()));
  }

  /** Programs are linked where they are booted; no time is lost, as they are not booted before. */
  @Override
  public <T> T use(Work<T> work) throws InfrastructureFailure {
    return result(submit(emulator -> work.in(emulator.workspace())));
  }

  /**
   * What came of it.
   *
   * @throws InfrastructureFailure when it failed
   */
  static <T> T result(Future<T> done) throws InfrastructureFailure {
    try {
      return done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InfrastructureFailure failure) {
        throw failure;
      }
      throw new IllegalStateException("a program could not be booted", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure(
          "interrupted while programs were being booted", "Run the same command again.", e);
    }
  }

  /** Says that all has gone well with it. */
  void well() {
    well = true;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      // Where the build failed, a program may still be booting: it was interrupted.
      if (!thread.awaitTermination(ENDING.toSeconds(), TimeUnit.SECONDS)) {
        well = false;
        LOG.warn("a boot did not end within {} s", ENDING.toSeconds());
      }
      opened.get().end(well);
    } catch (ExecutionException neverOpened) {
      // Whoever needed it was told; a submission that did not build needs none.
      LOG.info("an emulator was not opened: {}", neverOpened.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
