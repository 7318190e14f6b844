package org.bootgrade.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bootgrade.evidence.SourceFact;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;

/** A native parser reads what a student wrote: it ends, and what it says is bounded. */
class SourceReadingPropertiesTest {

  private static final Path SAMPLE = Path.of("src/samples/double-faults/modern-blog-os/src");

  @Provide
  Arbitrary<String> files() {
    return Arbitraries.of("gdt.rs", "interrupts.rs", "main.rs", "lib.rs");
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with(
        "/*",
        "*/",
        "//",
        "\"",
        "r#\"",
        "'",
        "{",
        "}",
        "(",
        ")",
        "#[",
        "macro_rules! m",
        "fn f()",
        "unsafe {",
        "set_stack_index(",
        ".double_fault",
        "\0",
        "\ufeff",
        "é",
        "🦀",
        "((((((((",
        "<<<",
        "|",
        "=>",
        "\\u{",
        "0x",
        "b'",
        "impl<T: Fn(",
        "::",
        ";;;;",
        "\n");
  }

  private static List<SourceFact> read(byte[] source) throws Exception {
    Path folder = Files.createTempDirectory("bootgrade-source-");
    try {
      Path in = Files.createDirectories(folder.resolve("in/src"));
      Files.writeString(folder.resolve("in/Cargo.toml"), "[package]\n");
      Files.write(in.resolve("main.rs"), source);
      Accepted accepted =
          (Accepted)
              new Intake(IntakeLimits.defaults()).take(folder.resolve("in"), folder.resolve("out"));
      return new SourceReading(folder).read(accepted.tree());
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void isReadWithinBounds(byte[] source) {
    List<SourceFact> facts = Within.bounds(() -> read(source));
    int lines = new String(source, java.nio.charset.StandardCharsets.UTF_8).split("\n", -1).length;
    assertThat(facts).hasSizeLessThanOrEqualTo(ReadingLimits.defaults().facts() + 1);
    for (SourceFact fact : facts) {
      assertThat(fact.detail()).doesNotContain("defect").doesNotContain("\n");
      assertThat(fact.subject()).hasSizeLessThan(400);
      assertThat(fact.detail()).hasSizeLessThan(1000);
      assertThat(fact.at().line()).isBetween(0, lines);
    }
  }

  @Property
  void aDamagedSourceIsReadWithinBounds(
      @ForAll("files") String file, @ForAll("damage") Damage damage) throws IOException {
    isReadWithinBounds(damage.to(Files.readAllBytes(SAMPLE.resolve(file))));
  }

  @Property
  void anyBytesAreReadWithinBounds(@ForAll @Size(max = 500) byte[] bytes) {
    isReadWithinBounds(bytes);
  }

  @Property
  void anyTextIsReadWithinBounds(@ForAll String text) {
    isReadWithinBounds(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
