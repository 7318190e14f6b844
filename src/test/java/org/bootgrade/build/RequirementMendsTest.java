package org.bootgrade.build;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.BYTE_ARRAY;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementMendsTest extends Trees {

  private static Manifest manifest(String text) throws BuildRefused {
    return Manifest.of("os/Cargo.toml", text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x86_64 | 0.15.5 | 0.15.4",
        "x86_64 | 0.15.6 | 0.15.4",
        "x86_64 | ^0.15.5 | ^0.15.4",
        "x86_64 | ~0.15.5 | ~0.15.4",
        "x86_64 | =0.15.5 | =0.15.4",
        "x86_64 | = 0.15.5 | = 0.15.4",
        "x86_64 | >=0.15.5 | >=0.15.4",
        "x86_64 | >0.15.4 | >=0.15.4",
        "x86_64 | '>= 0.15.5, <0.16' | '>= 0.15.4, <0.16'",
        "x86_64 | =0.15.1 | =0.15.4",
        "x86_64 | '>=0.15.0, <0.15.2' | '>=0.15.0, <=0.15.4'",
        "x86_64 | =0.14.12 | =0.14.13",
        "x86_64 | =0.14.2 | =0.14.13",
        "x86_64 | '0.14.2, <0.14.10' | '0.14.2, <=0.14.13'",
        "x86_64 | <=0.14.12 | <=0.14.13",
        "bootloader | =0.9.8 | =0.9.35",
        "bootloader | =0.9.23 | =0.9.35",
        "bootloader | =0.9.34 | =0.9.35",
      })
  void aVersionThatIsLockedToAnotherOneIsNotInsistedOn(String crate, String asked, String mended)
      throws Exception {
    String text = "[dependencies]\n%s = \"%s\"\n";
    Manifest manifest = manifest(text.formatted(crate, asked));
    assertThat(manifest.text()).isEqualTo(text.formatted(crate, mended));
    assertThat(manifest.toml().path("dependencies").path(crate).asText()).isEqualTo(mended);
    assertThat(manifest.mends())
        .singleElement()
        .extracting(Mend::detail)
        .asString()
        .contains("os/Cargo.toml", crate, "\"" + asked + "\"", "\"" + mended + "\": it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x86_64 | 0.15.4",
        "x86_64 | =0.15.4",
        "x86_64 | 0.15",
        "x86_64 | =0.15",
        "x86_64 | 0.15.*",
        "x86_64 | 0.15.1",
        "x86_64 | =0.15.3",
        "x86_64 | '>=0.15.2, <0.15.4'",
        "x86_64 | 0.14.2",
        "x86_64 | ~0.14.2",
        "x86_64 | >=0.13",
        "x86_64 | =0.14.13",
        "x86_64 | 0.13.2",
        "x86_64 | =0.16.0",
        "x86_64 | *",
        "x86_64 | 0.15.5-beta",
        "x86_64 | nonsense",
        "bootloader | 0.9.8",
        "bootloader | 0.9",
        "bootloader | =0.9.35",
        "bootloader | =0.10.1",
        "bootloader | 0.11",
        "spin | =0.15.5",
      })
  void whatAllowsAVersionThatBuildsStays(String crate, String asked) throws Exception {
    String text = "[dependencies]\n%s = \"%s\"\n".formatted(crate, asked);
    Manifest manifest = manifest(text);
    assertThat(manifest.text()).isEqualTo(text);
    assertThat(manifest.mends()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[dependencies]\nx86_64 = \"@\"",
        "[dependencies]\nx86_64='@'",
        "[dependencies]\nx86_64.version = \"@\"",
        "dependencies.x86_64 = \"@\"",
        "[dependencies]\nx86_64 = { version = \"@\", features = [\"instructions\"] }",
        "[dependencies]\nx86_64 = { default-features = false, version = '@' } # wanted",
        "[dependencies.x86_64]\nversion = \"@\"\ndefault-features = false",
        "[dependencies]\nx86_64 = \"\"\"@\"\"\"",
        "[dev-dependencies]\nx86_64 = \"@\"",
        "[dev_dependencies]\nx86_64 = \"@\"",
        "[build-dependencies]\nx86_64 = \"@\"",
        "[target.'cfg(target_arch = \"x86_64\")'.dependencies]\nx86_64 = \"@\"",
        "[target.x86_64-unknown-none.dev-dependencies]\nx86_64 = \"@\"",
        "[workspace.dependencies]\nx86_64 = \"@\"",
        "[dependencies]\ncpu = { package = \"x86_64\", version = \"@\" }",
        "[dependencies]\r\n# x86_64 = \"0.15.5\"\r\nother = \"0.15.5\"\r\nx86_64 = \"@\"\r\n",
        "package.version = \"0.15.5\"\n[dependencies]\nother = { version = \"0.15.5\" }\nx86_64 = \"@\"\nlast = \"0.15.5\"",
      })
  void onlyTheOneRequirementChangesWhereverItStands(String text) throws Exception {
    Manifest manifest = manifest(text.replace("@", "0.15.5"));
    assertThat(manifest.text()).isEqualTo(text.replace("@", "0.15.4"));
    assertThat(manifest.mends()).hasSize(1);
  }

  @Test
  void everyTableIsMended() throws Exception {
    String text =
        """
        [dependencies]
        x86_64 = "@"
        [dev-dependencies]
        x86_64 = { version = "@" }
        [target.'cfg(unix)'.dependencies]
        x86_64 = "@"
        """;
    assertThat(manifest(text.replace("@", "0.15.5")).text()).isEqualTo(text.replace("@", "0.15.4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[dependencies]\nx86_64 = { path = \"x86_64\", version = \"0.15.5\" }",
        "[patch.crates-io]\nx86_64 = { path = \"x86_64\", version = \"0.15.5\" }",
        "[dependencies]\nx86_64 = { package = \"other\", version = \"0.15.5\" }",
        "[dependencies]\nx86_64 = { workspace = true }",
        "[dependencies]\nx86_64 = 0.15",
        "[dependencies]\nx86_64 = [\"0.15.5\"]",
        "dependencies = \"0.15.5\"",
        "[package.metadata.dependencies]\nx86_64 = \"0.15.5\"",
        "# x86_64 = \"0.15.5\"",
      })
  void whatIsNotACrateOfTheRegistryStays(String text) throws Exception {
    assertThat(manifest(text).text()).isEqualTo(text);
    assertThat(manifest(text).mends()).isEmpty();
  }

  @Test
  void aRequirementThatIsNotFoundInTheTextStays() throws Exception {
    String escaped = "[dependencies]\nx86_64 = \"0.15\\u002e5\"\n";
    assertThat(manifest(escaped).text()).isEqualTo(escaped);
    assertThat(manifest(escaped).mends()).isEmpty();
    String often =
        "n = [" + "\"0.15.5\",".repeat(5000) + "]\n[dependencies]\nx86_64 = \"0.15.5\"\n";
    assertThat(manifest(often).text()).isEqualTo(often);
  }

  @Test
  void everyStepOfTheBuildReadsTheMendedCopyAndTheKeysFollow() throws Exception {
    String kernel = KERNEL + "x86_64 = \"@\"\nlib = { path = \"lib\" }\n";
    String library = "[package]\nname = \"lib\"\n[dependencies]\nx86_64.workspace = true\n";
    SourceTree tree =
        tree(
            Map.of(
                "Cargo.toml",
                kernel.replace("@", "0.15.5") + "[workspace.dependencies]\nx86_64 = \"0.15.6\"\n",
                "lib/Cargo.toml",
                library,
                ".cargo/config.toml",
                "build.target = \"t.json\"\n",
                "t.json",
                SPEC));
    KernelCrate crate = KernelCrate.find(tree);
    String mended =
        kernel.replace("@", "0.15.4") + "[workspace.dependencies]\nx86_64 = \"0.15.4\"\n";
    assertThat(crate.mends()).hasSize(2);
    assertThat(new String(crate.bytes(tree, "Cargo.toml"), StandardCharsets.UTF_8))
        .isEqualTo(mended);
    assertThat(new String(crate.bytes(tree, "lib/Cargo.toml"), StandardCharsets.UTF_8))
        .isEqualTo(library);
    assertThat(Crates.manifests(tree, crate))
        .extractingByKey("Cargo.toml", as(BYTE_ARRAY))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(mended);
    Map<String, byte[]> asHandedIn = new LinkedHashMap<>(Crates.manifests(tree, crate));
    asHandedIn.put("Cargo.toml", tree.bytes("Cargo.toml"));
    assertThat(Crates.key(Crates.manifests(tree, crate))).isNotEqualTo(Crates.key(asHandedIn));
    assertThat(Seed.of(crate, CargoConfig.read(tree, crate), "version = 4\n").manifest())
        .contains("0.15.4")
        .doesNotContain("0.15.5");
  }
}
