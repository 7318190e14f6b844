package org.bootgrade.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.bootgrade.report.ClassResults;

/** Which folders hold results of ours, and where results must not be written. */
final class OutputFolder {

  /** What {@code grade} writes to where no folder is named. */
  private static final String DEFAULT_NAME = "bootgrade-out";

  private static final Pattern FILES =
      Pattern.compile(
          "(results\\.json|grades\\.csv|criteria\\.csv|index\\.html|rubric\\.yaml|graders\\.path|roster\\.csv"
              + "|submission-times\\.csv|adjustments\\.csv|submission_metadata\\.yml)(\\.new)?|\\.lock");

  /** The schema is the first thing in results.json. */
  private static final int BEGINNING = 256;

  private OutputFolder() {}

  /** Whether a folder holds the results of a class: such a folder is never a submission. */
  static boolean holdsResults(Path folder) {
    if (!Files.isDirectory(folder) || Files.exists(folder.resolve("Cargo.toml"))) {
      return false;
    }
    Path name = folder.getFileName();
    if (name != null && name.toString().equals(DEFAULT_NAME)) {
      return true;
    }
    Path results = folder.resolve("results.json");
    if (!Files.isRegularFile(results)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(results)) {
      return new String(in.readNBytes(BEGINNING), StandardCharsets.UTF_8)
          .contains("\"" + ClassResults.SCHEMA + "\"");
    } catch (IOException notToBeRead) {
      // What cannot be read says nothing; a student's folder must not be left out for it.
      return false;
    }
  }

  /** Whether a file directly in an output folder may be one of ours. */
  static boolean isOurs(Path file) {
    Path name = file.getFileName();
    return name != null && FILES.matcher(name.toString()).matches();
  }

  /** A path as the file system sees it, links resolved as far as it exists. */
  static Path real(Path path) {
    Path whole = path.toAbsolutePath().normalize();
    Path existing = whole;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return whole;
    }
    try {
      return existing.toRealPath().resolve(existing.relativize(whole)).normalize();
    } catch (IOException unreadable) {
      // Whoever reads or writes there says what is wrong with it.
      return whole;
    }
  }
}
