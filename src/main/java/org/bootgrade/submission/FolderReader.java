package org.bootgrade.submission;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * A directory. What is left out is not even listed: a build folder may hold more files than the
 * project a thousand times over, and may belong to somebody else.
 */
final class FolderReader implements Container {
  private static final String LOCALE_ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

  private final Path root;
  private final IntakeLimits limits;
  private final List<Path> listed = new ArrayList<>();

  FolderReader(Path root, IntakeLimits limits) {
    this.root = root;
    this.limits = limits;
  }

  @Override
  public Listing list() throws IOException, InfrastructureFailure {
    Listing listing = new Listing(limits);
    listed.clear();
    list(root, List.of(), listing);
    return listing;
  }

  /** Recurses no deeper than the limit: the rules on paths are checked on the way down. */
  private void list(Path folder, List<String> names, Listing listing)
      throws IOException, InfrastructureFailure {
    List<Path> children = children(folder);
    Set<String> files = filesAmong(children);
    for (Path child : children) {
      String name = name(child);
      BasicFileAttributes attributes = attributes(child);
      if (LeftOut.always(name, attributes.isDirectory())) {
        continue;
      }
      List<String> path = new ArrayList<>(names);
      path.add(name);
      String joined = String.join("/", path);
      if (attributes.isDirectory()) {
        if (!name.equals(LeftOut.BUILD_FOLDER)
            || !LeftOut.isBuildFolder(files, filesAmong(children(child)))) {
          PathRules.check(path, limits);
          add(listing, joined, child, Entry.Kind.FOLDER, "");
          list(child, path, listing);
        }
      } else if (attributes.isSymbolicLink()) {
        add(listing, joined, child, Entry.Kind.SYMBOLIC_LINK, target(child));
      } else if (attributes.isRegularFile()) {
        add(listing, joined, child, Entry.Kind.FILE, "");
      } else {
        add(
            listing,
            joined,
            child,
            Entry.Kind.UNUSABLE,
            "is a device, pipe or socket and no file; remove it");
      }
    }
  }

  @Override
  public void extract(Map<Integer, String> wanted, TreeWriter writer)
      throws IOException, InfrastructureFailure {
    Path top = real(root);
    for (Map.Entry<Integer, String> file : wanted.entrySet()) {
      try (InputStream content = open(listed.get(file.getKey()), top)) {
        writer.write(file.getValue(), content);
      }
    }
  }

  @Override
  public long packedBytes() {
    return 0;
  }

  @Override
  public void close() {}

  /**
   * @param top the real path of the folder
   */
  private InputStream open(Path file, Path top) throws ReadFault {
    // Whoever handed it in may still be at work in it: a pipe would have us wait for ever, and a
    // folder that became a link would lead anywhere.
    if (!attributes(file).isRegularFile()
        || !real(file).equals(top.resolve(root.relativize(file)))) {
      throw new ReadFault(
          new IOException("'%s' was replaced meanwhile".formatted(root.relativize(file))));
    }
    try {
      return ReadFault.marking(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  private static Path real(Path path) throws ReadFault {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  private void add(Listing listing, String name, Path path, Entry.Kind kind, String detail)
      throws Refusal {
    listing.add(name, kind, detail);
    listed.add(path);
  }

  /** What lies straight in a folder, sorted so that the same tree gets the same refusal. */
  private List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        if (children.size() >= limits.listedEntries()) {
          throw new Refusal(
              "one of its folders holds more than %,d entries; remove what does not belong to the"
                      .formatted(limits.listedEntries())
                  + " project");
        }
        children.add(child);
      }
    } catch (Refusal e) {
      throw e;
    } catch (IOException | DirectoryIteratorException e) {
      throw new ReadFault(e);
    }
    Collections.sort(children);
    return children;
  }

  private static Set<String> filesAmong(List<Path> children)
      throws ReadFault, InfrastructureFailure {
    Set<String> names = new HashSet<>();
    for (Path child : children) {
      String name = name(child);
      if (!attributes(child).isDirectory() && !LeftOut.always(name, false)) {
        names.add(name);
      }
    }
    return names;
  }

  private static String name(Path child) throws InfrastructureFailure {
    String name = String.valueOf(child.getFileName());
    // Under another locale Java cannot even spell the name, which is no fault of the student's.
    if (name.indexOf('\uFFFD') >= 0 && !LOCALE_ENCODING.equalsIgnoreCase("UTF-8")) {
      throw new InfrastructureFailure(
          "this machine cannot read the file name " + PathRules.shown(name),
          "run with a UTF-8 locale, such as LC_ALL=C.UTF-8");
    }
    return name;
  }

  private static BasicFileAttributes attributes(Path path) throws ReadFault {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  private static String target(Path link) throws ReadFault {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }
}
