package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThisBuildTest {

  @TempDir Path folder;

  @Test
  void anyOtherContentOrNameIsAnotherBuild() throws IOException {
    String build = ThisBuild.digest(archive("a.jar", 0, "A.class", "one"));

    assertThat(build).hasSize(64);
    assertThat(ThisBuild.digest(archive("same.jar", 1_000_000_000_000L, "A.class", "one")))
        .as("only the time is another")
        .isEqualTo(build);
    assertThat(
            List.of(
                ThisBuild.digest(archive("b.jar", 0, "A.class", "two")),
                ThisBuild.digest(archive("c.jar", 0, "B.class", "one")),
                ThisBuild.digest(archive("d.jar", 0, "A.class", "ones"))))
        .doesNotContain(build, "")
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsNoArchiveCannotBeToldApart() throws IOException {
    assertThat(ThisBuild.digest(folder)).isEmpty();
    assertThat(ThisBuild.digest(folder.resolve("nowhere"))).isEmpty();
    assertThat(ThisBuild.digest(Files.writeString(folder.resolve("text.jar"), "no"))).isEmpty();
  }

  private Path archive(String name, long time, String entry, String content) throws IOException {
    Path archive = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      ZipEntry file = new ZipEntry(entry);
      file.setTime(time);
      zip.putNextEntry(file);
      zip.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return archive;
  }
}
