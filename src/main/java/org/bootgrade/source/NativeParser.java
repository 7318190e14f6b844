package org.bootgrade.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bootgrade.evidence.FileTrouble;
import org.jspecify.annotations.Nullable;
import org.treesitter.TSParser;
import org.treesitter.TreeSitterRust;

/**
 * The native part of the parser. It comes as two shared libraries in jars, which the Java binding
 * unpacks to a folder (by default {@code ~/.tree-sitter}) and loads when its classes are first
 * used. We give it a folder of ours, and put the libraries there beforehand: it would write them to
 * the machine's temporary folder first, where they would stay when the process is killed, and from
 * where they cannot be renamed to another file system.
 */
final class NativeParser {

  /** Read by the binding's NativeUtils: the folder it looks for its libraries in. */
  private static final String FOLDER = "tree-sitter-lib";

  /** Names of the libraries, as NativeUtils makes them from the machine's. */
  private static final List<String> LIBRARIES = List.of("tree-sitter", "tree-sitter-rust");

  private final Path folder;
  private boolean tried;
  private @Nullable String trouble;

  /**
   * @param scratch where the libraries are unpacked to; needed until the parser is loaded
   */
  NativeParser(Path scratch) {
    this.folder = scratch.resolve("parser").toAbsolutePath();
  }

  /** Loads it, where that was not done yet. Why it cannot be used here, or empty where it can. */
  synchronized Optional<String> trouble() {
    if (!tried) {
      tried = true;
      trouble = load(folder);
    }
    return Optional.ofNullable(trouble);
  }

  /** A property of the process says where the folder is, so one at a time. */
  private static synchronized @Nullable String load(Path folder) {
    String before = System.getProperty(FOLDER);
    try {
      Files.createDirectories(folder.resolve("lib"));
      for (String library : LIBRARIES) {
        unpack(library, folder);
      }
      System.setProperty(FOLDER, folder.toString());
      return new TSParser().setLanguage(new TreeSitterRust())
          ? null
          : "the parser and its Rust grammar do not fit each other";
    } catch (IOException e) {
      return "the parser could not be unpacked to %s (%s)"
          .formatted(folder, FileTrouble.reason(e, folder));
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
    }
  }

  /** Of a machine that the jars hold nothing for, the binding itself says so. */
  private static void unpack(String library, Path folder) throws IOException {
    String name = "lib/" + fileName(library);
    try (InputStream packed = TSParser.class.getClassLoader().getResourceAsStream(name)) {
      if (packed != null) {
        Files.copy(packed, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static String fileName(String library) {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.contains("windows")) {
      return "%s-windows-%s.dll".formatted(machine, library);
    }
    return system.contains("mac")
        ? "%s-macos-%s.dylib".formatted(machine, library)
        : "%s-linux-gnu-%s.so".formatted(machine, library);
  }
}
