package org.bootgrade.source;

import java.time.Duration;

/**
 * How much of a submission is read.
 *
 * @param fileBytes size of a file
 * @param totalBytes size of all files
 * @param nodes nodes of all syntax trees
 * @param depth nesting of a file's syntax tree
 * @param facts facts of a submission
 * @param time for all files of a submission
 */
record ReadingLimits(
    long fileBytes, long totalBytes, int nodes, int depth, int facts, Duration time) {

  /** A kernel of a course has some thousand nodes a file and is read in milliseconds. */
  static ReadingLimits defaults() {
    return new ReadingLimits(1 << 20, 16 << 20, 400_000, 4096, 1000, Duration.ofSeconds(10));
  }
}
