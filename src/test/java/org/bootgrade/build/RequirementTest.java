package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules are those of "Specifying Dependencies" in the Cargo Book. */
class RequirementTest {

  private static Requirement requirement(String text) {
    return Requirement.of(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // requirement | lowest allowed | highest allowed | just below | just above
        "1.2.3          | 1.2.3  | 1.99.99 | 1.2.2  | 2.0.0",
        "^1.2.3         | 1.2.3  | 1.99.99 | 1.2.2  | 2.0.0",
        "0.2.3          | 0.2.3  | 0.2.99  | 0.2.2  | 0.3.0",
        "0.0.3          | 0.0.3  | 0.0.3   | 0.0.2  | 0.0.4",
        "0.15           | 0.15.0 | 0.15.99 | 0.14.99 | 0.16.0",
        "1              | 1.0.0  | 1.99.99 | 0.99.99 | 2.0.0",
        "~1.2.3         | 1.2.3  | 1.2.99  | 1.2.2  | 1.3.0",
        "~1.2           | 1.2.0  | 1.2.99  | 1.1.99 | 1.3.0",
        "~1             | 1.0.0  | 1.99.99 | 0.99.99 | 2.0.0",
        "=0.15.5        | 0.15.5 | 0.15.5  | 0.15.4 | 0.15.6",
        "=0.15          | 0.15.0 | 0.15.99 | 0.14.99 | 0.16.0",
        "1.2.*          | 1.2.0  | 1.2.99  | 1.1.99 | 1.3.0",
        "1.*            | 1.0.0  | 1.99.99 | 0.99.99 | 2.0.0",
        "'>=1.2, <1.5'  | 1.2.0  | 1.4.99  | 1.1.99 | 1.5.0",
        "'> 1.2 , <= 1.5' | 1.3.0 | 1.5.99 | 1.2.99 | 1.6.0",
        "'>1.2.3,<=1.5.2' | 1.2.4 | 1.5.2  | 1.2.3  | 1.5.3",
      })
  void allowsWhatCargoAllows(String text, String low, String high, String below, String above) {
    Requirement requirement = requirement(text);
    assertThat(requirement.allows(Version.of(low))).isTrue();
    assertThat(requirement.allows(Version.of(high))).isTrue();
    assertThat(requirement.allows(Version.of(below))).isFalse();
    assertThat(requirement.allows(Version.of(above))).isFalse();
  }

  @Test
  void anOpenEndHasNone() {
    assertThat(requirement(">=0.15.5").allows(Version.of("99.0.0"))).isTrue();
    assertThat(requirement("<0.15.5").allows(Version.of("0.0.0"))).isTrue();
  }

  @Test
  void meetsARangeOfWhichItAllowsAVersion() {
    Version low = Version.of("0.14.0");
    Version high = Version.of("0.14.13");
    assertThat(requirement("0.14.12").meets(low, high)).isTrue();
    assertThat(requirement("<0.14.1").meets(low, high)).isTrue();
    assertThat(requirement(">=0.13").meets(low, high)).isTrue();
    assertThat(requirement("0.14.13").meets(low, high)).isFalse();
    assertThat(requirement("<0.14.0").meets(low, high)).isFalse();
    assertThat(requirement(">0.14.5, <0.14.6").meets(low, high)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "*",
        "x",
        "latest",
        "0.15.5-beta",
        "0.15.5+x",
        "0.15.5,",
        "1.2.3.4",
        "==1",
        "-1",
        "99999999999.1.1",
      })
  void whatIsNotUnderstoodIsNotGuessed(String text) {
    assertThat(Requirement.of(text)).isEmpty();
    assertThat(Requirement.of("0.15.5 ".repeat(100))).isEmpty();
  }
}
