package org.bootgrade.batch;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which files are archives that somebody handed in, as far as their names tell. */
final class Archives {

  /** What the names of archives that are read end in; the longest that fits counts. */
  static final List<String> EXTENSIONS = List.of(".tar.gz", ".tgz", ".zip", ".tar");

  /** Archives that are often handed in as well. */
  private static final Pattern OTHERS =
      Pattern.compile(".+\\.(rar|7z|xz|txz|bz2|tbz|tbz2|zst|lz|lzma|gz|zipx)");

  private Archives() {}

  /** Whether it is a file that is called like an archive that is read. */
  static boolean isOne(Path path) {
    return isCalledOne(path) && Files.isRegularFile(path);
  }

  /** Whether it is a file that is called like an archive of a kind that is not read. */
  static boolean isOther(Path path) {
    return OTHERS.matcher(name(path)).matches() && Files.isRegularFile(path);
  }

  /** Whether it is called like an archive and is none: a link that leads nowhere, a pipe. */
  static boolean isNoFile(Path path) {
    return isCalledOne(path) && !Files.isRegularFile(path);
  }

  /** Whether a student may have put it there: links lead to what others own. */
  static boolean isOneInside(Path path) {
    return isCalledOne(path) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static boolean isCalledOne(Path path) {
    return EXTENSIONS.stream().anyMatch(name(path)::endsWith);
  }

  private static String name(Path path) {
    return path.getFileName().toString().toLowerCase(Locale.ROOT);
  }
}
