package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;
import static org.bootgrade.submission.Item.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SameTreeTest extends IntakeFixture {
  private static final List<Item> CRATE =
      crateWith(
          file("src/gdt.rs", "// gdt\n"),
          file("src/é/mod.rs", "// é\n"),
          file("tests/stack_overflow.rs", "// test\n"),
          file(".cargo/config.toml", "[build]\n"),
          file("empty", ""));

  @ParameterizedTest
  @EnumSource
  void everyPackingGivesTheFilesSortedByTheBytesOfTheirPaths(Packing packing) throws Exception {
    SourceTree tree = acceptedFrom(packing, CRATE);

    assertThat(paths(tree))
        .containsExactly(
            ".cargo/config.toml",
            "Cargo.toml",
            "empty",
            "src/gdt.rs",
            "src/main.rs",
            "src/é/mod.rs",
            "tests/stack_overflow.rs");
    assertThat(onDisk(tree))
        .hasSize(7)
        .contains(Map.entry("src/é/mod.rs", "// é\n"), Map.entry("empty", ""));
  }

  @ParameterizedTest
  @EnumSource
  void everyPackingGivesTheSameDigest(Packing packing) throws Exception {
    String digest = acceptedFrom(Packing.FOLDER, CRATE).digest();

    assertThat(acceptedFrom(packing, CRATE).digest()).isEqualTo(digest);
  }

  @ParameterizedTest
  @EnumSource
  void foldersWrappedAroundTheWholeMakeNoDifference(Packing packing) throws Exception {
    SourceTree bare = acceptedFrom(packing, CRATE);

    for (String wrapping : List.of("alice", "alice/kernel", "target", "src")) {
      SourceTree wrapped = acceptedFrom(packing, within(wrapping, CRATE));
      assertThat(paths(wrapped)).isEqualTo(paths(bare));
      assertThat(wrapped.digest()).isEqualTo(bare.digest());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFolderBesideAnotherFileIsNotStripped(Packing packing) throws Exception {
    List<Item> items = new ArrayList<>(within("kernel", crateWith()));
    items.add(file("README.md", "read me"));

    assertThat(paths(acceptedFrom(packing, items)))
        .containsExactly("README.md", "kernel/Cargo.toml", "kernel/src/main.rs");
  }

  @ParameterizedTest
  @EnumSource
  void emptyFoldersAndWhatIsLeftOutDoNotKeepAWrappingFolder(Packing packing) throws Exception {
    List<Item> items = new ArrayList<>(within("kernel", crateWith()));
    items.add(Item.folder("empty"));
    items.add(file(".git/config", ""));
    items.add(file(".DS_Store", ""));

    SourceTree tree = acceptedFrom(packing, items);

    assertThat(paths(tree)).containsExactly("Cargo.toml", "src/main.rs");
    assertThat(tree.root().resolve("empty")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void theOrderOfEntriesMakesNoDifference(Packing packing) throws Exception {
    List<Item> reversed = new ArrayList<>(CRATE);
    Collections.reverse(reversed);

    assertThat(acceptedFrom(packing, reversed).digest())
        .isEqualTo(acceptedFrom(packing, CRATE).digest());
  }

  @Test
  void timeStampsAndPermissionsMakeNoDifferenceAndAreNotKept() throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith());
    String digest = accepted(take(submission)).digest();
    Files.setLastModifiedTime(submission.resolve("Cargo.toml"), FileTime.fromMillis(0));
    Files.setPosixFilePermissions(
        submission.resolve("Cargo.toml"), PosixFilePermissions.fromString("rwx------"));

    SourceTree tree = accepted(take(submission));

    assertThat(tree.digest()).isEqualTo(digest);
    assertThat(permissions(tree.root().resolve("Cargo.toml"))).isEqualTo("rw-r--r--");
    assertThat(permissions(tree.root().resolve("src"))).isEqualTo("rwxr-xr-x");
    assertThat(permissions(tree.root())).isEqualTo("rwxr-xr-x");
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void pathsAreSortedByBytesAndNotByUtf16() throws Exception {
    assertThat(paths(acceptedFrom(Packing.ZIP, crateWith(file("🦀", ""), file("\uFF01", "")))))
        .containsExactly("Cargo.toml", "src/main.rs", "\uFF01", "🦀");
  }

  @Test
  void theDigestIsTheDocumentedOne() throws Exception {
    String manifest = "[package]\nname = \"kernel\"\n";
    String encoding =
        "bootgrade/tree/v1\n"
            + "Cargo.toml\0sha256:%s\n".formatted(sha256(manifest))
            + "src/main.rs\0sha256:%s\n".formatted(sha256("#![no_std]\n"));

    assertThat(acceptedFrom(Packing.ZIP, crateWith()).digest())
        .isEqualTo("sha256:" + sha256(encoding));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void anotherContentAnotherPathOrAMovedByteIsAnotherDigest() throws Exception {
    assertThat(
            List.of(
                acceptedFrom(Packing.TAR, crateWith()).digest(),
                acceptedFrom(Packing.TAR, crateWith(file("a", "bc"))).digest(),
                acceptedFrom(Packing.TAR, crateWith(file("a", "bd"))).digest(),
                acceptedFrom(Packing.TAR, crateWith(file("ab", "c"))).digest(),
                acceptedFrom(Packing.TAR, crateWith(file("b", "bc"))).digest(),
                acceptedFrom(Packing.TAR, crateWith(file("a", ""), file("b", "bc"))).digest()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void theNameOfTheSubmissionDoesNotSayWhatItIs(Packing packing) throws Exception {
    for (String name : List.of("x.zip", "x.tar.gz", "x.txt")) {
      Path submission = folder.resolve(packing + name);
      packing.pack(submission, crateWith());

      assertThat(paths(accepted(take(submission)))).contains("Cargo.toml");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anArchiveInsideStaysAFile(Packing packing) throws Exception {
    byte[] inner = Packing.zip(crateWith(file("../escape", "x")));

    SourceTree tree = acceptedFrom(packing, crateWith(file("inner.zip", inner)));

    assertThat(tree.bytes("inner.zip")).isEqualTo(inner);
  }

  @Test
  void dotsAndDoubledSlashesInAnArchiveAreOnlySpelling() throws Exception {
    SourceTree tree =
        acceptedFrom(
            Packing.TAR_GZ,
            List.of(
                Item.folder("."), file("./Cargo.toml", "[package]\n"), file("./src//a.rs", "//")));

    assertThat(paths(tree)).containsExactly("Cargo.toml", "src/a.rs");
  }
}
