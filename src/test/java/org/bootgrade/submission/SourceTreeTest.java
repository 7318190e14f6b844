package org.bootgrade.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.bootgrade.submission.Item.crateWith;
import static org.bootgrade.submission.Item.file;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;

class SourceTreeTest extends IntakeFixture {
  @Test
  void filesAreFoundByPathAndByName() throws Exception {
    SourceTree tree =
        acceptedFrom(Packing.ZIP, crateWith(file("b/Cargo.toml", "b"), file("a/Cargo.toml", "a")));

    assertThat(tree.has("src/main.rs")).isTrue();
    assertThat(tree.has("src")).isFalse();
    assertThat(tree.has("src/../Cargo.toml")).isFalse();
    assertThat(tree.named("Cargo.toml"))
        .extracting(SourceFile::path)
        .containsExactly("Cargo.toml", "a/Cargo.toml", "b/Cargo.toml");
    assertThat(tree.named("toml")).isEmpty();
  }

  @Test
  void contentsAreReadAsTakenIn() throws Exception {
    SourceTree tree = acceptedFrom(Packing.TAR, crateWith(file("é.txt", "naïve")));

    assertThat(tree.read("é.txt")).isEqualTo("naïve");
    assertThat(tree.bytes("é.txt")).hasSize(6);
    assertThat(tree.files().get(2))
        .extracting(SourceFile::size, SourceFile::name)
        .containsExactly(6L, "é.txt");
  }

  @Test
  void aPathThatIsNotInTheTreeIsAMistakeOfTheCaller() throws Exception {
    SourceTree tree = acceptedFrom(Packing.TAR, crateWith());
    Files.writeString(tree.root().resolve("later"), "built");

    for (String path : new String[] {"later", "../x", "src", "/etc/passwd", ""}) {
      assertThatIllegalArgumentException().isThrownBy(() -> tree.read(path));
    }
  }

  @Test
  void aFileThatABuildChangedOrReplacedByALinkIsNotReadForTheStudents() throws Exception {
    SourceTree tree =
        acceptedFrom(Packing.TAR, crateWith(file("a", "a"), file("b", "b"), file("c", "c")));
    Path secret = Files.writeString(folder.resolve("secret"), "a");
    Files.delete(tree.root().resolve("a"));
    Files.createSymbolicLink(tree.root().resolve("a"), secret);
    Files.writeString(tree.root().resolve("b"), "bb");
    Files.delete(tree.root().resolve("c"));

    for (String path : new String[] {"a", "b", "c"}) {
      assertThatThrownBy(() -> tree.read(path)).isInstanceOf(InfrastructureFailure.class);
    }
  }
}
