package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CargoMessagesTest {

  private static final String FOLDER = "/work/target/x86_64-os";

  private static final CargoMetadata.Target OS =
      new CargoMetadata.Target("os", false, "src/main.rs", List.of());

  private static String message(String name, String executable) {
    return message("bin", name, executable);
  }

  private static String message(String kind, String name, String executable) {
    return """
        {"reason":"compiler-artifact","target":{"kind":["%s"],"name":"%s"},"executable":"%s"}
        """
        .formatted(kind, name, executable);
  }

  private static String warning(String kind, String name, String text) {
    return """
        {"reason":"compiler-message","target":{"kind":["%s"],"name":"%s"},"message":{"rendered":"%s"}}
        """
        .formatted(kind, name, text);
  }

  private static Optional<String> executable(String messages) {
    return CargoMessages.parse(messages).executable(FOLDER, OS);
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
    assertThat(
            executable("{\"target\":{\"kind\":[\"bin\"],\"name\":\"os\"},\"executable\":null}\n"))
        .isEmpty();
  }

  @Test
  void aTestIsNotTakenForABinaryOfItsName() {
    assertThat(
            executable(
                message("bin", "os", FOLDER + "/debug/os")
                    + message("test", "os", FOLDER + "/debug/deps/os-2")))
        .contains(FOLDER + "/debug/os");
  }

  @Test
  void aProgramsDiagnosticsAreItsOwnAndThoseOfTheLibrary() {
    CargoMessages messages =
        CargoMessages.parse(
            warning("lib", "os", "unused in lib;")
                + warning("test", "other", "unused in other;")
                + warning("bin", "os", "unused in os;"));

    assertThat(messages.diagnostics(OS)).isEqualTo("unused in lib;unused in os;");
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
