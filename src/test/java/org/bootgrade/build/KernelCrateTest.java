package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelCrateTest extends Trees {

  private static final String LIBRARY = "[package]\nname = \"lib\"\nversion = \"0.1.0\"\n";

  @Test
  void theCrateThatAsksForABootLoaderIsTheKernel() throws Exception {
    KernelCrate crate =
        KernelCrate.find(
            tree(
                Map.of(
                    "Cargo.toml", LIBRARY, "os/Cargo.toml", KERNEL, "tool/Cargo.toml", LIBRARY)));
    assertThat(crate.directory()).isEqualTo("os");
    assertThat(crate.manifests()).extracting(Manifest::path).containsExactly("os/Cargo.toml");
  }

  @Test
  void theTopmostKernelWins() throws Exception {
    KernelCrate crate =
        KernelCrate.find(tree(Map.of("Cargo.toml", KERNEL, "old/copy/Cargo.toml", KERNEL)));
    assertThat(crate.directory()).isEmpty();
  }

  @Test
  void aRenamedBootLoaderIsFound() throws Exception {
    String renamed =
        LIBRARY + "[dependencies]\nboot = { package = \"bootloader\", version = \"0.9\" }\n";
    assertThat(KernelCrate.find(tree(Map.of("Cargo.toml", renamed))).directory()).isEmpty();
  }

  @Test
  void aSubmissionWithoutAKernelIsRefusedWithTheMend() throws Exception {
    SourceTree tree = tree(Map.of("Cargo.toml", LIBRARY));
    assertThatThrownBy(() -> KernelCrate.find(tree))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("no kernel crate", "Cargo.toml", "bootloader = \"0.9\"");
  }

  @Test
  void severalKernelsAtTheSameDepthAreRefusedByName() throws Exception {
    SourceTree tree = tree(Map.of("a/Cargo.toml", KERNEL, "b/Cargo.toml", KERNEL));
    assertThatThrownBy(() -> KernelCrate.find(tree))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("several", "a/Cargo.toml", "b/Cargo.toml");
  }

  @Test
  void aMemberKnowsItsWorkspaceAndItsSiblings() throws Exception {
    KernelCrate crate =
        KernelCrate.find(
            tree(
                Map.of(
                    "Cargo.toml",
                    "[workspace]\nmembers = [\"kernel\", \"lib\"]\n",
                    "kernel/Cargo.toml",
                    KERNEL,
                    "lib/Cargo.toml",
                    LIBRARY)));
    assertThat(crate.directory()).isEqualTo("kernel");
    assertThat(crate.workspace().path()).isEqualTo("Cargo.toml");
    assertThat(crate.manifests())
        .extracting(Manifest::path)
        .containsExactlyInAnyOrder("Cargo.toml", "kernel/Cargo.toml", "lib/Cargo.toml");
  }

  @Test
  void aPathDependencyInsideBelongsToIt() throws Exception {
    KernelCrate crate =
        KernelCrate.find(
            tree(
                Map.of(
                    "os/Cargo.toml",
                    KERNEL + "lib = { path = \"../crates/./lib\" }\n",
                    "crates/lib/Cargo.toml",
                    LIBRARY,
                    "crates/other/Cargo.toml",
                    LIBRARY)));
    assertThat(crate.manifests())
        .extracting(Manifest::path)
        .containsExactlyInAnyOrder("os/Cargo.toml", "crates/lib/Cargo.toml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../lib", "../../lib", "../../../../etc", "lib/../../lib"})
  void aPathDependencyOutsideOfTheSubmissionIsNotFollowed(String path) throws Exception {
    KernelCrate crate =
        KernelCrate.find(
            tree(
                Map.of(
                    "Cargo.toml",
                    KERNEL + "lib = { path = \"" + path + "\" }\n",
                    "lib/Cargo.toml",
                    LIBRARY)));
    assertThat(crate.manifests()).extracting(Manifest::path).containsExactly("Cargo.toml");
  }

  @Test
  void pathDependenciesInACircleAreReadOnce() throws Exception {
    KernelCrate crate =
        KernelCrate.find(
            tree(
                Map.of(
                    "Cargo.toml",
                    KERNEL + "lib = { path = \"lib\" }\n",
                    "lib/Cargo.toml",
                    LIBRARY + "[dependencies]\nkernel = { path = \"..\" }\n")));
    assertThat(crate.manifests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[dependencies.evil]\ngit = \"https://example.org/evil\"",
        "[dependencies.evil]\nversion = \"1\"\nregistry = \"mine\"",
        "[dependencies.evil]\nversion = \"1\"\nregistry-index = \"https://example.org\"",
        "[dev-dependencies]\nevil = { git = \"https://example.org/evil\" }",
        "[dev_dependencies]\nevil = { git = \"https://example.org/evil\" }",
        "[build-dependencies]\nevil = { git = \"https://example.org/evil\" }",
        "[target.'cfg(unix)'.dependencies]\nevil = { git = \"https://example.org/evil\" }",
        "[target.x86_64-unknown-none.build-dependencies]\nevil = { git = \"ssh://example.org\" }",
        "[workspace.dependencies]\nevil = { git = \"https://example.org/evil\" }",
        "[patch.crates-io]\nevil = { git = \"https://example.org/evil\" }",
        "[patch.\"https://example.org\"]\nevil = { git = \"https://example.org/evil\" }",
        "[replace]\n\"evil:1.0.0\" = { git = \"https://example.org/evil\" }",
      })
  void aCrateFromElsewhereIsRefused(String table) throws Exception {
    SourceTree tree =
        tree(
            Map.of(
                "Cargo.toml",
                KERNEL.replace("[dependencies]\nbootloader = \"0.9\"\n", "")
                    + "[dependencies.bootloader]\nversion = \"0.9\"\n"
                    + (table.startsWith("[dependencies]") ? "" : table)
                    + "\n"));
    assertThatThrownBy(() -> KernelCrate.find(tree))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("Cargo.toml", "evil", "public registry");
  }

  @Test
  void aCrateFromElsewhereInAPathDependencyIsRefused() throws Exception {
    SourceTree tree =
        tree(
            Map.of(
                "Cargo.toml",
                KERNEL + "lib = { path = \"lib\" }\n",
                "lib/Cargo.toml",
                LIBRARY + "[dependencies]\nevil = { git = \"https://example.org/evil\" }\n"));
    assertThatThrownBy(() -> KernelCrate.find(tree))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("lib/Cargo.toml", "evil");
  }

  @Test
  void theNewerBootLoaderIsSaidToBeUnsupported() throws Exception {
    SourceTree tree =
        tree(Map.of("Cargo.toml", LIBRARY + "[dependencies]\nbootloader_api = \"0.11\"\n"));
    assertThatThrownBy(() -> KernelCrate.find(tree))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("Cargo.toml", "bootloader_api", "not supported yet");
  }

  @Test
  void invalidTomlIsRefusedWithItsLine() throws Exception {
    SourceTree tree = tree(Map.of("Cargo.toml", "[package]\nname = \"kernel\"\nversion = = 1\n"));
    assertThatThrownBy(() -> KernelCrate.find(tree))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("Cargo.toml line 3");
  }

  @Test
  void invalidTomlThatCargoNeverReadsIsNoHindrance() throws Exception {
    SourceTree tree = tree(Map.of("Cargo.toml", KERNEL, "notes/Cargo.toml", "= ="));
    assertThat(KernelCrate.find(tree).directory()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dependencies = 3",
        "dependencies = [\"bootloader\"]",
        "package = \"kernel\"\n[dependencies]\nbootloader = \"0.9\"",
        "",
      })
  void aManifestOfAnotherShapeIsNoKernel(String text) throws Exception {
    SourceTree tree = tree(Map.of("Cargo.toml", text));
    assertThatThrownBy(() -> KernelCrate.find(tree)).isInstanceOf(BuildRefused.class);
  }
}
