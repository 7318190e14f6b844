package org.bootgrade.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SelfPauseTest {

  private Instant now = Instant.parse("2026-10-01T12:00:00Z");

  private final SelfPause pause =
      new SelfPause(3, Duration.ofMinutes(1), Duration.ofMinutes(3), () -> now);

  private void later(Duration duration) {
    now = now.plus(duration);
  }

  @Test
  void severalFailuresInARowBringAPause() {
    assertThat(pause.failed("a")).isFalse();
    assertThat(pause.failed("b")).isFalse();
    assertThat(pause.pause()).isNull();
    assertThat(pause.failed("c")).isTrue();
    assertThat(pause.pause()).isEqualTo(new SelfPause.Pause(now.plusSeconds(60), "c"));
  }

  @Test
  void whatGoesWellBetweenThemBeginsTheCountAnew() {
    pause.failed("a");
    pause.failed("b");
    pause.well();
    assertThat(pause.failed("c")).isFalse();
    assertThat(pause.failed("d")).isFalse();
    assertThat(pause.failed("e")).isTrue();
  }

  @Test
  void aPauseEndsWhenItsTimeHasCome() {
    pause.failed("a");
    pause.failed("b");
    pause.failed("c");
    later(Duration.ofSeconds(59));
    assertThat(pause.over()).isFalse();
    later(Duration.ofSeconds(1));
    assertThat(pause.over()).isTrue();
    assertThat(pause.over()).as("once").isFalse();
    assertThat(pause.pause()).isNull();
  }

  @Test
  void afterAPauseOneFailureBringsALongerOneUpToTheLongest() {
    pause.failed("a");
    pause.failed("b");
    pause.failed("c");
    for (int minutes : new int[] {2, 3, 3}) {
      later(Duration.ofMinutes(5));
      assertThat(pause.over()).isTrue();
      assertThat(pause.failed("d")).isTrue();
      assertThat(pause.pause())
          .isEqualTo(new SelfPause.Pause(now.plus(Duration.ofMinutes(minutes)), "d"));
    }
  }

  @Test
  void whatFailsDuringAPauseMakesItNoLonger() {
    pause.failed("a");
    pause.failed("b");
    pause.failed("c");
    SelfPause.Pause begun = pause.pause();
    later(Duration.ofSeconds(10));
    assertThat(pause.failed("d")).isFalse();
    assertThat(pause.pause()).isEqualTo(begun);
  }

  @Test
  void whatGoesWellAfterAPauseMakesTheNextOneShortAgain() {
    pause.failed("a");
    pause.failed("b");
    pause.failed("c");
    later(Duration.ofMinutes(1));
    pause.over();
    pause.well();
    pause.failed("d");
    pause.failed("e");
    assertThat(pause.failed("f")).isTrue();
    assertThat(pause.pause()).isEqualTo(new SelfPause.Pause(now.plusSeconds(60), "f"));
  }
}
