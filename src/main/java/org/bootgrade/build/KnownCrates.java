package org.bootgrade.build;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.SourceFile;
import org.bootgrade.submission.SourceTree;

/**
 * What cargo told of the crates of submissions. A class begins from one skeleton, so most of it has
 * the same manifests and the same names of files, and to ask costs a tenth of a second. Safe for
 * use by several threads.
 */
final class KnownCrates {

  private static final String MANIFEST = "Cargo.toml";

  /** Each may have a megabyte. */
  private static final int REMEMBERED = 16;

  private final Map<String, CargoMetadata> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CargoMetadata> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * A key of all that the answer depends on: manifests, lock file, configuration, and the names of
   * all files, among which cargo looks for targets and members of a workspace.
   *
   * @param toolchain what tells apart this cargo from others
   * @param folder where the submission is, as cargo sees it
   * @param configuration the text of cargo's configuration
   * @param lock the text of the lock file
   */
  static String key(
      String toolchain,
      String folder,
      String configuration,
      String lock,
      SourceTree tree,
      KernelCrate crate)
      throws InfrastructureFailure {
    List<String> parts =
        new ArrayList<>(List.of(toolchain, folder, configuration, lock, crate.manifest().path()));
    for (SourceFile file : tree.files()) {
      String path = file.path();
      parts.add(path);
      if (path.equals(MANIFEST) || path.endsWith("/" + MANIFEST)) {
        parts.add(new String(crate.bytes(tree, path), StandardCharsets.ISO_8859_1));
      }
    }
    return Cargo.key(parts.toArray(String[]::new));
  }

  synchronized Optional<CargoMetadata> get(String key) {
    return Optional.ofNullable(known.get(key));
  }

  synchronized void put(String key, CargoMetadata metadata) {
    known.put(key, metadata);
  }
}
