package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedTest extends Trees {

  private final Map<String, String> files = new TreeMap<>();
  private String lock = "version = 4\n";

  @BeforeEach
  void aKernel() {
    files.put("Cargo.toml", KERNEL + "spin = \"0.9\"\n");
    files.put(".cargo/config.toml", "build.target = \"t.json\"\n");
    files.put("t.json", SPEC);
    files.put("src/main.rs", "fn main() {}\n");
  }

  private Seed seed() throws IOException, InfrastructureFailure, BuildRefused {
    SourceTree tree = tree(files);
    KernelCrate crate = KernelCrate.find(tree);
    return Seed.of(crate, CargoConfig.read(tree, crate), lock);
  }

  private JsonNode manifest() throws IOException, InfrastructureFailure, BuildRefused {
    return new TomlMapper().readTree(seed().manifest());
  }

  private void append(String file, String text) {
    files.merge(file, text, String::concat);
  }

  @Test
  void itHasTheDependenciesAndNothingOfTheSubmission() throws Exception {
    append("Cargo.toml", "mine = { path = \"mine\" }\nshared.workspace = true\n");
    append(
        "Cargo.toml",
        "[dev-dependencies]\ntesting = \"1\"\n[[bin]]\nname = \"x\"\npath = \"src/main.rs\"\n");
    append(
        "Cargo.toml",
        "[target.'cfg(target_arch = \"x86_64\")'.dependencies]\nx86_64 = { version = \"0.15\", default-features = false, features = [\"instructions\"] }\nother = { path = \"other\" }\n");
    files.put("mine/Cargo.toml", "[package]\nname = \"mine\"\n");
    JsonNode manifest = manifest();
    assertThat(manifest.path("package").path("name").asText()).isEqualTo("bootgrade-seed");
    assertThat(manifest.path("dependencies").toString())
        .isEqualTo("{\"bootloader\":\"0.9\",\"spin\":\"0.9\"}");
    assertThat(manifest.path("target").toString())
        .isEqualTo(
            "{\"cfg(target_arch = \\\"x86_64\\\")\":{\"dependencies\":{\"x86_64\":"
                + "{\"version\":\"0.15\",\"default-features\":false,\"features\":[\"instructions\"]}}}}");
    assertThat(manifest.has("bin")).isFalse();
    assertThat(seed().manifest()).doesNotContain("path = 'mine'", "testing");
  }

  @Test
  void theWorkspacesProfileAndResolverShapeIt() throws Exception {
    files.put("os/Cargo.toml", KERNEL + "[profile.dev]\nopt-level = 1\n");
    files.put(
        "Cargo.toml",
        "[workspace]\nmembers = [\"os\"]\nresolver = \"2\"\n[profile.dev]\nopt-level = 2\n");
    JsonNode manifest = manifest();
    assertThat(manifest.path("package").path("resolver").asText()).isEqualTo("2");
    assertThat(manifest.path("profile").path("dev").path("opt-level").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2015,1", "2018,1", "2021,2", "2024,3"})
  void theResolverFollowsTheEdition(String pair) throws Exception {
    String[] parts = pair.split(",", -1);
    files.put("Cargo.toml", KERNEL.replace("2021", parts[0]));
    assertThat(manifest().path("package").path("resolver").asText()).isEqualTo(parts[1]);
  }

  @Test
  void theSameSubmissionHasTheSameKey() throws Exception {
    assertThat(seed().entry()).isEqualTo(seed().entry()).startsWith("seeds/");
  }

  @Test
  void theSubmissionsOwnCodeAndNameDoNotChangeTheKey() throws Exception {
    String before = seed().entry();
    files.put("src/main.rs", "fn main() { loop {} }\n");
    files.put("tests/so.rs", "\n");
    files.put("build.rs", "fn main() {}\n");
    files.put(
        "Cargo.toml",
        KERNEL.replace("\"kernel\"", "\"other\"").replace("0.1.0", "0.2.0") + "spin = \"0.9\"\n");
    append(
        "Cargo.toml",
        "mine = { path = \"mine\" }\n[dev-dependencies]\ntesting = \"1\"\n[[test]]\nname = \"so\"\nharness = false\n[package.metadata.bootimage]\ntest-timeout = 9\n");
    files.put("mine/Cargo.toml", "[package]\nname = \"mine\"\n");
    assertThat(seed().entry()).isEqualTo(before);
  }

  @Test
  void anIgnoredSettingDoesNotChangeTheKey() throws Exception {
    String before = seed().entry();
    append(".cargo/config.toml", "build.rustc-wrapper = \"evil\"\nalias.b = \"build\"\n");
    assertThat(seed().entry()).isEqualTo(before);
  }

  @Test
  void aDependencyChangesTheKey() throws Exception {
    String before = seed().entry();
    append("Cargo.toml", "volatile = \"0.2\"\n");
    assertThat(seed().entry()).isNotEqualTo(before);
  }

  @Test
  void aFeatureOfADependencyChangesTheKey() throws Exception {
    String before = seed().entry();
    files.put("Cargo.toml", KERNEL + "spin = { version = \"0.9\", features = [\"lazy\"] }\n");
    assertThat(seed().entry()).isNotEqualTo(before);
  }

  @Test
  void aProfileChangesTheKey() throws Exception {
    String before = seed().entry();
    append("Cargo.toml", "[profile.dev]\npanic = \"abort\"\n");
    assertThat(seed().entry()).isNotEqualTo(before);
  }

  @Test
  void theLockChangesTheKey() throws Exception {
    String before = seed().entry();
    lock = "version = 3\n";
    assertThat(seed().entry()).isNotEqualTo(before);
  }

  @Test
  void theTargetSpecificationChangesTheKey() throws Exception {
    String before = seed().entry();
    files.put("t.json", SPEC.replace("}", ", \"disable-redzone\": true}"));
    assertThat(seed().entry()).isNotEqualTo(before);
  }

  @Test
  void theTargetsNameChangesTheKey() throws Exception {
    String before = seed().entry();
    files.put("u.json", SPEC);
    files.put(".cargo/config.toml", "build.target = \"u.json\"\n");
    assertThat(seed().entry()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build.rustflags = [\"-Copt-level=1\"]",
        "unstable.build-std = [\"core\", \"alloc\"]",
        "profile.dev.opt-level = 1",
        "env.SETTING = \"1\""
      })
  void cargosConfigurationChangesTheKey(String setting) throws Exception {
    String before = seed().entry();
    append(".cargo/config.toml", setting + "\n");
    assertThat(seed().entry()).isNotEqualTo(before);
  }
}
