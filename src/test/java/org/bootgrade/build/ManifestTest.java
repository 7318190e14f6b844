package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {

  @ParameterizedTest
  @CsvSource({"Cargo.toml,''", "os/Cargo.toml,os", "a/b/Cargo.toml,a/b"})
  void knowsItsFolder(String path, String directory) throws Exception {
    assertThat(Manifest.of(path, "").directory()).isEqualTo(directory);
  }

  @Test
  void collectsTheDependenciesOfEveryTable() throws Exception {
    Manifest manifest =
        Manifest.of(
            "Cargo.toml",
            """
            [dependencies]
            a = "1"
            [dev-dependencies]
            b = "1"
            [dev_dependencies]
            c = "1"
            [build-dependencies]
            d = "1"
            [build_dependencies]
            e = "1"
            [target.'cfg(unix)'.dependencies]
            f = "1"
            [workspace.dependencies]
            g = "1"
            [patch.crates-io]
            h = { path = "h" }
            [replace]
            "i:1.0.0" = { path = "i" }
            """);
    assertThat(manifest.dependencies())
        .extracting(Manifest.Dependency::name)
        .containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f", "g", "h", "i:1.0.0");
  }

  @Test
  void seesThroughARename() throws Exception {
    Manifest manifest =
        Manifest.of("Cargo.toml", "dependencies.boot = { package = \"bootloader\" }");
    assertThat(manifest.dependsOn("bootloader")).isTrue();
    assertThat(manifest.dependsOn("boot")).isFalse();
  }

  @Test
  void tellsPackagesAndWorkspacesApart() throws Exception {
    Manifest both = Manifest.of("Cargo.toml", "[package]\nname = \"os\"\n[workspace]\n");
    assertThat(both.isPackage()).isTrue();
    assertThat(both.isWorkspace()).isTrue();
    assertThat(both.packageName()).isEqualTo("os");
    Manifest neither = Manifest.of("Cargo.toml", "package = 1");
    assertThat(neither.isPackage()).isFalse();
    assertThat(neither.isWorkspace()).isFalse();
    assertThat(neither.packageName()).isEmpty();
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws BuildRefused {
    assertThat(Manifest.parse("Cargo.toml", "\uFEFFa = 1\r\n").path("a").asInt()).isEqualTo(1);
  }

  @Test
  void aReasonNamesNoLibrary() {
    assertThatThrownBy(() -> Manifest.of("Cargo.toml", "a = " + "[".repeat(1_100)))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("is nested deeper")
        .hasMessageNotContainingAny("StreamReadConstraints", "JsonParser");
  }

  @Test
  void aReasonDoesNotQuoteAMillionDigits() {
    assertThatThrownBy(() -> Manifest.of("Cargo.toml", "a = " + "9".repeat(1_000_000)))
        .isInstanceOf(BuildRefused.class)
        .hasMessageStartingWith("Cargo.toml line 1 is not valid TOML: ")
        .hasMessageEndingWith("…. Mend it until 'cargo metadata' reads it.")
        .message()
        .hasSizeLessThan(500);
  }

  @Test
  void aDuplicateKeyIsRefused() {
    assertThatThrownBy(() -> Manifest.of("os/Cargo.toml", "a = 1\nb = 2\na = 3\n"))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("os/Cargo.toml line ", "Duplicate key");
  }
}
