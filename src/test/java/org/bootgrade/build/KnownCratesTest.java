package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnownCratesTest extends Trees {

  private final Map<String, String> files = new TreeMap<>();

  @BeforeEach
  void aKernelWithALibrary() {
    files.put("Cargo.toml", KERNEL + "mine = { path = \"mine\" }\n");
    files.put("mine/Cargo.toml", "[package]\nname = \"mine\"\nversion = \"0.1.0\"\n");
    files.put("mine/src/lib.rs", "");
    files.put("src/main.rs", "fn main() {}\n");
  }

  private String key() throws IOException, InfrastructureFailure, BuildRefused {
    return key("cargo 1", "[build]\n", "version = 4\n");
  }

  private String key(String toolchain, String configuration, String lock)
      throws IOException, InfrastructureFailure, BuildRefused {
    SourceTree tree = tree(files);
    return KnownCrates.key(
        toolchain, "/work/src", configuration, lock, tree, KernelCrate.find(tree));
  }

  @Test
  void sourcesThatDifferInTheirTextHaveTheSameCrates() throws Exception {
    String before = key();
    files.put("src/main.rs", "fn main() { loop {} }\n");

    assertThat(key()).isEqualTo(before);
  }

  @Test
  void anotherFileCanBeAnotherTarget() throws Exception {
    String before = key();
    files.put("tests/stack_overflow.rs", "");

    assertThat(key()).isNotEqualTo(before);
  }

  @Test
  void aManifestAnywhereIsAskedAbout() throws Exception {
    String before = key();
    files.merge("mine/Cargo.toml", "build = false\n", String::concat);

    assertThat(key()).isNotEqualTo(before);
  }

  @Test
  void toolchainConfigurationAndLockFileAreAskedAbout() throws Exception {
    assertThat(key("cargo 2", "[build]\n", "version = 4\n")).isNotEqualTo(key());
    assertThat(key("cargo 1", "[unstable]\n", "version = 4\n")).isNotEqualTo(key());
    assertThat(key("cargo 1", "[build]\n", "version = 3\n")).isNotEqualTo(key());
  }

  @Test
  void theLastSixteenAreRemembered() throws Exception {
    KnownCrates known = new KnownCrates();
    CargoMetadata metadata =
        CargoMetadata.parse(
            "{\"packages\": [{\"manifest_path\": \"/s/Cargo.toml\"}]}"
                .getBytes(StandardCharsets.UTF_8),
            "/s",
            "Cargo.toml");
    for (int i = 0; i < 17; i++) {
      known.put("key" + i, metadata);
    }

    assertThat(known.get("key0")).isEmpty();
    assertThat(known.get("key1")).contains(metadata);
    assertThat(known.get("key16")).contains(metadata);
  }
}
