package org.bootgrade.cli;

import static java.util.stream.Collectors.joining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bootgrade.report.Reports;

/**
 * What looks handed in and is not graded.
 *
 * @param paths in the order of their names
 */
record LeftOut(List<Path> paths) {

  private static final int MOST_NAMED = 5;

  /** Why each is left out, and what to do. */
  List<String> told() {
    return paths.stream().map(LeftOut::told).toList();
  }

  /**
   * That there are some, in a line. After a long run nobody sees any more what was said at its
   * beginning.
   */
  Optional<String> inShort() {
    if (paths.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Reports.harmless(
            "%s not graded and %s in no table: %s%s. Each was told at the beginning, with what to do."
                .formatted(
                    paths.size() == 1 ? "1 file is" : paths.size() + " files are",
                    paths.size() == 1 ? "is" : "are",
                    paths.stream().limit(MOST_NAMED).map(Path::toString).collect(joining(", ")),
                    paths.size() > MOST_NAMED ? ", …" : "")));
  }

  private static String told(Path path) {
    if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
      return "%s is not graded: it is no file but a link that leads nowhere, a pipe or a device. Put the archive itself there if it was handed in."
          .formatted(path);
    }
    if (path.getFileName().toString().contains("_assignsubmission_onlinetext")) {
      return "%s is not graded: it is a text and no project, beside the files of the same student."
          .formatted(path);
    }
    return path.getFileName().toString().startsWith(".")
        ? "%s is not graded: its name begins with a dot. Rename it if it was handed in."
            .formatted(path)
        : "%s is not graded: archives of its kind are not read. If it was handed in, ask for a .zip or .tar.gz, or unpack it into a folder."
            .formatted(path);
  }
}
