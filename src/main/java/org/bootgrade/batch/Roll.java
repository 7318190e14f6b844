package org.bootgrade.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.gradebook.HandedIn;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;

/**
 * The submissions that some paths stand for.
 *
 * @param entries one for each submission, in the order of their ids
 * @param leftOut what lies in a class's folder and looks handed in, but is not taken for a
 *     submission: its name begins with a dot, it is an archive of a kind that is not read, it is
 *     called like an archive and is no file, or it is a text beside the files of the same student
 */
public record Roll(List<Entry> entries, List<Path> leftOut) {

  /** What macOS puts beside the files of an archive: none of it is the students'. */
  private static final String RESOURCE_FORKS = "__MACOSX";

  /** What Moodle calls the two folders of one student's, behind name and number. */
  private static final String MOODLES_TEXT = "_assignsubmission_onlinetext";

  private static final String MOODLES_FILES = "_assignsubmission_file";

  private static final Intake INTAKE = new Intake(IntakeLimits.defaults());

  /** How deep a crate may lie in a folder that is one submission. */
  private static final int DEPTH = 4;

  public Roll {
    entries = List.copyOf(entries);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * A submission.
   *
   * @param id its file or folder name without extension
   * @param path where it lies
   */
  public record Entry(String id, Path path) {

    /**
     * What is taken in: the path itself, or the one archive that a folder without a crate holds, as
     * the folders of Moodle's downloads do; of several archives the one that has a crate in it.
     */
    public Path content() {
      try {
        if (Files.isDirectory(path) && !holdsCrate(path, DEPTH)) {
          List<Path> archives =
              list(path).stream().filter(p -> !isHidden(p) && Archives.isOneInside(p)).toList();
          List<Path> projects =
              archives.size() < 2
                  ? archives
                  : archives.stream().filter(INTAKE::listsManifest).toList();
          return projects.size() == 1 ? projects.get(0) : path;
        }
        return path;
      } catch (Unclear unreadable) {
        // Whoever reads the folder tells what is wrong with it.
        return path;
      }
    }

    /** When an archive was modified; empty for a folder. */
    Optional<Instant> modified() {
      Path content = content();
      try {
        return Files.isRegularFile(content)
            ? Optional.of(Files.getLastModifiedTime(content).toInstant())
            : Optional.empty();
      } catch (IOException unreadable) {
        // Whoever reads the archive tells what is wrong with it.
        return Optional.empty();
      }
    }

    HandedIn handedIn() {
      return new HandedIn(id, modified().orElse(null));
    }
  }

  /** Paths that do not make a roll. The user's to mend. */
  public static final class Unclear extends Exception {
    private static final long serialVersionUID = 1L;

    Unclear(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      String message = super.getMessage();
      return message == null ? "" : message;
    }
  }

  /**
   * Finds the submissions.
   *
   * @param paths archives, folders of one submission, and folders of a class, whose children are
   *     submissions
   * @param out the output folder, which is never a submission; nor is another one that holds a
   *     class's results
   * @throws Unclear when a path is missing, a class is empty, two submissions have the same id, or
   *     results would be written into what was handed in
   */
  public static Roll of(List<Path> paths, Path out) throws Unclear {
    TreeMap<String, Path> found = new TreeMap<>();
    List<Path> leftOut = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new Unclear("%s: there is no such file or folder.".formatted(path));
      }
      if (same(path, out)) {
        throw new Unclear(inTheWay(out, "is", path));
      }
      if (Files.isDirectory(path) && isClass(path, out)) {
        List<Path> children = submissionsIn(path, out);
        List<Path> others = leftOutOf(path, out);
        if (children.isEmpty()) {
          throw new Unclear(
              ("%s: no submission found. It holds no Cargo.toml, no folder and no archive (%s)%s. Name"
                      + " a kernel's folder, an archive, or a folder of these.")
                  .formatted(
                      path,
                      String.join(", ", Archives.EXTENSIONS),
                      others.isEmpty()
                          ? ""
                          : ", but for what is not taken for one: "
                              + String.join(
                                  ", ",
                                  others.stream().map(o -> o.getFileName().toString()).toList())));
        }
        for (Path child : children) {
          add(found, child);
        }
        leftOut.addAll(others);
        if (isIn(out, path) && holdsHandedIn(out)) {
          throw new Unclear(inTheWay(out, "holds what was handed in and lies in", path));
        }
      } else {
        add(found, path);
      }
    }
    for (Map.Entry<String, Path> entry : found.entrySet()) {
      Path submission = OutputFolder.real(entry.getValue());
      if (OutputFolder.real(out).startsWith(submission)) {
        throw new Unclear(inTheWay(out, "lies inside of", entry.getValue()));
      }
      Path results = out.resolve(entry.getKey());
      if (OutputFolder.real(results).startsWith(submission)) {
        throw new Unclear(inTheWay(results, "would take the results of", entry.getValue()));
      }
    }
    return new Roll(
        found.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).toList(), leftOut);
  }

  private static String inTheWay(Path out, String how, Path handedIn) {
    return ("%s %s %s: results must not be written into what was handed in. Name another folder"
            + " with -o.")
        .formatted(out, how, handedIn);
  }

  /** Whether a folder that results are to be written to is a student's. */
  private static boolean holdsHandedIn(Path out) throws Unclear {
    if (!Files.isDirectory(out) || OutputFolder.holdsResults(out)) {
      return false;
    }
    for (Path path : list(out)) {
      if (Files.isRegularFile(path) && !OutputFolder.isOurs(path)) {
        return true;
      }
    }
    return holdsCrate(out, DEPTH);
  }

  private static void add(TreeMap<String, Path> found, Path path) throws Unclear {
    String id = id(path);
    if (!isFree(id)) {
      throw new Unclear(
          "%s: its results cannot be kept in a folder of that name. Rename it.".formatted(path));
    }
    Path other = found.put(id, path);
    if (other != null && !same(other, path)) {
      throw new Unclear(
          "%s and %s would both be submission '%s': rename one of them."
              .formatted(other, path, id));
    }
  }

  /**
   * The file's or folder's name without extension; with it where no folder of our own can have the
   * name without: {@code ..zip} and {@code grades.csv.zip} are names that students can choose.
   */
  static String id(Path path) {
    Path name = path.toAbsolutePath().normalize().getFileName();
    String text = name == null ? "submission" : name.toString();
    String stem = stem(path, text);
    return isFree(stem) ? stem : text;
  }

  /** Whether a folder of that name can lie in the output folder, beside what is written there. */
  private static boolean isFree(String id) {
    return !id.equals(".") && !id.equals("..") && !OutputFolder.isOurs(Path.of(id));
  }

  private static String stem(Path path, String text) {
    if (!Files.isDirectory(path)) {
      for (String extension : Archives.EXTENSIONS) {
        if (text.toLowerCase(Locale.ROOT).endsWith(extension)
            && text.length() > extension.length()) {
          return text.substring(0, text.length() - extension.length());
        }
      }
      int dot = text.lastIndexOf('.');
      return dot > 0 ? text.substring(0, dot) : text;
    }
    return text;
  }

  /**
   * Whether a folder is a class rather than one submission: it has no Cargo.toml itself, and what
   * is in it looks like several things handed in, or like one thing alone that was.
   */
  private static boolean isClass(Path folder, Path out) throws Unclear {
    if (Files.exists(folder.resolve("Cargo.toml"))) {
      return false;
    }
    List<Path> children = submissionsIn(folder, out);
    long archives = children.stream().filter(p -> !Files.isDirectory(p)).count();
    long crates = 0;
    long wrapped = 0;
    for (Path child : children) {
      if (Files.isDirectory(child)) {
        if (holdsCrate(child, DEPTH)) {
          crates++;
        } else if (!new Entry("", child).content().equals(child)) {
          wrapped++;
        }
      }
    }
    boolean downloaded =
        children.stream().anyMatch(c -> new HandedIn(id(c), null).isNamedByMoodle());
    if (archives > 0 || crates > 1 || downloaded) {
      return true;
    }
    // An output folder that an earlier run left here does not change what the folder is.
    long all =
        list(folder).stream().filter(p -> !same(p, out) && !OutputFolder.holdsResults(p)).count();
    // A project may hold an archive in some folder of its own; a download holds nothing else.
    return crates + wrapped > 0 ? all == crates + wrapped || crates == 0 : children.size() != 1;
  }

  private static boolean holdsCrate(Path folder, int depth) throws Unclear {
    if (Files.exists(folder.resolve("Cargo.toml"))) {
      return true;
    }
    if (depth == 0) {
      return false;
    }
    for (Path child : list(folder)) {
      if (Files.isDirectory(child)
          && !Files.isSymbolicLink(child)
          && holdsCrate(child, depth - 1)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(Path one, Path other) {
    return OutputFolder.real(one).equals(OutputFolder.real(other));
  }

  private static boolean isIn(Path path, Path folder) {
    Path parent = OutputFolder.real(path).getParent();
    return parent != null && parent.equals(OutputFolder.real(folder));
  }

  private static List<Path> submissionsIn(Path folder, Path out) throws Unclear {
    List<Path> found = new ArrayList<>();
    for (Path path : list(folder)) {
      boolean wanted =
          Files.isDirectory(path)
              ? !isResourceForks(path) && !isTextBesideFiles(path)
              : Archives.isOne(path);
      if (wanted && !isHidden(path) && !same(path, out) && !OutputFolder.holdsResults(path)) {
        found.add(path);
      }
    }
    return found;
  }

  /** What a class's folder holds that somebody may have handed in all the same. */
  private static List<Path> leftOutOf(Path folder, Path out) throws Unclear {
    List<Path> found = new ArrayList<>();
    for (Path path : list(folder)) {
      if (Files.isDirectory(path)) {
        // Folders such as .git hold no crate.
        if ((isHidden(path) && !same(path, out) && holdsCrate(path, DEPTH))
            || isTextBesideFiles(path)) {
          found.add(path);
        }
      } else if (Archives.isOne(path)
          ? isHidden(path)
          : Archives.isOther(path) || Archives.isNoFile(path)) {
        found.add(path);
      }
    }
    return found;
  }

  /**
   * Whether it is what Moodle took down from a text field, beside the folder of the files that the
   * same student handed in: of the two, only that is a project.
   */
  static boolean isTextBesideFiles(Path path) throws Unclear {
    String name = path.getFileName().toString();
    int at = name.indexOf(MOODLES_TEXT);
    return at > 0
        && Files.isDirectory(
            path.resolveSibling(
                name.substring(0, at) + MOODLES_FILES + name.substring(at + MOODLES_TEXT.length())))
        && !holdsCrate(path, DEPTH)
        && list(path).stream().noneMatch(Archives::isOneInside);
  }

  private static boolean isResourceForks(Path path) {
    return path.getFileName().toString().equalsIgnoreCase(RESOURCE_FORKS);
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static List<Path> list(Path folder) throws Unclear {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new Unclear(
          "%s cannot be read (%s). Make the folder readable, or name its submissions one by one."
              .formatted(folder, FileTrouble.reason(e, folder)));
    }
  }
}
