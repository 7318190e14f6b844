package org.bootgrade.sandbox;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import org.bootgrade.evidence.InfrastructureFailure;

/** A running command whose standard streams are ours. */
public interface Conversation extends AutoCloseable {

  /** What the command writes to standard output. Ends when the command ends. */
  InputStream output();

  /** The command's standard input. */
  OutputStream input();

  /** What the command has written to standard error so far, cut at the command's cap. */
  String errors();

  /**
   * Waits for the command's end.
   *
   * @param wait how long at the most
   * @return its exit code, or empty where it still runs
   * @throws InfrastructureFailure when the engine fails
   */
  OptionalInt exitCode(Duration wait) throws InfrastructureFailure;

  /** Ends the command. */
  @Override
  void close();
}
