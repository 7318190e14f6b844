package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a command has written so far, cut at a cap. Safe for use by several threads. */
final class Output {

  /** A command that writes this many times its cap is taken to be flooding. */
  private static final long FLOOD_FACTOR = 64;

  /** No command is ended for writing less than this. */
  private static final long FLOOD_FLOOR = 64L << 20;

  private final int cap;
  private final Blocks stdout = new Blocks();
  private final Blocks stderr = new Blocks();
  private long total;
  private boolean truncated;
  private final @Nullable OutputStream sink;
  private @Nullable IOException sinkFailure;

  Output(int cap) {
    this(cap, null);
  }

  /**
   * @param cap how many bytes of each stream are kept
   * @param sink where standard output goes instead, whole; it guards its own size
   */
  Output(int cap, @Nullable OutputStream sink) {
    this.cap = cap;
    this.sink = sink;
  }

  synchronized void add(boolean error, byte[] bytes) {
    add(error, bytes, bytes.length);
  }

  synchronized void add(boolean error, byte[] bytes, int length) {
    if (!error && sink != null) {
      if (sinkFailure == null) {
        try {
          sink.write(bytes, 0, length);
        } catch (IOException e) {
          sinkFailure = e;
        }
      }
      return;
    }
    Blocks stream = error ? stderr : stdout;
    total += length;
    int room = cap - stream.size();
    if (room < length) {
      truncated = true;
    }
    stream.add(bytes, Math.max(0, Math.min(room, length)));
  }

  /** Whether it wrote so much more than its cap that it must be ended. */
  synchronized boolean flooded() {
    return sinkFailure != null || total > Math.max(FLOOD_FLOOR, cap * FLOOD_FACTOR);
  }

  /** Whether the sink took all that came. */
  synchronized void rethrow() throws IOException {
    if (sinkFailure != null) {
      throw sinkFailure;
    }
  }

  synchronized String errors() {
    return new String(stderr.toArray(), StandardCharsets.UTF_8);
  }

  synchronized Outcome outcome(Outcome.End end, int exitCode) {
    return new Outcome(end, exitCode, stdout.toArray(), stderr.toArray(), truncated);
  }
}
