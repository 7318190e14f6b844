package org.bootgrade.evidence;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why the file system refused something, in words. Many of Java's exceptions say it by their class
 * alone and have nothing but the path as their message.
 */
public final class FileTrouble {

  /** What the C library says (strerror, in the C locale), and what that means. */
  private static final Map<String, String> WORDS =
      Map.of(
          "No space left on device", "the disk is full",
          "Disk quota exceeded", "this user's share of the disk is used up",
          "Read-only file system", "that file system can only be read",
          "Not a directory", "a file is where a folder should be",
          "Is a directory", "it is a folder",
          "Permission denied", "permission denied",
          "No such file or directory", "no such file or folder");

  private FileTrouble() {}

  /**
   * A reason of a few words, to stand in brackets.
   *
   * @param e what was thrown, or what wraps it
   * @param named the path that the message names; where another one made the trouble, the reason
   *     names it
   */
  public static String reason(Throwable e, @Nullable Path named) {
    Throwable root = e;
    String said = e.getMessage();
    while (!(root instanceof FileSystemException) && root.getCause() != null) {
      root = root.getCause();
      said = root.getMessage() == null ? said : root.getMessage();
    }
    if (!(root instanceof FileSystemException trouble)) {
      return said == null ? root.getClass().getSimpleName() : words(said);
    }
    String file = trouble.getFile();
    if (file == null) {
      return words(trouble);
    }
    Path path = Path.of(file).toAbsolutePath();
    Path folder = path.getParent();
    if (trouble instanceof NoSuchFileException && folder != null && !Files.exists(folder)) {
      return "there is no folder " + folder;
    }
    boolean told = named != null && named.toAbsolutePath().equals(path);
    return told ? words(trouble) : words(trouble) + ": " + file;
  }

  private static String words(FileSystemException trouble) {
    if (trouble instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (trouble instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (trouble instanceof FileAlreadyExistsException) {
      return "something of that name is in the way";
    }
    if (trouble instanceof NotDirectoryException) {
      return "it is no folder";
    }
    String reason = trouble.getReason();
    return reason == null ? trouble.getClass().getSimpleName() : words(reason);
  }

  private static String words(String message) {
    // A process that could not be started is told as "error=2, No such file or directory".
    String text = message.replaceFirst("^error=\\d+, ", "").strip();
    return WORDS.getOrDefault(text, text);
  }
}
