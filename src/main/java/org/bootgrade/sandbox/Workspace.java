package org.bootgrade.sandbox;

import java.util.List;
import org.bootgrade.evidence.InfrastructureFailure;

/** A place to run commands in. Not for use by several threads at once. */
public interface Workspace extends AutoCloseable {

  /** The absolute path of the workspace's top, as its commands see it. */
  String root();

  /** The absolute path of the cache, as its commands see it. A workspace for booting has none. */
  String cache();

  /**
   * Puts files in, making their folders.
   *
   * @throws InfrastructureFailure when they do not fit or the engine fails
   */
  void put(List<Upload> files) throws InfrastructureFailure;

  /**
   * Runs a command to its end.
   *
   * @throws InfrastructureFailure when the engine fails; whatever the command does is an {@link
   *     Outcome}
   */
  Outcome run(Command command) throws InfrastructureFailure;

  /**
   * Starts a command and talks to it.
   *
   * @throws InfrastructureFailure when the engine fails
   */
  Conversation converse(Command command) throws InfrastructureFailure;

  /**
   * Reads a regular file's bytes.
   *
   * @param path relative to the workspace; a link is not followed
   * @param maxBytes how many bytes are read at the most
   * @return at most {@code maxBytes} bytes
   * @throws InfrastructureFailure when the engine fails or there is no such regular file
   */
  byte[] read(String path, int maxBytes) throws InfrastructureFailure;

  /** Ends every process in it and removes it. */
  @Override
  void close();
}
