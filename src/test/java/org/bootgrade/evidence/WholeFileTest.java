package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path folder;

  @Test
  void anOldFileIsReplacedAndNothingElseIsLeft() throws IOException {
    Path file = folder.resolve("file");
    for (String text : new String[] {"first, and long", "second", "third \u2714"}) {
      WholeFile.write(file, text);
      assertThat(file).hasContent(text);
      WholeFile.remake(file, "again " + text);
      assertThat(file).hasContent("again " + text);
    }
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void whereNothingCanBeWrittenTheOldFileStays() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Files.createDirectories(folder.resolve("file.new/in-the-way"));

    assertThatThrownBy(() -> WholeFile.write(file, "new")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> WholeFile.remake(file, "new")).isInstanceOf(IOException.class);

    assertThat(file).hasContent("old");
  }
}
