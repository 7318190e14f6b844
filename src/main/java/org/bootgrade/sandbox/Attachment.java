package org.bootgrade.sandbox;

import java.util.List;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/** A process that runs elsewhere, with its three standard streams attached to us. */
interface Attachment extends AutoCloseable {

  /** Who takes what a process writes. */
  interface Listener {

    /**
     * Takes some bytes, in each stream's order. It is not called twice at once for one stream, but
     * may be for both.
     *
     * @param error whether they come from standard error
     * @param bytes the listener may keep them
     */
    void received(boolean error, byte[] bytes);

    /**
     * Nothing more will come. It may be told more than once.
     *
     * @param why what broke the streams, or null where they came to their end
     */
    void ended(@Nullable Throwable why);
  }

  /** Starts processes. */
  interface Opener {

    /**
     * Starts a process.
     *
     * @param words the program and its arguments
     * @throws InfrastructureFailure when it cannot be started
     */
    Attachment open(List<String> words, Listener listener) throws InfrastructureFailure;
  }

  /** Passes bytes on to the process's standard input. After {@link #close} nothing happens. */
  void send(byte[] bytes);

  /** Ends the process's standard input, and lets go of its output. It may still run then. */
  @Override
  void close();
}
