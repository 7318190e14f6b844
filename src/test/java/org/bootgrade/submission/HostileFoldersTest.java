package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;
import static org.bootgrade.submission.Item.symbolicLink;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a folder can hold that an archive cannot. */
@Timeout(60)
class HostileFoldersTest extends IntakeFixture {

  @Test
  void aSocketIsRejectedByName() throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith());
    // A socket's path is short.
    Path socket = Files.createTempDirectory("s").resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.move(socket, submission.resolve("src/socket"));

      assertThat(reason(take(submission))).contains("'src/socket' is a device, pipe or socket");
    } finally {
      Files.delete(socket.getParent());
    }
  }

  @Test
  void foldersThatAreLinksAreNotEntered() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside/src"));
    Files.writeString(outside.resolve("secret.rs"), "secret");

    assertThat(rejectedFrom(Packing.FOLDER, crateWith(symbolicLink("up", ".."))))
        .contains("the link 'up' leads out");
    assertThat(rejectedFrom(Packing.FOLDER, crateWith(symbolicLink("loop", "."))))
        .contains("the link 'loop' names '', which is no file");
    assertThat(rejectedFrom(Packing.FOLDER, crateWith(symbolicLink("more", outside.toString()))))
        .contains("the link 'more' leads out");
    assertThat(
            rejectedFrom(
                Packing.FOLDER, crateWith(symbolicLink("a/b", "../c"), symbolicLink("c", "a"))))
        .contains("no file of the submission");
  }

  @Test
  void aFileOrFolderThatMayNotBeReadIsAFaultOfOursAndLeavesNothing() throws Exception {
    for (String path : new String[] {"src/main.rs", "src"}) {
      Path submission = packed(Packing.FOLDER, crateWith());
      Path unreadable = submission.resolve(path);
      Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("---------"));
      Assumptions.assumeFalse(Files.isReadable(unreadable), "this user may read everything");
      Path destination = folder.resolve("destination");

      assertThatThrownBy(() -> new Intake(DEFAULTS).take(submission, destination))
          .isInstanceOf(InfrastructureFailure.class)
          .hasMessageContaining("permission denied");
      assertThat(destination).doesNotExist();
      Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Something that is done to a folder between its listing and its reading. */
  private interface Change {
    void to(Path submission) throws Exception;
  }

  private void isNotReadAfter(Change change) throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith());
    Path destination = folder.resolve("destination of " + submission.getFileName());
    try (FolderReader reader = new FolderReader(submission, DEFAULTS)) {
      Plan plan = Plan.of(reader.list().entries(), DEFAULTS);
      change.to(submission);
      TreeWriter writer = TreeWriter.into(destination, DEFAULTS, 0);

      assertThatThrownBy(() -> reader.extract(plan.files(), writer))
          .isInstanceOf(ReadFault.class)
          .hasMessageContaining("was replaced meanwhile");

      writer.discard();
    }
  }

  @Test
  void whatIsReplacedBetweenListingAndReadingIsNotRead() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("main.rs"), "secret");
    isNotReadAfter(
        submission -> {
          Files.delete(submission.resolve("src/main.rs"));
          String pipe = submission.resolve("src/main.rs").toString();
          assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
        });
    isNotReadAfter(
        submission -> {
          Files.delete(submission.resolve("src/main.rs"));
          Files.createSymbolicLink(submission.resolve("src/main.rs"), outside.resolve("main.rs"));
        });
    isNotReadAfter(
        submission -> {
          Files.delete(submission.resolve("src/main.rs"));
          Files.delete(submission.resolve("src"));
          Files.createSymbolicLink(submission.resolve("src"), outside);
        });
  }

  @Test
  void aFileWithHolesIsReadNoFartherThanItsLimit() throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith());
    try (var holes =
        Files.newByteChannel(
            submission.resolve("holes"),
            java.util.Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      holes.position(1L << 40).write(java.nio.ByteBuffer.wrap(new byte[1]));
    }

    assertThat(reason(take(submission))).contains("'holes' is larger than 16,777,216 bytes");
  }

  @Test
  void aFileThatGrowsWhileItIsReadEndsAtTheLimit() throws Exception {
    Path submission = packed(Packing.FOLDER, crateWith(file("log", "x")));
    Path destination = folder.resolve("destination");
    AtomicBoolean stop = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              byte[] chunk = new byte[1 << 16];
              try (var out =
                  Files.newOutputStream(submission.resolve("log"), StandardOpenOption.APPEND)) {
                for (int i = 0; i < 4_000 && !stop.get(); i++) {
                  out.write(chunk);
                }
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    writer.start();
    try {
      for (int i = 0; i < 5; i++) {
        IntakeResult result =
            new Intake(DEFAULTS).take(submission, destination.resolve(Integer.toString(i)));
        if (result instanceof Accepted accepted) {
          // Whatever moment was met, the digest is of what was written.
          assertThat(accepted.tree().bytes("log")).isNotEmpty();
        } else {
          assertThat(reason(result)).contains("'log' is larger than");
        }
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }
}
