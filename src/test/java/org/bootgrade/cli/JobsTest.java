package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobsTest {

  @ParameterizedTest
  @CsvSource({"1, 24, 1", "2, 24, 2", "8, 24, 6", "8, 2, 1", "128, 1024, 64"})
  void thereAreAsManyAsProcessorsAndMemoryAllow(int processors, int gibibytes, int jobs) {
    assertThat(Jobs.fitting(processors, (long) gibibytes << 30)).isEqualTo(jobs);
  }
}
