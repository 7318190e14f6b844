package org.bootgrade.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.bootgrade.pipeline.Timings;
import picocli.CommandLine.Option;

/** Tells where the time went. */
final class TimingsOption {

  private final long began = System.nanoTime();

  @Option(
      names = "--timings",
      description = "Tell on standard error where the time went, by stage.")
  boolean wanted;

  /** Prints the stages, where that is asked for. */
  void tell(Timings timings, Surroundings here) {
    if (wanted) {
      here.err().print(text(timings.lines(), Duration.ofNanos(System.nanoTime() - began)));
    }
  }

  static String text(List<Timings.Line> lines, Duration whole) {
    double sum = lines.stream().mapToDouble(l -> seconds(l.total())).sum();
    StringBuilder text = new StringBuilder("stage            time   share   times\n");
    for (Timings.Line line : lines) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-13s %6.1f s  %4.0f %%  %6d\n",
              line.stage().word(),
              seconds(line.total()),
              sum == 0 ? 0 : 100 * seconds(line.total()) / sum,
              line.times()));
    }
    return text.append(String.format(Locale.ROOT, "%-13s %6.1f s\n", "together", sum))
        .append(
            String.format(
                Locale.ROOT, "%-13s %6.1f s (stages overlap)\n", "from start", seconds(whole)))
        .toString();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
