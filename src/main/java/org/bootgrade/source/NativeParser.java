package org.bootgrade.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.treesitter.TSParser;
import org.treesitter.TreeSitterRust;

/**
 * The native part of the parser. It comes as two shared libraries in jars, which the Java binding
 * unpacks to a folder (by default {@code ~/.tree-sitter}) and loads when its classes are first
 * used. We give it a folder of our own and remove that again: what is loaded needs no file any
 * more, and two processes cannot overwrite each other's.
 */
final class NativeParser {

  /** Read by the binding's NativeUtils: the folder it unpacks to. */
  private static final String FOLDER = "tree-sitter-lib";

  private NativeParser() {}

  /** Why it cannot be used on this machine, or empty where it can. */
  static Optional<String> trouble() {
    return Optional.ofNullable(Loaded.TROUBLE);
  }

  /** Initialised once for each process, by the first thread that asks. */
  private static final class Loaded {
    static final @Nullable String TROUBLE = load();
  }

  private static @Nullable String load() {
    Path folder;
    try {
      folder = Files.createTempDirectory("bootgrade-parser-");
    } catch (IOException e) {
      return "no folder could be made to unpack the parser to (" + e + ")";
    }
    String before = System.getProperty(FOLDER);
    try {
      System.setProperty(FOLDER, folder.toString());
      return new TSParser().setLanguage(new TreeSitterRust())
          ? null
          : "the parser and its Rust grammar do not fit each other";
    } catch (LinkageError | RuntimeException e) {
      // No library for this system, or a folder whose files may not be executed.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return "the parser's native library cannot be loaded here (" + cause.getMessage() + ")";
    } finally {
      if (before == null) {
        System.clearProperty(FOLDER);
      } else {
        System.setProperty(FOLDER, before);
      }
      remove(folder);
    }
  }

  private static void remove(Path folder) {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path path : paths) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // Where a loaded library cannot be removed (Windows), it goes with the process.
      folder.toFile().deleteOnExit();
    }
  }
}
