package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bootgrade.evidence.BuildRecord.Remark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CargoMetadataTest {

  private static final String REGISTRY = "\"registry+https://registry.invalid/index\"";

  private static final String KERNEL =
      """
      {"name": "os", "version": "0.1.0", "id": "os 0.1.0", "source": null,
       "manifest_path": "/w/src/os/Cargo.toml", "default_run": "os",
       "metadata": {"bootloader": {"kernel-stack-size": 64}},
       "targets": [
        {"kind": ["lib"], "name": "os", "src_path": "/w/src/os/src/lib.rs"},
        {"kind": ["bin"], "name": "os", "src_path": "/w/src/os/src/main.rs"},
        {"kind": ["test"], "name": "stack_overflow", "src_path": "/w/src/os/tests/so.rs",
         "required-features": ["testing"]},
        {"kind": ["example"], "name": "e", "src_path": "/w/src/os/examples/e.rs"},
        {"kind": ["bench"], "name": "b", "src_path": "/w/src/os/benches/b.rs"},
        {"kind": ["custom-build"], "name": "build-script-build",
         "src_path": "/w/src/os/build.rs"}]}""";

  private static String bootloader(String version, String source) {
    return """
        {"name": "bootloader", "version": "%1$s", "id": "bootloader %1$s", "source": %2$s,
         "manifest_path": "/cache/bootloader-%1$s/Cargo.toml",
         "targets": [{"kind": ["custom-build"], "src_path": "/cache/bootloader/build.rs"}]}"""
        .formatted(version, source);
  }

  private static CargoMetadata parse(String... packages) throws BuildRefused {
    String json =
        """
        {"packages": [%s], "resolve": {"nodes": [
          {"id": "os 0.1.0", "features": ["testing"]},
          {"id": "bootloader 0.9.35",
           "features": ["sse", "map_physical_memory", "default", "binary"]}]}}"""
            .formatted(String.join(", ", packages));
    return CargoMetadata.parse(json.getBytes(UTF_8), "/w/src", "os/Cargo.toml");
  }

  @Test
  void aBootLoaderWithoutAFolderIsRefused() {
    String nowhere = bootloader("0.9.35", REGISTRY).replace("/cache/bootloader-0.9.35/", "");
    assertThatThrownBy(() -> parse(nowhere, KERNEL).bootloader())
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("no crate 'bootloader'");
  }

  @Test
  void theKernelsProgramsAreItsBinariesAndTests() throws Exception {
    CargoMetadata metadata = parse(bootloader("0.9.35", REGISTRY), KERNEL);
    assertThat(metadata.packageName()).isEqualTo("os");
    assertThat(metadata.defaultRun()).contains("os");
    assertThat(metadata.targets())
        .containsExactly(
            new CargoMetadata.Target("os", false, "os/src/main.rs", List.of()),
            new CargoMetadata.Target("stack_overflow", true, "os/tests/so.rs", List.of("testing")));
  }

  @Test
  void whatIsCutOffIsToldInWordsOfTheStudents() {
    assertThatThrownBy(
            () -> CargoMetadata.parse("{\"packages\": [".getBytes(UTF_8), "/w/src", "Cargo.toml"))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("16 MiB", "cargo metadata", "dependencies")
        .hasMessageNotContainingAny("end-of-input", "Array", "JSON");
  }

  @Test
  void withoutDefaultRunThereIsNone() throws Exception {
    CargoMetadata metadata =
        parse(KERNEL.replace("\"default_run\": \"os\"", "\"default_run\": null"));
    assertThat(metadata.defaultRun()).isEmpty();
  }

  @Test
  void theBootLoaderIsReadWithItsFeaturesAndSettings() throws Exception {
    CargoMetadata.Bootloader found = parse(KERNEL, bootloader("0.9.35", REGISTRY)).bootloader();
    assertThat(found.version()).isEqualTo("0.9.35");
    assertThat(found.features()).containsExactly("map_physical_memory", "sse");
    assertThat(found.directory()).isEqualTo("/cache/bootloader-0.9.35");
    assertThat(found.settings().path("kernel-stack-size").asInt()).isEqualTo(64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"git+https://example.org/bootloader\"", "\"path+file:///x\""})
  void aBootLoaderThatIsNotThePublishedOneIsRefused(String source) throws Exception {
    CargoMetadata metadata = parse(KERNEL, bootloader("0.9.35", source));
    assertThatThrownBy(metadata::bootloader)
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("published", "0.9.35");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.11.9", "0.10.1", "0.8.0", "0.90.0", "1.0.9"})
  void anotherVersionOfTheBootLoaderIsRefusedByNumber(String version) throws Exception {
    CargoMetadata metadata = parse(KERNEL, bootloader(version, REGISTRY));
    assertThatThrownBy(metadata::bootloader)
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll(version, "bootloader = \"0.9\"");
  }

  @Test
  void noBootLoaderAtAllIsRefused() throws Exception {
    assertThatThrownBy(parse(KERNEL)::bootloader)
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("bootloader");
  }

  @Test
  void codeOfTheSubmissionThatRunsDuringTheBuildIsRemarkedOn() throws Exception {
    String macro =
        """
        {"name": "m", "source": null, "manifest_path": "/w/src/m/Cargo.toml",
         "targets": [{"kind": ["proc-macro"], "src_path": "/w/src/m/src/lib.rs"}]}""";
    assertThat(parse(KERNEL, macro, bootloader("0.9.35", REGISTRY)).remarks())
        .extracting(Remark::id, Remark::detail)
        .satisfiesExactly(
            one -> assertThat(one.toList().toString()).contains("build-script", "os/build.rs"),
            two -> assertThat(two.toList().toString()).contains("proc-macro", "m/src/lib.rs"));
  }

  @Test
  void aKernelThatCargoDoesNotListIsRefused() {
    assertThatThrownBy(() -> parse(bootloader("0.9.35", REGISTRY)))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("os/Cargo.toml", "workspace");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"packages\": [", "", "no json"})
  void outputThatIsCutOffIsRefused(String json) {
    assertThatThrownBy(() -> CargoMetadata.parse(json.getBytes(UTF_8), "/w/src", "Cargo.toml"))
        .isInstanceOf(BuildRefused.class);
  }
}
