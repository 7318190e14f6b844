package org.bootgrade.sandbox;

import java.nio.charset.StandardCharsets;

/**
 * How a command ended.
 *
 * @param end what ended it
 * @param exitCode its exit code; 128 + n where signal n killed it; -1 where it was ended by us
 * @param stdout what it wrote to standard output, cut at the command's cap
 * @param stderr what it wrote to standard error, cut at the command's cap
 * @param truncated whether either was cut
 */
public record Outcome(End end, int exitCode, byte[] stdout, byte[] stderr, boolean truncated) {

  /** What ended a command. */
  public enum End {
    /** It ended by itself, or a limit of memory or processes killed it. */
    EXITED,
    /** It was killed at its time limit. */
    TIME_LIMIT,
    /** It was killed because it wrote far more than its cap. */
    OUTPUT_LIMIT
  }

  /** Whether it ended by itself with exit code 0. */
  public boolean succeeded() {
    return end == End.EXITED && exitCode == 0;
  }

  /** Why it did not succeed: what it said of it, else how it ended. */
  public String why() {
    String said = err().strip();
    if (!said.isEmpty()) {
      return said;
    }
    return switch (end) {
      case EXITED -> "exit code " + exitCode;
      case TIME_LIMIT -> "it was killed at its time limit";
      case OUTPUT_LIMIT -> "it was killed because it wrote far too much";
    };
  }

  /** Standard output as UTF-8, undecodable bytes replaced. */
  public String out() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /** Standard error as UTF-8, undecodable bytes replaced. */
  public String err() {
    return new String(stderr, StandardCharsets.UTF_8);
  }
}
