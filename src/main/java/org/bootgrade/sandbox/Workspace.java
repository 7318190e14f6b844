package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/** A place to run commands in. Not for use by several threads at once. */
public interface Workspace extends AutoCloseable {

  /** The absolute path of the workspace's top, as its commands see it. */
  String root();

  /** The absolute path of the cache, as its commands see it. */
  String cache();

  /**
   * Puts files in, making their folders.
   *
   * @throws InfrastructureFailure when they do not fit or the engine fails
   */
  void put(List<Upload> files) throws InfrastructureFailure;

  /**
   * Runs a command to its end. It may run code of a submission where the role allows that.
   *
   * @throws InfrastructureFailure when the engine fails; whatever the command does is an {@link
   *     Outcome}
   */
  Outcome run(Command command) throws InfrastructureFailure;

  /**
   * Runs a command that runs no code of a submission, whatever the submission holds. That is much
   * faster as long as none has run here before.
   *
   * @throws InfrastructureFailure as {@link #run}
   */
  Outcome runTrusted(Command command) throws InfrastructureFailure;

  /**
   * Does the same, and passes on what the command writes to its standard output instead of keeping
   * it: all of it, so that the command has to know its bounds.
   *
   * @param output where it goes; not closed
   * @throws InfrastructureFailure as {@link #run}, and when {@code output} does not take it
   */
  default Outcome runTrusted(Command command, OutputStream output) throws InfrastructureFailure {
    Outcome outcome = runTrusted(command);
    try {
      output.write(outcome.stdout());
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "what '%s' printed could not be kept (%s)"
              .formatted(command.arguments().get(0), FileTrouble.reason(e, null)),
          "See that the disk is not full, then run the command again.",
          e);
    }
    return new Outcome(
        outcome.end(), outcome.exitCode(), new byte[0], outcome.stderr(), outcome.truncated());
  }

  /**
   * What was found when earlier commands' processes were ended.
   *
   * @param usable whether commands can still be run here. Where they cannot, that is the doing of
   *     what was run here, not the engine's
   * @param leftRunning whether there were any
   * @param processorTime how much of the processors' time was used here so far; empty where that is
   *     not known
   */
  record Tidied(boolean usable, boolean leftRunning, Optional<Duration> processorTime) {}

  /**
   * Ends every process that earlier commands left running, where the workspace isolates them.
   *
   * @throws InfrastructureFailure when the engine fails
   */
  Tidied tidy() throws InfrastructureFailure;

  /**
   * A command that was run after tidying.
   *
   * @param tidied what was found before
   * @param outcome what became of the command; null where it was not begun or came to no end
   */
  record After(Tidied tidied, @Nullable Outcome outcome) {}

  /**
   * Does as {@link #tidy} and runs a command that runs no code of a submission, as {@link
   * #runTrusted(Command, OutputStream)}: both for the price of one.
   *
   * @throws InfrastructureFailure when the engine fails, or {@code output} does not take it
   */
  default After tidyAnd(Command command, OutputStream output) throws InfrastructureFailure {
    Tidied tidied = tidy();
    return new After(tidied, tidied.usable() ? runTrusted(command, output) : null);
  }

  /**
   * How much of the processors' time all that ran here has used so far; empty where that is not
   * known.
   *
   * @throws InfrastructureFailure when the engine fails
   */
  Optional<Duration> processorTime() throws InfrastructureFailure;

  /**
   * Makes a workspace ready for another submission, where its role lets no code of a submission run
   * as a process: ends every process, and removes every file.
   *
   * @param kept what is not removed, names at the workspace's top
   * @return whether it was done; where it was not, another workspace is to be opened
   * @throws InfrastructureFailure when the engine fails
   */
  boolean clear(Set<String> kept) throws InfrastructureFailure;

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

  /**
   * Copies a folder out as a tar of its plain files and folders; links and devices are left behind.
   *
   * @param directory relative to the workspace
   * @param tar the file to write
   * @param maxBytes how large it may become
   * @throws InfrastructureFailure when it would become larger, or the engine or the disk fails
   */
  void pack(String directory, Path tar, long maxBytes) throws InfrastructureFailure;

  /**
   * Unpacks a tar that {@link #pack} made.
   *
   * @param tar the file to read
   * @param directory absolute; made with its parents
   * @throws InfrastructureFailure when it does not fit or the engine fails
   */
  void unpack(Path tar, String directory) throws InfrastructureFailure;

  /** Ends every process in it and removes it. */
  @Override
  void close();
}
