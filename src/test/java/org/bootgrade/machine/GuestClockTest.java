package org.bootgrade.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestClockTest {

  /** As QEMU prints it. */
  private static String answer(
      String year, String month, String day, String hour, String minute, String second) {
    return """
        {"tm_year": %s, "tm_sec": %s, "tm_hour": %s, "tm_min": %s, "tm_mon": %s, "tm_mday": %s}
        """
        .formatted(year, second, hour, minute, month, day);
  }

  @Test
  void timeIsCountedFromTheBeginningOfEveryBoot() throws Exception {
    assertThat(GuestClock.parse(answer("126", "0", "1", "0", "0", "0"))).isEqualTo(Duration.ZERO);
    assertThat(GuestClock.parse(answer("126", "1", "2", "3", "4", "5")))
        .isEqualTo(Duration.ofDays(32).plusHours(3).plusMinutes(4).plusSeconds(5));
  }

  @Test
  void aSecondThatTheGuestMadeUpIsCounted() throws Exception {
    assertThat(GuestClock.parse(answer("126", "0", "1", "0", "0", "153")))
        .isEqualTo(Duration.ofSeconds(153));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "255", "-999999999", "999999999"})
  void whateverTheGuestWroteToItsClockIsATime(String value) throws Exception {
    assertThat(GuestClock.parse(answer(value, value, value, value, value, value))).isNotNull();
  }

  @Test
  void anAnswerThatIsNoTimeIsTold() {
    assertThatThrownBy(() -> GuestClock.parse("{\"tm_year\": 126}"))
        .isInstanceOf(GdbException.class)
        .hasMessageContaining("told no clock");
  }
}
