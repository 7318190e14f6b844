package org.bootgrade.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where the time of a run goes. The stages of one submission overlap, because a program is booted
 * while the next one is built, and submissions are graded side by side: so the stages together may
 * take longer than the run. Safe for use by several threads.
 */
public final class Timings {

  /** A stage of a submission's way. */
  public enum Stage {
    /** Taking a submission in, and reading its sources. */
    READING,
    /** Fetching crates, compiling, linking boot images. */
    BUILDING,
    /** Booting programs as they were submitted. */
    BOOTING,
    /** Faults injected, tables changed, boots again. */
    EXPERIMENTING,
    /** Waiting for boots and experiments after all was built. */
    WAITING,
    /** Graders and rubric. */
    JUDGING,
    /** Writing results and pages. */
    REPORTING;

    /** As people read it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The time of a stage.
   *
   * @param stage the stage
   * @param total the time of all submissions in it
   * @param times how often it was entered
   */
  public record Line(Stage stage, Duration total, long times) {}

  /** The time of one stage of one submission; ends when it is closed. */
  public final class Span implements AutoCloseable {
    private Stage stage;
    private long since = clock.getAsLong();
    private boolean open = true;

    private Span(Stage stage) {
      this.stage = stage;
    }

    /** Ends this stage and begins another one. */
    public void next(Stage other) {
      add(stage, clock.getAsLong() - since);
      stage = other;
      since = clock.getAsLong();
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        add(stage, clock.getAsLong() - since);
      }
    }
  }

  private final LongSupplier clock;
  private final Map<Stage, long[]> sums = new EnumMap<>(Stage.class);

  /** Nothing measured yet. */
  public Timings() {
    this(System::nanoTime);
  }

  /**
   * @param clock in nanoseconds, from anywhere
   */
  Timings(LongSupplier clock) {
    this.clock = clock;
  }

  /** Begins a stage of one submission. */
  public Span start(Stage stage) {
    return new Span(stage);
  }

  /**
   * What was measured so far, in the order of the stages; stages that nobody entered are left out.
   */
  public synchronized List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    sums.forEach((stage, sum) -> lines.add(new Line(stage, Duration.ofNanos(sum[0]), sum[1])));
    return lines;
  }

  private synchronized void add(Stage stage, long nanos) {
    long[] sum = sums.computeIfAbsent(stage, s -> new long[2]);
    sum[0] += nanos;
    sum[1]++;
  }
}
