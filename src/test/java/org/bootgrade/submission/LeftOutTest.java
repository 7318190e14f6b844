package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;
import static org.bootgrade.submission.Item.folder;
import static org.bootgrade.submission.Item.symbolicLink;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeftOutTest extends IntakeFixture {
  private static final List<String> CRATE = List.of("Cargo.toml", "src/main.rs");

  @ParameterizedTest
  @EnumSource
  void cargosBuildFolderIsLeftOutAlsoIfItComesBeforeTheManifest(Packing packing) throws Exception {
    List<Item> items =
        List.of(
            file("kernel/target/debug/kernel", "ELF"),
            file("kernel/target/debug/Cargo.toml", "[package]"),
            file("kernel/Cargo.toml", "[package]"),
            file("kernel/src/main.rs", "//"));

    assertThat(paths(acceptedFrom(packing, items))).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLeftOutAnywhereMakesNoModuleOfABuildFolder(Packing packing) throws Exception {
    List<Item> items =
        crateWith(file("target/._build.rs", "Mac OS X"), file("target/debug/kernel", "ELF"));

    assertThat(paths(acceptedFrom(packing, items))).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @EnumSource
  void aTaggedBuildFolderIsLeftOutWhereverItLies(Packing packing) throws Exception {
    List<Item> items =
        crateWith(file("a/b/target/lib.rs", "//"), file("a/b/target/CACHEDIR.TAG", "Signature"));

    assertThat(paths(acceptedFrom(packing, items))).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @EnumSource
  void modulesFilesAndCratesNamedTargetSurvive(Packing packing) throws Exception {
    List<Item> items =
        crateWith(
            file("src/target/mod.rs", "//"),
            file("src/target/x86/mod.rs", "//"),
            file("flat/Cargo.toml", "[lib]"),
            file("flat/target/mod.rs", "//"),
            file("members/Cargo.toml", "[workspace]"),
            file("members/target/Cargo.toml", "[package]"),
            file("members/target/src/lib.rs", "//"),
            file("data/target/x86/spec.json", "{}"),
            file("doc/target", "a file"));

    assertThat(paths(acceptedFrom(packing, items)))
        .containsExactly(
            "Cargo.toml",
            "data/target/x86/spec.json",
            "doc/target",
            "flat/Cargo.toml",
            "flat/target/mod.rs",
            "members/Cargo.toml",
            "members/target/Cargo.toml",
            "members/target/src/lib.rs",
            "src/main.rs",
            "src/target/mod.rs",
            "src/target/x86/mod.rs");
  }

  @ParameterizedTest
  @EnumSource
  void versionControlDesktopsAndEditorsLeaveNothing(Packing packing) throws Exception {
    List<Item> items =
        crateWith(
            file(".git/config", ""),
            file("vendor/x/.git", "gitdir: ../../.git/modules/x"),
            file("sub/.GIT/config", ""),
            file("sub/.hg/store", ""),
            file("sub/.svn/entries", ""),
            file("__MACOSX/._Cargo.toml", ""),
            file(".DS_Store", ""),
            file("src/.DS_Store", ""),
            file("src/._main.rs", ""),
            file("src/.main.rs.swp", ""),
            file("src/main.rs~", ""),
            file("src/#main.rs#", ""),
            symbolicLink("src/.#main.rs", "student@host.1234:1"));

    assertThat(paths(acceptedFrom(packing, items))).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".gitignore", ".github/ci.yml", "src/git.rs", "src/a.swp.rs", ".rustfmt.toml"})
  void namesThatOnlyLookAlikeSurvive(String name) throws Exception {
    assertThat(paths(acceptedFrom(Packing.ZIP, crateWith(file(name, "x"))))).contains(name);
  }

  @Test
  void whatIsUnsafeElsewhereIsHarmlessWhereItIsLeftOut() throws Exception {
    List<Item> items =
        crateWith(
            Item.fifo(".git/pipe"),
            symbolicLink(".git/link", "/etc/passwd"),
            file(".git/a", "1"),
            file(".git/A", "2"),
            file("target/" + "x".repeat(300), "3"));

    assertThat(paths(acceptedFrom(Packing.TAR, items))).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLeftOutCountsAgainstNoLimitOfTheTree(Packing packing) throws Exception {
    IntakeLimits tight = new IntakeLimits(100, 100, 2, 100, 40, 3, 200, 1 << 20, 1 << 20);
    List<Item> items =
        crateWith(
            file("target/debug/build/a/b/c/" + "d".repeat(50), "x".repeat(5_000)),
            file("target/debug/e", new byte[100_000]),
            file(".git/f", "y".repeat(500)));

    assertThat(paths(accepted(take(packed(packing, items), tight)))).isEqualTo(CRATE);
  }

  @ParameterizedTest
  @EnumSource
  void aSubmissionOfNothingElseIsRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, List.of(file(".git/config", ""), folder("src"))))
        .contains("holds no files of a project");
  }
}
