package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.io.TempDir;

/** A folder to hand in from, a folder to take in to, and a guard around both. */
abstract class IntakeFixture {
  @TempDir Path folder;

  private int taken;

  static final IntakeLimits DEFAULTS = IntakeLimits.defaults();

  IntakeResult take(Path submission) throws IOException, InfrastructureFailure {
    return take(submission, DEFAULTS);
  }

  /** Takes in to a fresh folder, and sees to it that a rejection leaves nothing anywhere. */
  IntakeResult take(Path submission, IntakeLimits limits)
      throws IOException, InfrastructureFailure {
    Path arena = Files.createDirectories(folder.resolve("arena" + taken++));
    Path destination = arena.resolve("a/b/tree");
    List<String> before = everythingBut(arena);
    IntakeResult result = new Intake(limits).take(submission, destination);
    assertThat(everythingBut(arena)).as("files outside of the destination").isEqualTo(before);
    if (result instanceof Rejected) {
      assertThat(arena).as("what a rejection leaves").isEmptyDirectory();
      Files.delete(arena);
    }
    return result;
  }

  private List<String> everythingBut(Path arena) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !path.startsWith(arena)).map(Path::toString).sorted().toList();
    }
  }

  Path packed(Packing packing, List<Item> items) throws IOException {
    Path submission = folder.resolve("submission" + taken++);
    packing.pack(submission, items);
    return submission;
  }

  Path handedIn(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("handed-in"), bytes);
  }

  static SourceTree accepted(IntakeResult result) {
    assertThat(result).isInstanceOf(Accepted.class);
    return ((Accepted) result).tree();
  }

  SourceTree acceptedFrom(Packing packing, List<Item> items)
      throws IOException, InfrastructureFailure {
    return accepted(take(packed(packing, items)));
  }

  static String reason(IntakeResult result) {
    assertThat(result).isInstanceOf(Rejected.class);
    return ((Rejected) result).reason();
  }

  String rejectedFrom(Packing packing, List<Item> items) throws IOException, InfrastructureFailure {
    return reason(take(packed(packing, items)));
  }

  static List<String> paths(SourceTree tree) {
    return tree.files().stream().map(SourceFile::path).toList();
  }

  /** Path and content of all files on disk below the tree's root. */
  static Map<String, String> onDisk(SourceTree tree) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(tree.root())) {
      for (Path path : all.filter(p -> !Files.isDirectory(p)).toList()) {
        contents.put(tree.root().relativize(path).toString(), Files.readString(path));
      }
    }
    return contents;
  }
}
