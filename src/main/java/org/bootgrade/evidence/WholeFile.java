package org.bootgrade.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

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
    Path unfinished = file.resolveSibling(file.getFileName() + ".new");
    Files.write(unfinished, content);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
