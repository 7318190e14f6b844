package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileNamesTest extends IntakeFixture {
  static Stream<Arguments> escapingNames() {
    return Stream.of(
            "../escape",
            "../../../../../../../../tmp/bootgrade-escape",
            "src/../../escape",
            "src/..",
            "..",
            ".git/../../escape",
            "target/../../escape",
            "./../escape")
        .flatMap(
            name ->
                Stream.of(Packing.ZIP, Packing.TAR).map(packing -> Arguments.of(packing, name)));
  }

  @ParameterizedTest
  @MethodSource("escapingNames")
  void aPathThatLeadsUpIsRejected(Packing packing, String name) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(file(name, "x"))))
        .contains("'" + name + "' leads out of its folder");
    assertThat(rejectedFrom(packing, crateWith(Item.folder(name)))).contains("leads out");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR"})
  void anAbsolutePathIsRejected(Packing packing) throws Exception {
    Path target = folder.resolve("escape");

    assertThat(rejectedFrom(packing, crateWith(file("/tmp/escape", "x"))))
        .contains("'/tmp/escape' has an absolute path");
    // The library makes a long absolute name of a tar relative; what counts is where it ends.
    take(packed(packing, crateWith(file(target + "/" + "x".repeat(120), "x"))));
    assertThat(target).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"C:/escape", "c:escape", "Z:/x/y"})
  void aDriveLetterIsRejected(String name) throws Exception {
    assertThat(rejectedFrom(Packing.ZIP, crateWith(file(name, "x")))).contains("drive letter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"src\\gdt.rs", "..\\escape", "C:\\escape", "\\\\host\\share"})
  void aBackslashIsRejected(String name) throws Exception {
    for (Packing packing : List.of(Packing.FOLDER, Packing.TAR)) {
      assertThat(rejectedFrom(packing, crateWith(file(name, "x")))).contains("backslash");
    }
    // The library that packs the zip would turn backslashes into slashes.
    byte[] zip = Packing.zip(crateWith(file(name.replace('\\', '|'), "x")));
    byte[] hostile = Packing.replacing(zip, name.replace('\\', '|'), name);
    assertThat(reason(take(handedIn(hostile)))).contains("backslash");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", "a\tb", "a\u001b[31mb", "a\u007f", "a\u0085b", "a\u2028b", "\u202Erts"})
  void aControlCharacterIsRejectedAndShownEscaped(String name) throws Exception {
    for (Packing packing : Packing.values()) {
      assertThat(rejectedFrom(packing, crateWith(file(name, "x"))))
          .contains("control character")
          .contains("\\u")
          .matches(reason -> reason.codePoints().noneMatch(Character::isISOControl), "printable");
    }
  }

  @Test
  void aZeroByteInAZipsNameIsRejected() throws Exception {
    byte[] zip =
        Packing.replacing(Packing.zip(crateWith(file("evil.rs", ""))), "evil.rs", "ev\0l.rs");

    assertThat(reason(take(handedIn(zip)))).contains("control character");
  }

  @Test
  void aNameThatIsNotUtf8IsRejected() throws Exception {
    for (byte[] archive :
        List.of(
            Packing.zip(crateWith(file("src/caf#.rs", ""))),
            Packing.tar(crateWith(file("src/caf#.rs", ""))))) {
      byte[] latin = new String(archive, ISO_8859_1).replace("caf#", "café").getBytes(ISO_8859_1);

      assertThat(reason(take(handedIn(withTarChecksum(latin, "src/caf"))))).contains("not UTF-8");
    }
  }

  @Test
  void aLongTarNameThatIsNotUtf8IsRejected() throws Exception {
    String longName = "src/caf#" + "/long".repeat(30) + ".rs";
    byte[] tar = Packing.gnuTar(crateWith(file(longName, "")));
    byte[] latin = new String(tar, ISO_8859_1).replace("caf#", "café").getBytes(ISO_8859_1);

    int header = Packing.find(latin, "src/caf".getBytes(UTF_8), 0) + 512;
    assertThat(
            reason(
                take(
                    handedIn(
                        withTarChecksum(
                            latin, Packing.find(latin, "src/caf".getBytes(UTF_8), header))))))
        .contains("not UTF-8");
  }

  @ParameterizedTest
  @EnumSource
  void questionMarksAndAccentsInNamesAreFine(Packing packing) throws Exception {
    for (String name :
        List.of("why?.md", "é?.md", "é/".repeat(48) + "?.md", "é?".repeat(60), "🦀")) {
      assertThat(paths(acceptedFrom(packing, crateWith(file(name, ""))))).contains(name);
    }
  }

  /** Sets the checksum of the tar header with this name right; leaves a zip as it is. */
  private static byte[] withTarChecksum(byte[] archive, String name) {
    return archive[0] == 'P'
        ? archive
        : withTarChecksum(archive, Packing.find(archive, name.getBytes(UTF_8), 0));
  }

  private static byte[] withTarChecksum(byte[] archive, int header) {
    Arrays.fill(archive, header + 148, header + 156, (byte) ' ');
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += archive[header + i] & 0xFF;
    }
    byte[] octal = "%06o\0 ".formatted(sum).getBytes(UTF_8);
    System.arraycopy(octal, 0, archive, header + 148, octal.length);
    return archive;
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR", "TAR_GZ"})
  void namesAndPathsThatAreTooLongOrTooDeepAreRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(file("é".repeat(128), ""))))
        .contains("more than 255 bytes");
    assertThat(acceptedFrom(packing, crateWith(file("x".repeat(255), ""))).files()).hasSize(3);
    assertThat(
            rejectedFrom(
                packing, crateWith(file("d".repeat(99) + "/" + "e/".repeat(63) + "f", ""))))
        .contains("deeper than 64");
    assertThat(
            rejectedFrom(packing, crateWith(file("long-name/".repeat(60) + "x".repeat(500), ""))))
        .contains("longer than 1,024 bytes");
  }

  @Test
  void aFolderThatIsTooDeepIsRejectedOnTheWayDown() throws Exception {
    assertThat(rejectedFrom(Packing.FOLDER, crateWith(file("d/".repeat(300) + "f", ""))))
        .contains("deeper than 64");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR", "TAR_GZ"})
  void aPathThatIsThereTwiceIsRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(file("src/main.rs", "other"))))
        .contains("'src/main.rs' is in it twice");
    assertThat(rejectedFrom(packing, crateWith(file("./src/./main.rs", "other"))))
        .contains("twice");
    assertThat(paths(acceptedFrom(packing, crateWith(Item.folder("src"), Item.folder("./src")))))
        .hasSize(2);
    assertThat(paths(acceptedFrom(packing, crateWith(Item.folder("src"), Item.folder("src")))))
        .hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR", "TAR_GZ"})
  void aPathThatIsFileAndFolderIsRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(file("a", "x"), file("a/b", "y"))))
        .contains("'a' is both a file and a folder");
    assertThat(rejectedFrom(packing, crateWith(file("a/b", "y"), file("a", "x"))))
        .contains("both a file and a folder");
    assertThat(rejectedFrom(packing, crateWith(file("a", "x"), Item.folder("a"))))
        .contains("both a file and a folder");
  }

  @ParameterizedTest
  @EnumSource
  void pathsThatSomeFileSystemTakesForOneAreRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(file("src/Main.rs", "x"))))
        .contains("'src/Main.rs'")
        .contains("'src/main.rs'")
        .contains("differ only in");
    assertThat(rejectedFrom(packing, crateWith(file("SRC/gdt.rs", "x"))))
        .contains("differ only in");
    assertThat(rejectedFrom(packing, crateWith(file("caf\u00e9", "x"), file("cafe\u0301", "y"))))
        .contains("differ only in");
    assertThat(rejectedFrom(packing, crateWith(file("stra\u00dfe", "x"), file("STRASSE", "y"))))
        .contains("differ only in");
    assertThat(rejectedFrom(packing, crateWith(file("stra\u1e9ee", "x"), file("STRASSE", "y"))))
        .contains("differ only in");
    assertThat(rejectedFrom(packing, crateWith(file("\u1fba\u0345", ""), file("\u1fb2", ""))))
        .contains("differ only in");
  }

  @Test
  void aLongNameIsCutInTheReason() throws Exception {
    assertThat(rejectedFrom(Packing.ZIP, crateWith(file("../" + "x".repeat(5_000), ""))))
        .hasSizeLessThan(400);
  }

  @Test
  void aFileOutsideIsNotOverwrittenThroughALinkThatTheArchiveMakesFirst() throws Exception {
    Path victim = Files.writeString(folder.resolve("victim"), "safe");

    for (Packing packing : List.of(Packing.ZIP, Packing.TAR)) {
      assertThat(
              rejectedFrom(
                  packing,
                  crateWith(
                      Item.symbolicLink("out", folder.toString()), file("out/victim", "owned"))))
          .contains("both a file and a folder");
      assertThat(
              rejectedFrom(
                  packing,
                  crateWith(Item.symbolicLink("out", victim.toString()), file("out", "owned"))))
          .contains("twice");
    }
    assertThat(victim).hasContent("safe");
  }
}
