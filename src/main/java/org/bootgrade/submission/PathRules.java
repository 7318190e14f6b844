package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a name may be, and how names are compared and shown. */
final class PathRules {
  private static final int NAME_BYTES = 255;
  private static final int SHOWN_CHARACTERS = 120;

  private PathRules() {}

  /**
   * The names of an entry's path; empty for the root itself. Never holds {@code .} or {@code ..}.
   */
  static List<String> components(String path) throws Refusal {
    if (path.startsWith("/")) {
      throw absolute(path);
    }
    if (path.indexOf('\0') >= 0) {
      // Also where it would be left out: to many tools the name ends there.
      throw controlCharacter(path);
    }
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        throw new Refusal(
            "the entry %s leads out of its folder; pack the project folder without '..' in paths"
                .formatted(shown(path)));
      }
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names;
  }

  static Refusal absolute(String path) {
    return new Refusal(
        "the entry %s has an absolute path; pack the project folder with relative paths"
            .formatted(shown(path)));
  }

  /** Refuses a path that is not safe, portable and within the limits. */
  static void check(List<String> names, IntakeLimits limits) throws Refusal {
    String path = String.join("/", names);
    if (names.size() > limits.depth()) {
      throw new Refusal(
          "%s lies deeper than %d folders; move it up".formatted(shown(path), limits.depth()));
    }
    if (path.getBytes(UTF_8).length > limits.pathBytes()) {
      throw new Refusal(
          "the path %s is longer than %,d bytes; use shorter names"
              .formatted(shown(path), limits.pathBytes()));
    }
    for (String name : names) {
      checkName(name, path);
    }
    if (names.get(0).matches("[A-Za-z]:.*")) {
      throw new Refusal(
          "%s begins with a drive letter; pack the project folder with relative paths"
              .formatted(shown(path)));
    }
  }

  private static void checkName(String name, String path) throws Refusal {
    if (name.indexOf('\uFFFD') >= 0) {
      throw new Refusal(
          "the name %s is not UTF-8; rename the file or pack it with a tool that writes UTF-8 names"
              .formatted(shown(path)));
    }
    if (name.indexOf('\\') >= 0) {
      throw new Refusal(
          "%s has a backslash in its name; rename it, or pack with a tool that writes '/' between"
                  .formatted(shown(path))
              + " folders");
    }
    if (name.codePoints().anyMatch(PathRules::isUnprintable)) {
      throw controlCharacter(path);
    }
    if (name.getBytes(UTF_8).length > NAME_BYTES) {
      throw new Refusal(
          "%s has a name of more than %d bytes; shorten it".formatted(shown(path), NAME_BYTES));
    }
  }

  private static Refusal controlCharacter(String path) {
    return new Refusal(
        "the name %s holds a control character; rename the file".formatted(shown(path)));
  }

  private static boolean isUnprintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      // Marks that reorder the text around them make one name look like another in a report.
      case Character.FORMAT -> (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
      default -> false;
    };
  }

  /** Equal for names that some file system takes for the same: by case or Unicode normal form. */
  static String folded(String path) {
    // Taken apart first: an iota below a letter becomes one of its own in upper case, and the marks
    // behind it would be another letter's (Unicode 3.13, D145).
    String apart = Normalizer.normalize(path, Normalizer.Form.NFD);
    // By way of upper case, as single letters such as the long s fold only there; and before that
    // to lower case, as the capital sharp s is of upper case already and no two letters.
    String upper = apart.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
    String lower = upper.toLowerCase(Locale.ROOT);
    return Normalizer.normalize(lower, Normalizer.Form.NFD);
  }

  /**
   * The path a symbolic link means, or null if it leaves the tree. Purely by name: no folder of the
   * tree is a link itself.
   */
  static @Nullable String resolve(String link, String target) {
    if (target.startsWith("/")) {
      return null;
    }
    List<String> names = new ArrayList<>(List.of(link.split("/", -1)));
    names.remove(names.size() - 1);
    for (String name : target.split("/", -1)) {
      if (name.equals("..")) {
        if (names.isEmpty()) {
          return null;
        }
        names.remove(names.size() - 1);
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return String.join("/", names);
  }

  /** A name in quotes, printable and of bounded length, whatever it was. */
  static String shown(String name) {
    StringBuilder shown = new StringBuilder("'");
    int[] characters = name.codePoints().limit(SHOWN_CHARACTERS + 1L).toArray();
    for (int i = 0; i < Math.min(characters.length, SHOWN_CHARACTERS); i++) {
      if (isUnprintable(characters[i])) {
        shown.append("\\u%04x".formatted(characters[i]));
      } else {
        shown.appendCodePoint(characters[i]);
      }
    }
    return shown.append(characters.length > SHOWN_CHARACTERS ? "…'" : "'").toString();
  }
}
