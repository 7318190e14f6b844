package org.bootgrade.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTroubleTest {

  @TempDir Path folder;

  @Test
  void aRefusalIsSaidInWordsAndThePathOnce() {
    Path file = folder.resolve("x");
    AccessDeniedException refused = new AccessDeniedException(file.toString());

    assertThat(FileTrouble.reason(refused, file)).isEqualTo("permission denied");
    assertThat(FileTrouble.reason(refused, folder)).isEqualTo("permission denied: " + file);
    assertThat(FileTrouble.reason(refused, null)).isEqualTo("permission denied: " + file);
  }

  @Test
  void whatWrapsTheTroubleIsLookedThrough() {
    IOException refused = new AccessDeniedException("/x");

    assertThat(FileTrouble.reason(new UncheckedIOException(refused), Path.of("/x")))
        .isEqualTo("permission denied");
    assertThat(FileTrouble.reason(new IOException("outer", new IOException("inner")), null))
        .isEqualTo("inner");
  }

  @Test
  void aMissingFileAndAMissingFolderAreToldApart() {
    Path file = folder.resolve("none");
    Path deeper = file.resolve("x");

    assertThat(reasonOfReading(file)).isEqualTo("no such file or folder");
    assertThat(reasonOfReading(deeper)).isEqualTo("there is no folder " + file);
  }

  @Test
  void aFileInThePlaceOfAFolderIsTold() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThat(reasonOfReading(file.resolve("x"))).isEqualTo("a file is where a folder should be");
    assertThat(
            FileTrouble.reason(
                catchThrowableOfType(IOException.class, () -> Files.createDirectories(file)), file))
        .isEqualTo("something of that name is in the way");
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, the disk is full",
    "Disk quota exceeded, this user's share of the disk is used up",
    "Read-only file system, that file system can only be read",
    "Too many open files, Too many open files",
    "'error=2, No such file or directory', no such file or folder",
  })
  void theSystemsWordsAreMadePlain(String system, String plain) {
    assertThat(FileTrouble.reason(new FileSystemException("/x", null, system), Path.of("/x")))
        .isEqualTo(plain);
    assertThat(FileTrouble.reason(new IOException(system), Path.of("/x"))).isEqualTo(plain);
  }

  @Test
  void whatHasNoWordsIsNamedByItsClass() {
    assertThat(FileTrouble.reason(new DirectoryNotEmptyException("/x"), Path.of("/x")))
        .isEqualTo("DirectoryNotEmptyException");
    assertThat(FileTrouble.reason(new IOException(), null)).isEqualTo("IOException");
  }

  private static String reasonOfReading(Path file) {
    return FileTrouble.reason(
        catchThrowableOfType(IOException.class, () -> Files.readString(file)), file);
  }
}
