package org.bootgrade.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.machine.Emulator;
import org.bootgrade.machine.MachineSettings;
import org.bootgrade.sandbox.Sandbox;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emulators that are used for one submission after another: to open one and to run its firmware
 * takes as long as three boots. Each is used by one submission at a time.
 */
final class Emulators implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Emulators.class);

  /**
   * After so many submissions another one takes its place, long before its container's time ends.
   */
  private static final int MOST_USES = 50;

  private final Sandbox sandbox;
  private final MachineSettings settings;
  private final Deque<Used> waiting = new ArrayDeque<>();
  private boolean closed;

  private record Used(Emulator emulator, int times) {}

  Emulators(Sandbox sandbox, MachineSettings settings) {
    this.sandbox = sandbox;
    this.settings = settings;
  }

  /** An emulator for one submission. */
  final class Lease {
    private final Used used;

    private Lease(Used used) {
      this.used = used;
    }

    Emulator emulator() {
      return used.emulator();
    }

    /**
     * Ends it.
     *
     * @param well whether all went well with it, so that it may be used again
     */
    void end(boolean well) {
      synchronized (Emulators.this) {
        if (well && !closed && used.times() < MOST_USES) {
          waiting.push(used);
          return;
        }
      }
      used.emulator().close();
    }
  }

  /**
   * Takes one that waits, or opens one.
   *
   * @throws InfrastructureFailure when none can be opened
   */
  Lease take() throws InfrastructureFailure {
    Used waited = next();
    if (waited != null) {
      if (forgets(waited.emulator())) {
        return new Lease(new Used(waited.emulator(), waited.times() + 1));
      }
      waited.emulator().close();
    }
    return new Lease(new Used(new Emulator(sandbox, settings), 1));
  }

  private synchronized @Nullable Used next() {
    return waiting.poll();
  }

  private static boolean forgets(Emulator emulator) {
    try {
      return emulator.forget();
    } catch (InfrastructureFailure e) {
      // Its container may be gone meanwhile; then another one is opened, or that says what is
      // wrong.
      LOG.info("an emulator is not used again: {}", e.getMessage());
      return false;
    }
  }

  /** Closes those that wait; one that is in use is closed at its end. */
  @Override
  public void close() {
    List<Used> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(waiting);
      waiting.clear();
    }
    all.forEach(used -> used.emulator().close());
  }
}
