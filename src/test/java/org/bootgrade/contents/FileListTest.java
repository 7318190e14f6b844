package org.bootgrade.contents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileListTest {

  @TempDir Path folder;
  private Contents contents;
  private Path out;

  @BeforeEach
  void write() throws Exception {
    contents = new DirectoryContents(folder.resolve("contents"));
    out = folder.resolve("out");
    Files.createDirectories(out.resolve("evidence/boots"));
    Files.writeString(out.resolve("result.json"), "{}");
    Files.writeString(out.resolve("evidence/boots/a b.serial.txt"), "[ok]\n");
  }

  @Test
  void aFolderComesBackByOneDigest() throws Exception {
    FileList list = FileList.read(FileList.keep(out, contents), contents);
    assertThat(list.files()).containsOnlyKeys("evidence/boots/a b.serial.txt", "result.json");
    assertThat(contents.open(list.file("result.json").orElseThrow().digest())).hasContent("{}");
    assertThat(list.file("../result.json")).isEmpty();
  }

  @Test
  void theSameFilesHaveTheSameDigest() throws Exception {
    String first = FileList.keep(out, contents);
    assertThat(FileList.keep(out, contents)).isEqualTo(first);
    Files.writeString(out.resolve("result.json"), "{\"a\": 1}");
    assertThat(FileList.keep(out, contents)).isNotEqualTo(first);
  }

  @Test
  void whatIsNoListIsSaidToBeNone() throws Exception {
    String digest = contents.put(new ByteArrayInputStream(new byte[] {1, 2, 3}), 3).digest();
    assertThatThrownBy(() -> FileList.read(digest, contents))
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessageContaining("no list");
  }
}
