package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;

/** A folder to hand in from and to take in to, which sees to it that all else stays as it is. */
final class Arena implements AutoCloseable {

  private final Path folder;
  private final Path planted;

  Arena() throws IOException {
    folder = Files.createTempDirectory("bootgrade-intake-");
    planted = Files.writeString(folder.resolve("victim"), "safe");
  }

  Path folder() {
    return folder;
  }

  /** The bytes as a submission. */
  Path handedIn(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("handed-in"), bytes);
  }

  /** Takes in, and checks all that must hold of any result. */
  IntakeResult take(Path submission, IntakeLimits limits)
      throws IOException, InfrastructureFailure {
    Path destination = folder.resolve("x/y/tree");
    Map<String, String> before = everythingBut(folder.resolve("x"));
    IntakeResult result = new Intake(limits).take(submission, destination);
    assertThat(everythingBut(folder.resolve("x"))).as("what lies around it").isEqualTo(before);
    assertThat(planted).hasContent("safe");
    if (result instanceof Rejected rejected) {
      assertThat(folder.resolve("x")).as("what a rejection leaves").doesNotExist();
      assertThat(rejected.reason()).isNotBlank().hasSizeLessThan(1000).endsWith(".");
      assertThat(rejected.reason().codePoints().noneMatch(Character::isISOControl)).isTrue();
    } else {
      check(((Accepted) result).tree(), limits);
    }
    return result;
  }

  private static void check(SourceTree tree, IntakeLimits limits)
      throws IOException, InfrastructureFailure {
    Map<String, Long> onDisk = new TreeMap<>();
    try (Stream<Path> all = Files.walk(tree.root())) {
      for (Path path : all.toList()) {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          assertThat(Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)).as("%s", path).isTrue();
          onDisk.put(tree.root().relativize(path).toString(), Files.size(path));
        }
      }
    }
    assertThat(onDisk).as("files on disk").hasSameSizeAs(tree.files());
    long total = 0;
    for (SourceFile file : tree.files()) {
      assertThat(onDisk).containsEntry(file.path(), file.size());
      assertThat(tree.bytes(file.path())).as("held against its digest").hasSize((int) file.size());
      assertThat(List.of(file.path().split("/", -1))).doesNotContain("", ".", "..");
      assertThat(file.size()).isLessThanOrEqualTo(limits.fileBytes());
      total += file.size();
    }
    assertThat(tree.files().stream().map(file -> PathRules.folded(file.path())))
        .as("paths as a file system that knows no case sees them")
        .doesNotHaveDuplicates();
    assertThat(total).isLessThanOrEqualTo(limits.totalBytes());
    assertThat(tree.files()).hasSizeLessThanOrEqualTo(limits.files());
    assertThat(tree.files()).anyMatch(file -> file.name().equals("Cargo.toml"));
    assertThat(SourceTree.of(tree.root(), tree.files()).digest()).isEqualTo(tree.digest());
  }

  /** Path and content of everything but a folder; of links, where they lead. */
  private Map<String, String> everythingBut(Path left) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.filter(p -> !p.startsWith(left)).toList()) {
        String what =
            Files.isSymbolicLink(path)
                ? "-> " + Files.readSymbolicLink(path)
                : Files.isRegularFile(path) ? Files.size(path) + " bytes" : "";
        found.put(path.toString(), what);
      }
    }
    return found;
  }

  /** Removes what was taken in, so that there is room for the next. */
  void clear() throws IOException {
    remove(folder.resolve("x"));
  }

  private static void remove(Path top) throws IOException {
    if (!Files.exists(top, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() throws IOException {
    remove(folder);
  }
}
