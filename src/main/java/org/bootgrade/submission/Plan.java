package org.bootgrade.submission;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are written where, decided from their names alone.
 *
 * @param files entry numbers, and the paths their contents are written to
 * @param copies paths of links, and the path (of {@code files}) each is a copy of
 */
record Plan(Map<Integer, String> files, Map<String, String> copies) {
  private static final int LINK_HOPS = 8;

  private static final Pattern ARCHIVE =
      Pattern.compile(
          ".+\\.(zip|tar|tgz|gz|rar|7z|xz|txz|bz2|tbz2?|zst|zipx)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final int MOST_NAMED = 3;

  Plan {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    copies = Collections.unmodifiableMap(new LinkedHashMap<>(copies));
  }

  /** Decides, or refuses with the reason. */
  static Plan of(List<Entry> entries, IntakeLimits limits) throws Refusal {
    if (entries.isEmpty()) {
      throw new Refusal("it is empty; hand in the project folder with its Cargo.toml");
    }
    Map<String, Entry> kept = kept(entries, limits);
    if (kept.isEmpty()) {
      throw new Refusal(
          "it holds no files of a project (build folders, version control and empty folders do not"
              + " count); hand in the project folder with its Cargo.toml");
    }
    return new Stripped(kept).plan();
  }

  /** Whether a path is that of a crate's or workspace's manifest. */
  static boolean isManifest(String path) {
    return path.equals("Cargo.toml") || path.endsWith("/Cargo.toml");
  }

  private static Map<String, Entry> kept(List<Entry> entries, IntakeLimits limits) throws Refusal {
    List<Named> named = new ArrayList<>();
    Map<String, Set<String>> filesByFolder = new HashMap<>();
    for (Entry entry : entries) {
      List<String> names = PathRules.components(entry.name());
      if (!names.isEmpty()) {
        named.add(new Named(entry, names));
        String name = names.get(names.size() - 1);
        // What is left out anyway tells nothing of the folder that it lies in.
        if (!entry.isFolder() && !LeftOut.always(name, false)) {
          filesByFolder
              .computeIfAbsent(path(names, names.size() - 1), folder -> new HashSet<>())
              .add(name);
        }
      }
    }
    Map<String, Entry> kept = new LinkedHashMap<>();
    Collisions collisions = new Collisions();
    for (Named candidate : named) {
      if (isLeftOut(candidate, filesByFolder, limits)) {
        continue;
      }
      PathRules.check(candidate.names(), limits);
      Entry entry = candidate.entry();
      String path = path(candidate.names(), candidate.names().size());
      if (entry.kind() == Entry.Kind.UNUSABLE) {
        throw new Refusal(PathRules.shown(path) + " " + entry.detail());
      }
      collisions.add(candidate.names(), entry.isFolder());
      if (!entry.isFolder()) {
        kept.put(path, entry);
        if (kept.size() > limits.files()) {
          throw new Refusal(
              "it holds more than %,d files; remove what does not belong to the project"
                  .formatted(limits.files()));
        }
      }
    }
    return kept;
  }

  private static boolean isLeftOut(
      Named candidate, Map<String, Set<String>> filesByFolder, IntakeLimits limits) {
    List<String> names = candidate.names();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean folder = i < names.size() - 1 || candidate.entry().isFolder();
      if (LeftOut.always(name, folder)) {
        return true;
      }
      // Deeper down no crate could be kept that it belongs to; and a path may be made of nothing
      // else.
      if (folder
          && i <= limits.depth()
          && name.equals(LeftOut.BUILD_FOLDER)
          && LeftOut.isBuildFolder(
              filesByFolder.getOrDefault(path(names, i), Set.of()),
              filesByFolder.getOrDefault(path(names, i + 1), Set.of()))) {
        return true;
      }
    }
    return false;
  }

  private static String path(List<String> names, int count) {
    return String.join("/", names.subList(0, count));
  }

  private record Named(Entry entry, List<String> names) {}

  /** Finds paths that cannot lie beside each other on every file system. */
  private static final class Collisions {
    private final Map<String, String> spellings = new HashMap<>();
    private final Map<String, Boolean> folders = new HashMap<>();

    void add(List<String> names, boolean folder) throws Refusal {
      for (int i = 1; i <= names.size(); i++) {
        String path = path(names, i);
        boolean isFolder = folder || i < names.size();
        String other = spellings.putIfAbsent(PathRules.folded(path), path);
        if (other != null && !other.equals(path)) {
          throw new Refusal(
              "%s and %s differ only in upper and lower case or in how accents are encoded; rename"
                      .formatted(PathRules.shown(other), PathRules.shown(path))
                  + " one of them");
        }
        Boolean wasFolder = folders.putIfAbsent(path, isFolder);
        if (wasFolder != null && wasFolder != isFolder) {
          throw new Refusal(
              "%s is both a file and a folder; pack the project again"
                  .formatted(PathRules.shown(path)));
        }
        if (wasFolder != null && !isFolder) {
          throw new Refusal(
              "%s is in it twice; pack the project again".formatted(PathRules.shown(path)));
        }
      }
    }
  }

  /** The kept entries as seen from the folder that all of them lie in. */
  private static final class Stripped {
    private final String prefix;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Stripped(Map<String, Entry> kept) {
      prefix = wrapping(kept.keySet());
      kept.forEach((path, entry) -> entries.put(path.substring(prefix.length()), entry));
    }

    /** The folders, each with its slash, that hold nothing but the next one. */
    private static String wrapping(Set<String> paths) {
      String first = paths.iterator().next();
      String prefix = first.substring(0, first.lastIndexOf('/') + 1);
      for (String path : paths) {
        while (!path.startsWith(prefix)) {
          prefix = prefix.substring(0, prefix.lastIndexOf('/', prefix.length() - 2) + 1);
        }
      }
      return prefix;
    }

    Plan plan() throws Refusal {
      if (entries.keySet().stream().noneMatch(Plan::isManifest)) {
        throw new Refusal(
            "no Cargo.toml in it, at any depth%s; hand in the project folder with its Cargo.toml"
                .formatted(archives()));
      }
      Map<Integer, String> files = new LinkedHashMap<>();
      Map<String, String> copies = new LinkedHashMap<>();
      for (Map.Entry<String, Entry> kept : entries.entrySet()) {
        if (kept.getValue().isLink()) {
          copies.put(kept.getKey(), fileNamedBy(kept.getKey()));
        } else {
          files.put(kept.getValue().index(), kept.getKey());
        }
      }
      return new Plan(files, copies);
    }

    /** Packed twice, or several files handed in, is the usual reason. */
    private String archives() {
      List<String> archives =
          entries.keySet().stream()
              .filter(path -> ARCHIVE.matcher(path).matches())
              .limit(MOST_NAMED)
              .map(PathRules::shown)
              .toList();
      return archives.isEmpty()
          ? ""
          : ", and what it holds packed is not unpacked (%s)"
              .formatted(String.join(", ", archives));
    }

    private String fileNamedBy(String link) throws Refusal {
      String path = link;
      for (int hop = 0; hop <= LINK_HOPS; hop++) {
        Entry entry = entries.get(path);
        if (entry == null) {
          throw new Refusal(
              "the link %s names %s, which is no file of the submission; put a copy of the file in"
                      .formatted(PathRules.shown(link), PathRules.shown(path))
                  + " the link's place");
        }
        if (!entry.isLink()) {
          return path;
        }
        String next =
            entry.kind() == Entry.Kind.HARD_LINK
                ? fromRoot(entry.detail())
                : PathRules.resolve(path, entry.detail());
        if (next == null) {
          throw new Refusal(
              "the link %s leads out of the submission, to %s; put a copy of the file in its place"
                  .formatted(PathRules.shown(link), PathRules.shown(entry.detail())));
        }
        path = next;
      }
      throw new Refusal(
          "the link %s leads through too many links or in a circle; put the file in its place"
              .formatted(PathRules.shown(link)));
    }

    /** A hard link names an entry as the archive does, from above any wrapping folder. */
    private @Nullable String fromRoot(String target) {
      String path = PathRules.resolve("", target);
      return path != null && path.startsWith(prefix) ? path.substring(prefix.length()) : null;
    }
  }
}
