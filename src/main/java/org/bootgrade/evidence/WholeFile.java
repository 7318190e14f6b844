package org.bootgrade.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/** Replaces files so that whoever reads one finds the old or the new content, never a part. */
public final class WholeFile {

  private WholeFile() {}

  /**
   * Writes a file, by way of another one beside it.
   *
   * @param file in a folder that is there
   * @param text its new content, written as UTF-8
   * @throws IOException when the disk fails
   */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file, by way of another one beside it.
   *
   * @param file in a folder that is there
   * @param content its new content
   * @throws IOException when the disk fails
   */
  public static void write(Path file, byte[] content) throws IOException {
    Path unfinished = unfinished(file);
    Files.write(unfinished, content);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Writes a file that can be made again, unless it holds just that, by way of another one beside
   * it. Of one that is there already, whoever reads finds the old content, none for a moment, and
   * the new one; a rename over it would have file systems put the new content on the disk at once
   * (ext4: auto_da_alloc), which takes longer than all else.
   *
   * @param file in a folder that is there
   * @param text its new content, written as UTF-8
   * @throws IOException when the disk fails
   */
  public static void remake(Path file, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return;
    }
    Path unfinished = unfinished(file);
    Files.write(unfinished, content);
    Files.deleteIfExists(file);
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path unfinished(Path file) {
    return file.resolveSibling(file.getFileName() + ".new");
  }
}
