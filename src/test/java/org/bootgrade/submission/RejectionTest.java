package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RejectionTest extends IntakeFixture {
  @ParameterizedTest
  @EnumSource
  void aTreeWithoutAManifestIsRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, List.of(file("src/main.rs", "//"), file("Cargo.lock", ""))))
        .contains("no Cargo.toml");
    assertThat(rejectedFrom(packing, List.of(file("Cargo.toml/x", "//"))))
        .contains("no Cargo.toml");
    assertThat(
            rejectedFrom(
                packing,
                List.of(
                    file("x.txt", ""),
                    file("target/Cargo.toml", ""),
                    file("target/CACHEDIR.TAG", ""))))
        .contains("no Cargo.toml");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPackedInsideOfWhatWasHandedInIsNamed(Packing packing) throws Exception {
    assertThat(
            rejectedFrom(packing, List.of(file("notes.txt", ""), file("final/Kernel.ZIP", "PK"))))
        .contains("what it holds packed is not unpacked ('final/Kernel.ZIP')");
  }

  @ParameterizedTest
  @EnumSource
  void aManifestAtAnyDepthIsEnough(Packing packing) throws Exception {
    assertThat(
            paths(
                acceptedFrom(
                    packing, List.of(file("x", ""), file("a/b/c/Cargo.toml", "[package]")))))
        .containsExactly("a/b/c/Cargo.toml", "x");
  }

  @ParameterizedTest
  @EnumSource
  void anEmptySubmissionIsRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, List.of())).contains("is empty");
  }

  @Test
  void anEmptyFileIsRejected() throws Exception {
    assertThat(reason(take(handedIn(new byte[0])))).contains("empty file").contains(".tar.gz");
  }

  @Test
  void garbageIsRejectedByNameWithWhatWasExpected() throws Exception {
    Path essay = Files.writeString(folder.resolve("essay.zip"), "Dear professor, ".repeat(100));

    assertThat(reason(take(essay)))
        .isEqualTo(
            "'essay.zip': it is no archive; hand in a folder, .zip, .tar or .tar.gz of the"
                + " project.");
  }

  @Test
  void anArchiveOfAnotherKindIsRejectedByItsKind() throws Exception {
    for (Map.Entry<String, String> kind :
        Map.of(
                "7z\u00bc\u00af'\u001c", "7z",
                "Rar!\u001a\u0007", "RAR",
                "\u00fd7zXZ\0", "xz",
                "BZh91AY", "bzip2",
                "(\u00b5/\u00fd", "zstd")
            .entrySet()) {
      byte[] bytes = kind.getKey().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      assertThat(reason(take(handedIn(bytes)))).contains(kind.getValue());
    }
  }

  @Test
  void aGzipOfNoTarIsRejected() throws Exception {
    assertThat(reason(take(handedIn(Packing.gzip("hello".getBytes(UTF_8))))))
        .contains("holds no tar");
    assertThat(reason(take(handedIn(Packing.gzip(new byte[0]))))).contains("holds no tar");
  }

  @Test
  void aRejectionAfterFilesWereWrittenLeavesAnExistingDestinationEmpty() throws Exception {
    Path destination = Files.createDirectory(folder.resolve("destination"));
    byte[] zip = Packing.zip(crateWith(file("z/noise", "x".repeat(50))));
    IntakeLimits limits = new IntakeLimits(60, 60, 5, 20, 100, 6, 200, 1 << 20, 1 << 20);

    IntakeResult result = new Intake(limits).take(handedIn(zip), destination);

    assertThat(result).isInstanceOf(Rejected.class);
    assertThat(destination).isEmptyDirectory();
  }

  @Test
  void aDestinationInUseIsAFaultOfOursAndStaysAsItIs() throws Exception {
    Path destination = Files.createDirectory(folder.resolve("destination"));
    Files.writeString(destination.resolve("mine"), "mine");

    assertThatThrownBy(
            () -> new Intake(DEFAULTS).take(packed(Packing.ZIP, crateWith()), destination))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("not empty");
    assertThat(destination.resolve("mine")).hasContent("mine");
  }

  @Test
  void aDestinationThatCannotBeMadeIsAFaultOfOurs() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    for (Path destination : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(
              () -> new Intake(DEFAULTS).take(packed(Packing.ZIP, crateWith()), destination))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageMatching("(?s).*(it is no folder|a file is where a folder should be)\\)");
    }
  }

  @Test
  void aSubmissionThatDoesNotExistIsNoRejection() {
    assertThatThrownBy(() -> take(folder.resolve("nowhere")))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageEndingWith("nowhere (no such file or folder)");
  }

  @Test
  void aDiskThatCannotBeReadIsNoRejection() {
    // Page zero of this process is not mapped: a regular file whose read is an I/O error.
    Path unreadable = Path.of("/proc/self/mem");
    Assumptions.assumeTrue(Files.isRegularFile(unreadable) && Files.isReadable(unreadable));

    assertThatThrownBy(() -> take(unreadable))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageEndingWith("/proc/self/mem (Input/output error)");
  }
}
