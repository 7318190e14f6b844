package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;
import static org.bootgrade.submission.Item.hardLink;
import static org.bootgrade.submission.Item.symbolicLink;
import static org.bootgrade.submission.Item.within;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinksTest extends IntakeFixture {
  @ParameterizedTest
  @EnumSource
  void aLinkToAFileOfTheTreeBecomesACopy(Packing packing) throws Exception {
    SourceTree tree =
        acceptedFrom(
            packing,
            within(
                "kernel",
                crateWith(
                    symbolicLink("a.rs", "src/main.rs"),
                    symbolicLink("tests/b.rs", "../src/./main.rs"),
                    symbolicLink("tests/c.rs", "b.rs"))));

    assertThat(tree.read("a.rs")).isEqualTo("#![no_std]\n");
    assertThat(tree.read("tests/b.rs")).isEqualTo("#![no_std]\n");
    assertThat(tree.read("tests/c.rs")).isEqualTo("#![no_std]\n");
    assertThat(Files.isRegularFile(tree.root().resolve("a.rs"), LinkOption.NOFOLLOW_LINKS))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aTreeWithALinkIsTheTreeWithTheCopy(Packing packing) throws Exception {
    assertThat(acceptedFrom(packing, crateWith(symbolicLink("a.rs", "src/main.rs"))).digest())
        .isEqualTo(acceptedFrom(packing, crateWith(file("a.rs", "#![no_std]\n"))).digest());
  }

  @ParameterizedTest
  @EnumSource
  void aLinkThatLeavesTheTreeIsRejectedByName(Packing packing) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");

    assertThat(rejectedFrom(packing, crateWith(symbolicLink("src/l", secret.toString()))))
        .contains("the link 'src/l' leads out of the submission")
        .contains(secret.toString());
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("src/l", "../../secret"))))
        .contains("leads out");
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("l", "src/../../secret"))))
        .contains("leads out");
    assertThat(
            rejectedFrom(
                packing, within("kernel", crateWith(symbolicLink("l", "../kernel/Cargo.toml")))))
        .contains("leads out");
  }

  @ParameterizedTest
  @EnumSource
  void aLinkToNoFileIsRejectedByName(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("l", "nowhere"))))
        .contains("the link 'l' names 'nowhere', which is no file of the submission");
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("l", "src")))).contains("no file");
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("src/l", ".")))).contains("no file");
    assertThat(
            rejectedFrom(
                packing,
                crateWith(file("target/debug/x", "x"), symbolicLink("l", "target/debug/x"))))
        .contains("no file");
  }

  @ParameterizedTest
  @EnumSource
  void linksInACircleAreRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("a", "b"), symbolicLink("b", "a"))))
        .contains("in a circle");
    assertThat(rejectedFrom(packing, crateWith(symbolicLink("a", "a")))).contains("in a circle");
  }

  @Test
  void aHardLinkOfATarIsACopyOfTheEntryItNames() throws Exception {
    SourceTree tree =
        acceptedFrom(
            Packing.TAR_GZ,
            within(
                "kernel",
                crateWith(hardLink("a.rs", "kernel/src/main.rs"), hardLink("b", "./kernel/a.rs"))));

    assertThat(tree.read("a.rs")).isEqualTo("#![no_std]\n");
    assertThat(tree.read("b")).isEqualTo("#![no_std]\n");
  }

  @Test
  void aHardLinkOutOfATarIsRejected() throws Exception {
    assertThat(rejectedFrom(Packing.TAR, crateWith(hardLink("l", "/etc/passwd"))))
        .contains("the link 'l' leads out");
    assertThat(rejectedFrom(Packing.TAR, crateWith(hardLink("l", "../Cargo.toml"))))
        .contains("leads out");
    assertThat(rejectedFrom(Packing.TAR, crateWith(hardLink("l", "nowhere")))).contains("no file");
  }

  @Test
  void copiesMadeForLinksCountAgainstTheTotal() throws Exception {
    IntakeLimits limits = new IntakeLimits(2_500, 1_500, 10, 10, 40, 3, 200, 1 << 20, 1 << 20);
    Item big = file("big", "x".repeat(1_000));

    assertThat(take(packed(Packing.TAR, crateWith(big, symbolicLink("a", "big"))), limits))
        .isInstanceOf(Accepted.class);
    assertThat(
            reason(
                take(
                    packed(
                        Packing.TAR,
                        crateWith(big, symbolicLink("a", "big"), symbolicLink("b", "big"))),
                    limits)))
        .contains("larger than 2,500 bytes together");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZIP", "TAR", "TAR_GZ"})
  void aPipeInAnArchiveIsRejected(Packing packing) throws Exception {
    assertThat(rejectedFrom(packing, crateWith(Item.fifo("src/pipe"))))
        .contains("'src/pipe' is a device");
  }

  @Test
  void aPipeInAFolderIsRejectedWithoutOpeningIt() throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith());
    Process mkfifo = new ProcessBuilder("mkfifo", submission.resolve("pipe").toString()).start();
    assertThat(mkfifo.waitFor()).isZero();

    assertThat(reason(take(submission))).contains("'pipe' is a device");
  }

  @Test
  void aPipeAsSubmissionIsRejectedWithoutOpeningIt() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(reason(take(pipe))).contains("neither a folder nor a file");
  }

  @Test
  void aLinkTheOperatorNamesAsTheSubmissionIsFollowed() throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith());
    Path link = Files.createSymbolicLink(folder.resolve("link"), submission);

    assertThat(accepted(take(link)).files()).hasSize(2);
  }
}
