package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Students choose the names of what they hand in; the folder of each one's results is its own. */
class RollPropertiesTest {

  @Provide
  Arbitrary<Set<String>> names() {
    Arbitrary<String> stems =
        Arbitraries.frequencyOf(
            Tuple.of(
                4,
                Arbitraries.of(
                    "alice",
                    ".",
                    "..",
                    "...",
                    "",
                    " ",
                    "results",
                    "results.json",
                    "grades.csv",
                    "index.html",
                    "grades.csv.new",
                    "evidence",
                    "-o",
                    "a\nb",
                    "\u001b[2J",
                    "é",
                    "Alice",
                    "a\\..\\b",
                    "C:",
                    "x".repeat(200))),
            Tuple.of(1, Arbitraries.strings().ofMaxLength(6).filter(s -> s.matches("[^/\0]*"))));
    return Combinators.combine(stems, Arbitraries.of(".zip", ".tar", ".tar.gz", ".tgz", ".ZIP", ""))
        .as((stem, extension) -> stem + extension)
        .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
        .filter(
            name ->
                new String(
                        name.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8)
                    .equals(name))
        .set()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property
  void eachSubmissionHasAFolderOfItsOwnStraightInTheOutputFolder(
      @ForAll("names") Set<String> names, @ForAll boolean oneByOne) throws Exception {
    Path folder = Files.createTempDirectory("bootgrade-roll-");
    try {
      Path handedIn = Files.createDirectory(folder.resolve("in"));
      for (String name : names) {
        Files.writeString(handedIn.resolve(name), "x");
      }
      Path out = folder.resolve("out");
      List<Path> paths =
          oneByOne ? names.stream().map(handedIn::resolve).toList() : List.of(handedIn);
      Roll roll;
      try {
        roll = Roll.of(paths, out);
      } catch (Roll.Unclear told) {
        assertThat(told.getMessage()).isNotBlank();
        return;
      }
      Set<Path> own = new HashSet<>();
      for (Roll.Entry entry : roll.entries()) {
        Path results = out.resolve(entry.id()).normalize();
        assertThat(results.getParent()).as("results of '%s'", entry.id()).isEqualTo(out);
        assertThat(own.add(results)).isTrue();
        assertThat(OutputFolder.isOurs(results)).as("'%s' is a name of ours", entry.id()).isFalse();
      }
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
