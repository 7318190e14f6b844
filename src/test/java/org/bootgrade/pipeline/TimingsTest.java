package org.bootgrade.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.bootgrade.pipeline.Timings.Line;
import org.bootgrade.pipeline.Timings.Stage;
import org.junit.jupiter.api.Test;

class TimingsTest {

  private final AtomicLong clock = new AtomicLong();
  private final Timings timings = new Timings(clock::get);

  @Test
  void aStageHasTheTimeUntilTheNextOneOrItsEnd() {
    try (Timings.Span span = timings.start(Stage.BOOTING)) {
      clock.addAndGet(3);
      span.next(Stage.EXPERIMENTING);
      clock.addAndGet(4);
    }
    clock.addAndGet(100);
    Timings.Span other = timings.start(Stage.BOOTING);
    clock.addAndGet(5);
    other.close();
    other.close();

    assertThat(timings.lines())
        .containsExactly(
            new Line(Stage.BOOTING, Duration.ofNanos(8), 2),
            new Line(Stage.EXPERIMENTING, Duration.ofNanos(4), 1));
  }

  @Test
  void whatNobodyEnteredIsNotTold() {
    assertThat(timings.lines()).isEmpty();
  }
}
