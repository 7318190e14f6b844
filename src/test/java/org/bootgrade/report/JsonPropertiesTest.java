package org.bootgrade.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;

/** A result of an earlier run is read as it was written, or told to be none. */
class JsonPropertiesTest {

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        "null",
        "\"",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "-1",
        "1e400",
        "9".repeat(30),
        "\"passed\"",
        "\"@class\": \"java.io.File\",",
        "\\ud800",
        "[".repeat(1200),
        "\u0000");
  }

  private static void isReadOrToldToBeNone(String text) {
    Json json = new Json();
    Within.bounds(
        () -> {
          Result result;
          try {
            result = json.read(text, "result.json", Result.class);
          } catch (IOException told) {
            assertThat(told).hasMessageContaining("result.json").hasMessageContaining("--force");
            return;
          }
          String written = json.write(result);
          assertThat(json.write(json.read(written, "again", Result.class))).isEqualTo(written);
        });
  }

  @Property
  void aDamagedResultIsReadOrToldToBeNone(@ForAll("damage") Damage damage) throws Exception {
    String good = new Json().write(Samples.good());
    isReadOrToldToBeNone(new String(damage.to(good.getBytes(UTF_8)), UTF_8));
  }

  @Property
  void anyTextIsToldToBeNoResult(@ForAll String text) {
    isReadOrToldToBeNone(text);
  }
}
