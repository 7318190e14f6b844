package org.bootgrade.build;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.SourceFile;
import org.bootgrade.submission.SourceTree;

/**
 * The kernel crate of a submission: the one that asks for a boot loader.
 *
 * @param manifest its Cargo.toml
 * @param workspace the Cargo.toml that holds its workspace, which may be the same
 * @param manifests all Cargo.toml that cargo reads to resolve it, the crate's own and its
 *     workspace's included
 */
record KernelCrate(Manifest manifest, Manifest workspace, List<Manifest> manifests) {

  /** The crate of the boot loader that puts a kernel and itself into one BIOS image. */
  static final String BOOTLOADER = "bootloader";

  /** The crate that a kernel uses with boot loader 0.11, which builds its images in another way. */
  private static final String BOOTLOADER_API = "bootloader_api";

  static KernelCrate find(SourceTree tree) throws BuildRefused, InfrastructureFailure {
    Map<String, Manifest> all = new LinkedHashMap<>();
    BuildRefused unreadable = null;
    for (SourceFile file : tree.named("Cargo.toml")) {
      try {
        Manifest manifest = Manifest.of(file.path(), tree.read(file.path()));
        all.put(manifest.directory(), manifest);
      } catch (BuildRefused e) {
        // Fatal only if no kernel is found: it may be a file that cargo never reads.
        unreadable = e;
      }
    }
    List<Manifest> kernels =
        all.values().stream()
            .filter(Manifest::isPackage)
            .filter(m -> m.dependsOn(BOOTLOADER))
            .sorted(
                Comparator.<Manifest>comparingInt(m -> depth(m.path()))
                    .thenComparing(Manifest::path))
            .toList();
    if (kernels.isEmpty()) {
      if (unreadable != null) {
        throw unreadable;
      }
      List<String> newer =
          all.values().stream()
              .filter(m -> m.dependsOn(BOOTLOADER_API))
              .map(Manifest::path)
              .toList();
      if (!newer.isEmpty()) {
        throw new BuildRefused(
            ("%s uses bootloader_api: boot images of bootloader 0.11 and newer are not supported"
                    + " yet. Use the crate bootloader 0.9, as the course does.")
                .formatted(newer.get(0)));
      }
      throw new BuildRefused(
          ("no kernel crate found: none of %s depends on the crate 'bootloader'. Add bootloader"
                  + " = \"0.9\" to the kernel's dependencies.")
              .formatted(String.join(", ", all.values().stream().map(Manifest::path).toList())));
    }
    Manifest kernel = kernels.get(0);
    if (kernels.size() > 1 && depth(kernels.get(1).path()) == depth(kernel.path())) {
      throw new BuildRefused(
          "several kernel crates found (%s): hand in one."
              .formatted(String.join(", ", kernels.stream().map(Manifest::path).toList())));
    }
    Manifest workspace = workspaceOf(kernel, all);
    List<Manifest> read = reachable(kernel, workspace, all);
    for (Manifest manifest : read) {
      refuseForeignSources(manifest);
    }
    return new KernelCrate(kernel, workspace, read);
  }

  /** The directory of the crate, empty for the tree's top. */
  String directory() {
    return manifest.directory();
  }

  /** What was changed in the build's copies of its manifests. */
  List<Mend> mends() {
    return manifests.stream().flatMap(m -> m.mends().stream()).toList();
  }

  /** A file's bytes as cargo gets them, in every step alike: a manifest may have been mended. */
  byte[] bytes(SourceTree tree, String path) throws InfrastructureFailure {
    for (Manifest one : manifests) {
      if (one.path().equals(path) && !one.mends().isEmpty()) {
        return one.text().getBytes(StandardCharsets.UTF_8);
      }
    }
    return tree.bytes(path);
  }

  private static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  /** Cargo's own rule: the nearest Cargo.toml upwards that has a workspace. */
  private static Manifest workspaceOf(Manifest kernel, Map<String, Manifest> all) {
    String directory = kernel.directory();
    while (true) {
      Manifest here = all.get(directory);
      if (here != null && here.isWorkspace()) {
        return here;
      }
      if (directory.isEmpty()) {
        return kernel;
      }
      int slash = directory.lastIndexOf('/');
      directory = slash < 0 ? "" : directory.substring(0, slash);
    }
  }

  private static List<Manifest> reachable(
      Manifest kernel, Manifest workspace, Map<String, Manifest> all) {
    Map<String, Manifest> found = new LinkedHashMap<>();
    Deque<Manifest> open = new ArrayDeque<>(List.of(kernel, workspace));
    if (workspace.isWorkspace()) {
      String prefix = workspace.directory().isEmpty() ? "" : workspace.directory() + "/";
      all.values().stream().filter(m -> m.path().startsWith(prefix)).forEach(open::add);
    }
    while (!open.isEmpty()) {
      Manifest next = open.remove();
      if (found.put(next.directory(), next) != null) {
        continue;
      }
      for (Manifest.Dependency dependency : next.dependencies()) {
        dependency
            .text("path")
            .map(path -> resolve(next.directory(), path))
            .map(all::get)
            .ifPresent(open::add);
      }
    }
    return new ArrayList<>(found.values());
  }

  /**
   * A relative path from a directory of the tree, normalised; a path that leaves the tree matches
   * nothing.
   */
  static String resolve(String directory, String relative) {
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (directory + "/" + relative).split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          return "../";
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  /**
   * Crates come from the registry alone: fetching must not call addresses that a submission chose.
   */
  private static void refuseForeignSources(Manifest manifest) throws BuildRefused {
    for (Manifest.Dependency dependency : manifest.dependencies()) {
      for (String key : List.of("git", "registry", "registry-index")) {
        if (dependency.text(key).isPresent()) {
          throw new BuildRefused(
              ("%s takes '%s' by '%s': only crates of the public registry and crates inside the"
                      + " submission can be built. Use a published version, or put the crate's"
                      + " sources into the submission.")
                  .formatted(manifest.path(), dependency.name(), key));
        }
      }
    }
  }
}
