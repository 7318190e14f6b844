package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.bootgrade.pipeline.Timings.Line;
import org.bootgrade.pipeline.Timings.Stage;
import org.junit.jupiter.api.Test;

class TimingsOptionTest {

  @Test
  void stagesAreToldWithTheirShareAndTheWholeBesideThem() {
    assertThat(
            TimingsOption.text(
                List.of(
                    new Line(Stage.READING, Duration.ofMillis(500), 2),
                    new Line(Stage.BUILDING, Duration.ofMillis(1500), 2)),
                Duration.ofMillis(1250)))
        .isEqualTo(
            """
            stage            time   share   times
            reading          0.5 s    25 %       2
            building         1.5 s    75 %       2
            together         2.0 s
            from start       1.3 s (stages overlap)
            """);
  }

  @Test
  void aRunThatDidNothingHasNoShares() {
    assertThat(TimingsOption.text(List.of(), Duration.ZERO)).contains("together         0.0 s");
  }
}
