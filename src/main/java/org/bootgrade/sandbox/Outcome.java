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

  /** Standard output as UTF-8, undecodable bytes replaced. */
  public String out() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /** Standard error as UTF-8, undecodable bytes replaced. */
  public String err() {
    return new String(stderr, StandardCharsets.UTF_8);
  }
}
