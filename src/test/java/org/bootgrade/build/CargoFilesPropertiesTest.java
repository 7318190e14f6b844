package org.bootgrade.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;
import org.bootgrade.submission.Accepted;
import org.bootgrade.submission.Intake;
import org.bootgrade.submission.IntakeLimits;
import org.bootgrade.submission.SourceTree;

/** Manifests, configuration and target files are read as data, whatever stands in them. */
class CargoFilesPropertiesTest {

  private static final Path SAMPLES = Path.of("src/samples/double-faults");

  private static final String CONFIG =
      """
      [build]
      target = "x86_64-blog_os.json"
      rustflags = ["-C", "opt-level=1"]

      [unstable]
      build-std = ["core", "compiler_builtins"]

      [target.'cfg(target_os = "none")']
      runner = "bootimage runner"

      [profile.dev]
      panic = "abort"

      [env]
      KEY = "value"
      """;

  @Provide
  Arbitrary<String> samples() {
    return Arbitraries.of("modern-blog-os", "blog-os-2019", "osirs", "no-stack-index");
  }

  @Provide
  Arbitrary<Damage> tomlDamage() {
    return Damage.with(
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        ".",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\n",
        ",",
        "#",
        "\\u0000",
        "\\uD800",
        "1e9999999999",
        "9".repeat(400),
        "0x",
        "inf",
        "nan",
        "1979-05-27T07:32:00Z",
        "99:99:99",
        "true",
        "a.".repeat(600),
        "[".repeat(1200),
        "{a=".repeat(1200),
        "version",
        "package",
        "dependencies",
        "bootloader = \"0.9\"\n",
        "[target]\n",
        "x86_64 = \"0.15.5\"\n");
  }

  private static String sample(String name, String file) throws IOException {
    return Files.readString(SAMPLES.resolve(name).resolve(file));
  }

  private static void isReadOrRefused(String text) {
    Within.bounds(
        () -> {
          Manifest manifest;
          try {
            manifest = Manifest.of("Cargo.toml", text);
          } catch (BuildRefused refused) {
            assertThat(refused.failure().reason())
                .startsWith("Cargo.toml")
                .hasSizeLessThan(1000)
                .matches(r -> r.chars().noneMatch(c -> c < ' '), "one printable line");
            return;
          }
          manifest.dependencies().forEach(d -> assertThat(d.packageName()).isNotNull());
          manifest.packageName();
          manifest.dependsOn("bootloader");
          if (manifest.mends().isEmpty()) {
            assertThat(manifest.text()).isEqualTo(text);
          }
          // What was mended needs no more mending.
          assertThat(Manifest.of("Cargo.toml", manifest.text()).mends()).isEmpty();
        });
  }

  @Property
  void aDamagedManifestIsReadOrRefused(
      @ForAll("samples") String name, @ForAll("tomlDamage") Damage damage) throws IOException {
    isReadOrRefused(damage.to(sample(name, "Cargo.toml")));
  }

  @Property
  void anyTextIsAManifestOrRefused(@ForAll String text) {
    isReadOrRefused(text);
  }

  @Property
  void aDamagedLockFileIsReadOrRefused(
      @ForAll("samples") String name, @ForAll("tomlDamage") Damage damage) throws IOException {
    String text = damage.to(sample(name, "Cargo.lock"));
    Within.bounds(
        () -> {
          try {
            for (LockMends.Change change : LockMends.needed(Manifest.parse("Cargo.lock", text))) {
              assertThat(change.to()).isNotEqualTo(change.from());
            }
          } catch (BuildRefused refused) {
            assertThat(refused.failure().reason()).startsWith("Cargo.lock");
          }
        });
  }

  /** A submission of these files, which is removed afterwards. */
  private interface Asked {
    void of(SourceTree tree) throws Exception;
  }

  private static void withTree(Map<String, String> files, Asked asked) throws Exception {
    Path folder = Files.createTempDirectory("bootgrade-cargo-");
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = folder.resolve("in").resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      Accepted accepted =
          (Accepted)
              new Intake(IntakeLimits.defaults()).take(folder.resolve("in"), folder.resolve("out"));
      asked.of(accepted.tree());
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Property
  void aDamagedConfigurationIsReadOrRefusedAndNeverRunsAnything(
      @ForAll("tomlDamage") Damage damage, @ForAll("tomlDamage") Damage ofTheManifest)
      throws Exception {
    Map<String, String> files =
        Map.of(
            "Cargo.toml",
            ofTheManifest.to(sample("modern-blog-os", "Cargo.toml")),
            ".cargo/config.toml",
            damage.to(CONFIG),
            "x86_64-blog_os.json",
            "{\"llvm-target\": \"x86_64-unknown-none\", \"arch\": \"x86_64\"}");
    withTree(
        files,
        tree ->
            Within.bounds(
                () -> {
                  try {
                    KernelCrate crate = KernelCrate.find(tree);
                    CargoConfig config = CargoConfig.read(tree, crate);
                    JsonNode read = Manifest.parse("ours", config.text("/work/src"));
                    assertThat(read.properties())
                        .extracting(Map.Entry::getKey)
                        .isSubsetOf("build", "unstable", "profile", "target", "env");
                    assertThat(read.findValue("runner")).isNull();
                    assertThat(read.findValue("linker")).isNull();
                    assertThat(read.findValue("rustc-wrapper")).isNull();
                    assertThat(config.targetFolder()).doesNotContain("/");
                  } catch (BuildRefused refused) {
                    assertThat(refused.failure().reason()).isNotBlank();
                  }
                }));
  }

  @Provide
  Arbitrary<ObjectNode> tables() {
    Arbitrary<String> text =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8),
            Arbitraries.of("\"", "'", "\"\"\"", "\n", "\\", "\u007f", "a b", "", "é", "🦀", "#"));
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    Arbitrary<JsonNode> leaf =
        Arbitraries.oneOf(
            text.filter(CargoFilesPropertiesTest::isUnicode).map(t -> (JsonNode) nodes.textNode(t)),
            Arbitraries.integers().map(i -> (JsonNode) nodes.numberNode(i)),
            Arbitraries.of(true, false).map(b -> (JsonNode) nodes.booleanNode(b)));
    Arbitrary<JsonNode> arrays =
        leaf.list().ofMaxSize(3).map(l -> nodes.arrayNode().addAll(l)).map(a -> (JsonNode) a);
    Arbitrary<String> keys = text.filter(CargoFilesPropertiesTest::isUnicode);
    Arbitrary<ObjectNode> flat =
        Arbitraries.maps(keys, Arbitraries.oneOf(leaf, arrays)).ofMaxSize(3).map(this::object);
    return Combinators.combine(
            flat, Arbitraries.maps(keys, flat.map(o -> (JsonNode) o)).ofMinSize(1).ofMaxSize(2))
        .as(
            (top, tables) -> {
              ObjectNode all = object(tables);
              top.properties().forEach(e -> all.set(e.getKey(), e.getValue()));
              return all;
            });
  }

  private ObjectNode object(Map<String, ? extends JsonNode> entries) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    entries.forEach(object::set);
    return object;
  }

  private static boolean isUnicode(String text) {
    return new String(text.getBytes(UTF_8), UTF_8).equals(text);
  }

  @Property
  void whatIsWrittenAsTomlIsReadBack(@ForAll("tables") ObjectNode table) throws Exception {
    assertThat(Manifest.parse("ours", CargoConfig.write(table))).isEqualTo(table);
  }

  @Provide
  Arbitrary<Damage> jsonDamage() {
    return Damage.with(
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "\"",
        "null",
        "true",
        "1e999999",
        "[".repeat(1200),
        "{\"a\":".repeat(1200),
        "\\u0000",
        "\\ud800",
        "-",
        "\"arch\"",
        "\"64\"",
        "\"packages\":");
  }

  @Property
  void aDamagedTargetFileIsMendedOnceOrRefused(
      @ForAll("samples") String name, @ForAll("jsonDamage") Damage damage, @ForAll boolean sse)
      throws Exception {
    String file = name.equals("osirs") ? "x86_64-osirs.json" : "x86_64-blog_os.json";
    String text = damage.to(sample(name, file));
    Within.bounds(
        () -> {
          try {
            TargetSpec mended = TargetSpec.mend("t.json", text, sse);
            assertThat(TargetSpec.mend("t.json", mended.json(), sse))
                .isEqualTo(new TargetSpec(mended.json(), List.of(), List.of()));
          } catch (BuildRefused refused) {
            assertThat(refused.failure().reason()).startsWith("t.json").hasSizeLessThan(1000);
          }
        });
  }

  private static final String METADATA =
      """
      {"packages": [
        {"name": "bootloader", "version": "0.9.35", "id": "bootloader 0.9.35",
         "source": "registry+https://registry.invalid/index",
         "manifest_path": "/cache/bootloader-0.9.35/Cargo.toml",
         "targets": [{"kind": ["custom-build"], "src_path": "/cache/bootloader/build.rs"}]},
        {"name": "os", "version": "0.1.0", "id": "os 0.1.0", "source": null,
         "manifest_path": "/w/src/os/Cargo.toml", "default_run": "os",
         "targets": [
          {"kind": ["bin"], "name": "os", "src_path": "/w/src/os/src/main.rs"},
          {"kind": ["test"], "name": "so", "src_path": "/w/src/os/tests/so.rs",
           "required-features": ["testing"]},
          {"kind": ["custom-build"], "name": "b", "src_path": "/w/src/os/build.rs"}]}],
       "resolve": {"nodes": [{"id": "bootloader 0.9.35", "features": ["sse"]}]}}
      """;

  @Property
  void damagedMetadataIsReadOrRefused(@ForAll("jsonDamage") Damage damage) {
    byte[] json = damage.to(METADATA.getBytes(UTF_8));
    Within.bounds(
        () -> {
          try {
            CargoMetadata metadata = CargoMetadata.parse(json, "/w/src", "os/Cargo.toml");
            metadata.targets();
            metadata.remarks();
            metadata.defaultRun();
            assertThat(metadata.bootloader().version()).startsWith("0.9.");
          } catch (BuildRefused refused) {
            assertThat(refused.failure().reason()).isNotBlank();
          }
        });
  }

  @Property
  void aRequirementIsMendedSoThatItAllowsTheVersion(
      @ForAll("requirements") String text,
      @ForAll @IntRange(max = 2) int major,
      @ForAll @IntRange(max = 20) int minor,
      @ForAll @IntRange(max = 40) int patch) {
    Version version = new Version(major, minor, patch);
    Requirement.of(text)
        .ifPresent(
            asked -> {
              String mended = asked.allowing(version);
              assertThat(Requirement.of(mended)).isPresent();
              assertThat(Requirement.of(mended).get().allows(version)).isTrue();
              if (asked.allows(version)) {
                assertThat(mended).isEqualTo(text);
              }
            });
  }

  @Provide
  Arbitrary<String> requirements() {
    Arbitrary<String> one =
        Combinators.combine(
                Arbitraries.of("", "^", "~", "=", ">=", "<=", ">", "<"),
                Arbitraries.of("", " "),
                Arbitraries.of("0", "1", "0.14", "0.15.5", "0.9.35", "1.*", "0.15.*", "0.0.3"),
                Arbitraries.of("", " "))
            .as((operator, before, version, after) -> operator + before + version + after);
    return Arbitraries.oneOf(
        one.list().ofMinSize(1).ofMaxSize(3).map(all -> String.join(",", all)),
        Arbitraries.strings().ofMaxLength(12));
  }

  @Property
  void anyTextIsAVersion(@ForAll String text) {
    assertThat(Version.of(Version.of(text).toString())).isEqualTo(Version.of(text));
  }
}
