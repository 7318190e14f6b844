package org.bootgrade.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedFolderTest {

  @TempDir Path temp;

  private Path leftOver(String name) throws IOException {
    Path folder = temp.resolve(name);
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/file"), "x");
    Files.writeString(folder.resolve("owner.lock"), "");
    return folder;
  }

  private static String machine(int difference) {
    return "bootgrade-%08x-".formatted(Owner.self().machine().hashCode() + difference);
  }

  @Test
  void closingRemovesAllThatIsInIt() throws Exception {
    Path parent = temp.resolve("not/there/yet");
    try (OwnedFolder folder = OwnedFolder.make(parent)) {
      Files.createDirectories(folder.path().resolve("a/b"));
      Files.writeString(folder.path().resolve("a/b/c"), "x");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void twoOfOneProcessAreTwo() throws Exception {
    try (OwnedFolder one = OwnedFolder.make(temp);
        OwnedFolder other = OwnedFolder.make(temp)) {
      assertThat(one.path()).exists().isNotEqualTo(other.path());
    }
  }

  @Test
  void whatADeadProcessOfThisMachineLeftIsRemoved() throws Exception {
    Path dead = leftOver(machine(0) + "999999999-1-abc");
    OwnedFolder.make(temp).close();
    assertThat(dead).doesNotExist();
  }

  @Test
  void aFolderThatLostItsLockIsRemovedWhenItIsOld() throws Exception {
    Path half = leftOver(machine(0) + "999999999-1-half");
    Files.delete(half.resolve("owner.lock"));
    OwnedFolder.make(temp).close();
    assertThat(half).exists();

    Files.setLastModifiedTime(half, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    OwnedFolder.make(temp).close();
    assertThat(half).doesNotExist();
  }

  @Test
  void whatIsStillBeingWrittenIsRemovedAllTheSame() throws Exception {
    OwnedFolder folder = OwnedFolder.make(temp);
    AtomicBoolean writing = new AtomicBoolean(true);
    Thread writer =
        new Thread(
            () -> {
              Path taken = folder.path().resolve("taken");
              for (int i = 0; writing.get(); i++) {
                try {
                  if (Files.notExists(taken)) {
                    Files.createDirectory(taken);
                  }
                  Files.createDirectory(taken.resolve("" + i));
                } catch (IOException removed) {
                  // What it stands on is gone: that is what is tried here.
                }
              }
            });
    writer.start();
    Thread.sleep(50);
    Thread ender =
        new Thread(
            () -> {
              try {
                Thread.sleep(200);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              writing.set(false);
            });
    ender.start();

    folder.close();
    writing.set(false);
    writer.join(10_000);
    ender.join(10_000);
    assertThat(folder.path()).doesNotExist();
  }

  @Test
  void whatIsHeldOrOfAnotherMachineOrNotOursIsLeftAlone() throws Exception {
    Path held = leftOver(machine(0) + "999999999-1-held");
    Path elsewhere = leftOver(machine(1) + "999999999-1-abc");
    Path other = leftOver("mine");
    Path beingMade = Files.createDirectories(temp.resolve(machine(0) + "999999999-1-new"));
    try (FileChannel channel =
        FileChannel.open(held.resolve("owner.lock"), StandardOpenOption.WRITE)) {
      assertThat(channel.lock()).isNotNull();
      OwnedFolder.make(temp).close();
    }
    assertThat(held.resolve("sub/file")).exists();
    assertThat(elsewhere.resolve("sub/file")).exists();
    assertThat(other.resolve("sub/file")).exists();
    assertThat(beingMade).exists();
  }

  @Test
  void anotherProcessDoesNotRemoveWhatIsInUse() throws Exception {
    try (OwnedFolder folder = OwnedFolder.make(temp)) {
      // As another process would see it: the name tells it nothing, and the lock is held.
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  OwnedFolderTest.class.getName(),
                  temp.toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).isZero();
      assertThat(folder.path()).exists();
    }
    assertThat(temp).isEmptyDirectory();
  }

  /** The other process of {@link #anotherProcessDoesNotRemoveWhatIsInUse}. */
  public static void main(String[] arguments) throws InfrastructureFailure {
    OwnedFolder.make(Path.of(arguments[0])).close();
  }

  @Test
  void whereNoFolderCanBeMadeThePlaceAndTheReasonAreTold() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> OwnedFolder.make(file.resolve("scratch")))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContainingAll(file + "/scratch", "a file is where a folder should be")
        .satisfies(e -> assertThat(((InfrastructureFailure) e).mend()).contains("XDG_CACHE_HOME"));
  }
}
