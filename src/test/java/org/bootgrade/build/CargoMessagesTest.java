package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CargoMessagesTest {

  private static final String FOLDER = "/work/target/x86_64-os";

  private static String message(String name, String executable) {
    return "{\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"%s\"},\"executable\":\"%s\"}\n"
        .formatted(name, executable);
  }

  private static Optional<String> executable(String messages) {
    return CargoMessages.executable(messages, FOLDER, "os");
  }

  @Test
  void theProgramIsWhereItsLastMessageSays() {
    assertThat(
            executable(
                "not cargo's\n{not json\n"
                    + message("os", FOLDER + "/debug/old")
                    + message("other", FOLDER + "/debug/other")
                    + message("os", FOLDER + "/debug/deps/os-1")
                    + "{\"reason\":\"build-finished\",\"success\":true}\n"))
        .contains(FOLDER + "/debug/deps/os-1");
    assertThat(executable("{\"target\":{\"name\":\"os\"},\"executable\":null}\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "/work/target/x86_64-os/../../../etc/passwd",
        "/work/target/x86_64-os/debug/..",
        "/work/target/x86_64-os/..",
        "/work/target/x86_64-os/debug/./os",
        "/work/target/x86_64-os//os",
        "/work/target/x86_64-os/debug/",
        "/work/target/x86_64-os/",
        "/work/target/x86_64-os",
        "/work/target/x86_64-os-other/os",
        "debug/os",
      })
  void aPathThatLeadsElsewhereIsNoProgram(String path) {
    assertThat(executable(message("os", path))).isEmpty();
    assertThat(executable(message("os", FOLDER + "/debug/os") + message("os", path)))
        .contains(FOLDER + "/debug/os");
  }
}
