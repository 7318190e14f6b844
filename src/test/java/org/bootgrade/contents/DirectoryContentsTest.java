package org.bootgrade.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryContentsTest {

  /** SHA-256 of "abc", FIPS 180-4's first example. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;
  private Contents contents;

  @BeforeEach
  void open() {
    contents = new DirectoryContents(folder.resolve("contents"));
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(folder.resolve("contents"))) {
      return walk.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void whatIsKeptHasItsDigestForAName() throws Exception {
    assertThat(contents.put(bytes("abc"), 3)).isEqualTo(new Content(ABC, 3));
    assertThat(folder.resolve("contents/ba").resolve(ABC.substring(2))).hasContent("abc");
    try (InputStream in = contents.open(ABC)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("abc");
    }
  }

  @Test
  void theSameIsKeptOnce() throws Exception {
    contents.put(bytes("abc"), 3);
    contents.put(bytes("abc"), 3);
    assertThat(files()).hasSize(1);
  }

  @Test
  void moreThanIsTakenIsRefusedAndLeavesNothing() throws Exception {
    assertThatThrownBy(() -> contents.put(bytes("abcd"), 3))
        .isInstanceOf(TooLarge.class)
        .hasMessage("more than 3 bytes");
    assertThat(files()).isEmpty();
  }

  @Test
  void aSenderThatBreaksOffIsNoFailureOfOursAndLeavesNothing() throws Exception {
    InputStream broken =
        new InputStream() {
          private boolean sent;

          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            if (sent) {
              throw new IOException("connection reset");
            }
            sent = true;
            return length;
          }

          @Override
          public int read() {
            throw new AssertionError("read by the chunk");
          }
        };
    assertThatThrownBy(() -> contents.put(broken, Long.MAX_VALUE))
        .isInstanceOf(IOException.class)
        .hasMessage("connection reset");
    assertThat(files()).isEmpty();
  }

  @Test
  void aFolderThatCannotBeWrittenIsAFailureOfOurs() throws Exception {
    Files.writeString(folder.resolve("contents"), "a file is in the way");
    assertThatThrownBy(() -> contents.put(bytes("abc"), 3))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("could not be written");
  }

  @Test
  void aCopyIsComparedWithItsDigest() throws Exception {
    contents.put(bytes("abc"), 3);
    contents.copy(ABC, folder.resolve("copy"));
    assertThat(folder.resolve("copy")).hasContent("abc");

    Files.writeString(folder.resolve("contents/ba").resolve(ABC.substring(2)), "abd");
    assertThatThrownBy(() -> contents.copy(ABC, folder.resolve("other")))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> contents.open(ABC))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("is not there");
    assertThatThrownBy(() -> contents.copy(ABC, folder.resolve("copy")))
        .isInstanceOf(InfrastructureFailure.class);
  }

  @Test
  void aPathIsNoDigest() {
    assertThatThrownBy(() -> contents.open("../../etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
