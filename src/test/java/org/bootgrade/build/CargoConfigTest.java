package org.bootgrade.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.evidence.BuildRecord.Remark;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.SourceTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CargoConfigTest extends Trees {

  private static final String TARGETED = "build.target = \"x86_64-blog_os.json\"\n";
  private static final String BUILD_STD = "unstable.build-std = [\"core\", \"alloc\"]\n";

  private CargoConfig read(String config, String... more)
      throws IOException, InfrastructureFailure, BuildRefused {
    Map<String, String> files = new TreeMap<>();
    files.put("Cargo.toml", KERNEL);
    files.put("x86_64-blog_os.json", SPEC);
    if (!config.isEmpty()) {
      files.put(".cargo/config.toml", config);
    }
    for (int i = 0; i < more.length; i += 2) {
      files.put(more[i], more[i + 1]);
    }
    return read(files);
  }

  private CargoConfig read(Map<String, String> files)
      throws IOException, InfrastructureFailure, BuildRefused {
    SourceTree tree = tree(files);
    return CargoConfig.read(tree, KernelCrate.find(tree));
  }

  private static JsonNode parsed(CargoConfig config) throws IOException {
    return new TomlMapper().readTree(config.text("/work/src"));
  }

  private static String remarks(CargoConfig config) {
    return String.join("\n", config.remarks().stream().map(Remark::detail).toList());
  }

  @Test
  void aCommonConfigurationIsTakenWithoutARemark() throws Exception {
    CargoConfig config =
        read(
            TARGETED
                + """
                [unstable]
                build-std-features = ["compiler-builtins-mem"]
                build-std = ["core", "compiler_builtins"]
                [target.'cfg(target_os = "none")']
                runner = "bootimage runner"
                """);
    assertThat(config.remarks()).isEmpty();
    assertThat(config.target()).isEqualTo("x86_64-blog_os.json");
    assertThat(config.targetFolder()).isEqualTo("x86_64-blog_os");
    assertThat(config.mends()).extracting(Mend::id).containsOnly("target-spec");
    assertThat(parsed(config))
        .isEqualTo(
            new TomlMapper()
                .readTree(
                    """
                    build.target = "/work/src/x86_64-blog_os.json"
                    unstable.build-std-features = ["compiler-builtins-mem"]
                    unstable.build-std = ["core", "compiler_builtins"]
                    """));
  }

  @Test
  void whatIsWrittenIsValidTomlAndReadsBackEqual() throws Exception {
    String taken =
        """
        [build]
        rustflags = ["-C", "link-arg=-Tlinker.ld", "--cfg", 'feature="it\\n"', "tab\\there", "it's"]
        [unstable]
        build-std = ["core", "compiler_builtins", "alloc"]
        build-std-features = ["compiler-builtins-mem"]
        panic-abort-tests = true
        [profile.dev]
        opt-level = "s"
        debug = 2
        overflow-checks = false
        [profile.dev.package."*"]
        opt-level = 3
        [profile.release]
        lto = true
        [target.'cfg(all(target_os = "none", not(feature = "it''s")))']
        rustflags = ["-C", "relocation-model=static"]
        [target.x86_64-blog_os]
        rustflags = "-C code-model=kernel"
        [env]
        "GREETING.FROM" = 'C:\\path "quoted"'
        LINES = "one\\ntwo\\u0001\\u007f\\u00e9"
        EMPTY = ""
        """
            .replace("it''s", "its");
    CargoConfig config =
        read(taken.replace("[build]\n", "[build]\ntarget = \"x86_64-blog_os.json\"\n"));
    assertThat(config.remarks()).isEmpty();
    ObjectNode expected = (ObjectNode) new TomlMapper().readTree(taken);
    expected.withObjectProperty("build").put("target", "/work/src/x86_64-blog_os.json");
    assertThat(parsed(config)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"-C\", \"strip=symbols\", \"-Copt-level=1\"]",
        "[\"-Cstrip=debuginfo\", \"-Copt-level=1\"]",
        "[\"-Clink-arg=-s\", \"-Copt-level=1\", \"-C\", \"link-args=--strip-all\"]"
      })
  void aProgramIsNotStrippedWhichNobodyMisses(String flags) throws Exception {
    CargoConfig config = read(TARGETED + BUILD_STD + "build.rustflags = " + flags);

    JsonNode kept = parsed(config).path("build").path("rustflags");
    assertThat(kept).hasSize(1);
    assertThat(kept.get(0).asText()).isEqualTo("-Copt-level=1");
    assertThat(config.remarks()).isEmpty();
  }

  @Test
  void emptyTablesAndArraysReadBackEqual() throws Exception {
    CargoConfig config =
        read(
            TARGETED
                + "build.rustflags = []\nunstable.build-std = []\n[profile.dev]\n[target.x]\n");
    assertThat(parsed(config).path("build").path("rustflags").isArray()).isTrue();
    assertThat(parsed(config).path("build").path("target").asText())
        .isEqualTo("/work/src/x86_64-blog_os.json");
    assertThat(parsed(config).path("unstable").path("build-std").isArray()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build.rustc-wrapper = \"./evil.sh\"",
        "build.rustc-workspace-wrapper = \"./evil.sh\"",
        "build.rustc = \"./evil.sh\"",
        "build.rustdoc = \"./evil.sh\"",
        "build.dep-info-basedir = \"/\"",
        "target.x86_64-blog_os.linker = \"./evil.sh\"",
        "target.'cfg(all())'.linker = \"./evil.sh\"",
        "target.x86_64-unknown-linux-gnu.evil.rustc-link-lib = [\"evil\"]",
        "source.crates-io.replace-with = \"evil\"",
        "source.evil.registry = \"https://example.org\"",
        "registries.evil.index = \"https://example.org\"",
        "registry.default = \"evil\"",
        "registry.global-credential-providers = [\"./evil.sh\"]",
        "credential-alias.evil = [\"./evil.sh\"]",
        "http.proxy = \"evil:1\"",
        "install.root = \"/\"",
        "doc.browser = \"./evil.sh\"",
        "env.CARGO_HOME = \"/evil\"",
        "env.RUSTC_WRAPPER = \"./evil.sh\"",
        "env.RUSTFLAGS = \"-C linker=evil\"",
        "env.TMPDIR = { value = \"evil\", force = true }",
        "host.linker = \"./evil.sh\"",
        "patch.crates-io.spin.git = \"https://example.org\"",
        "unstable.build-dir-new-layout = true",
        "unstable.host-config = true",
        "paths = [\"evil\"]",
        "include = \"evil.toml\"",
        "cargo-features = [\"evil\"]",
      })
  void aSettingThatCouldRunOrFetchSomethingHasNoEffectAndIsRemarkedOn(String setting)
      throws Exception {
    CargoConfig plain = read(TARGETED + BUILD_STD);
    CargoConfig config = read(setting + "\n" + TARGETED + BUILD_STD);
    assertThat(parsed(config)).isEqualTo(parsed(plain));
    assertThat(config.text("/work/src")).doesNotContain("evil");
    String key = setting.substring(0, setting.indexOf(" =")).replace("'", "");
    String[] names = key.split("\\.(?![^(]*\\))", -1);
    assertThat(remarks(config)).contains(names[0]);
    if (names.length > 1) {
      assertThat(remarks(config)).contains(names[0] + "." + names[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alias.b = \"build\"",
        "term.verbose = true",
        "net.retry = 9",
        "build.jobs = 64",
        "build.incremental = true",
        "build.target-dir = \"/elsewhere\"",
        "target.'cfg(all())'.runner = \"evil\"",
      })
  void aHarmlessSettingHasNoEffectAndNoRemark(String setting) throws Exception {
    CargoConfig config = read(setting + "\n" + TARGETED + BUILD_STD);
    assertThat(config.remarks()).isEmpty();
    assertThat(parsed(config)).isEqualTo(parsed(read(TARGETED + BUILD_STD)));
  }

  @Test
  void withoutBuildStdTheCoreLibraryIsBuiltAndThatIsNoted() throws Exception {
    CargoConfig config = read(TARGETED);
    JsonNode unstable = parsed(config).path("unstable");
    assertThat(unstable.path("build-std").toString()).isEqualTo("[\"core\",\"compiler_builtins\"]");
    assertThat(unstable.path("build-std-features").toString())
        .isEqualTo("[\"compiler-builtins-mem\"]");
    assertThat(config.mends()).extracting(Mend::id).contains("build-std");
  }

  @Test
  void aKernelThatUsesAllocGetsIt() throws Exception {
    CargoConfig config = read(TARGETED, "src/lib.rs", "#![no_std]\nextern crate alloc;\n");
    assertThat(parsed(config).path("unstable").path("build-std").toString()).contains("alloc");
  }

  @Test
  void theSubmissionsOwnBuildStdIsLeftAlone() throws Exception {
    CargoConfig config = read(TARGETED + BUILD_STD, "src/lib.rs", "extern crate alloc;\n");
    assertThat(parsed(config).path("unstable").path("build-std").toString())
        .isEqualTo("[\"core\",\"alloc\"]");
    assertThat(config.mends()).extracting(Mend::id).doesNotContain("build-std");
  }

  @Test
  void aBuiltInTargetNeedsNoSpecification() throws Exception {
    CargoConfig config = read("[build]\ntarget = \"x86_64-unknown-none\"\n");
    assertThat(config.target()).isEqualTo("x86_64-unknown-none");
    assertThat(config.spec()).isEmpty();
    assertThat(config.targetFolder()).isEqualTo("x86_64-unknown-none");
    assertThat(parsed(config).path("build").path("target").asText())
        .isEqualTo("x86_64-unknown-none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build.target = \"x86_64-blog_os.json\"",
        "build.target = \"./x86_64-blog_os.json\"",
        "build.target = [\"x86_64-blog_os.json\"]",
        "build.target = \"/home/student/os/x86_64-blog_os.json\"",
      })
  void theConfiguredSpecificationIsFound(String setting) throws Exception {
    assertThat(read(setting).target()).isEqualTo("x86_64-blog_os.json");
  }

  @Test
  void aTargetIsRelativeToTheFolderOfItsConfiguration() throws Exception {
    CargoConfig config =
        read(
            Map.of(
                "README", "",
                "os/Cargo.toml", KERNEL,
                "os/.cargo/config.toml", "build.target = \"target.json\"",
                "os/target.json", SPEC,
                "target.json", "{}"));
    assertThat(config.target()).isEqualTo("os/target.json");
  }

  @Test
  void aTargetOfTheFolderAboveIsFoundAlsoWhereItsNameIsThereTwice() throws Exception {
    CargoConfig config =
        read(
            Map.of(
                "README", "",
                "os/Cargo.toml", KERNEL,
                "os/.cargo/config.toml", "build.target = \"../targets/t.json\"",
                "targets/t.json", SPEC,
                "old/t.json", "{}"));
    assertThat(config.target()).isEqualTo("targets/t.json");
  }

  @Test
  void theNearestConfigurationWinsAndTheOthersAddToIt() throws Exception {
    CargoConfig config =
        read(
            Map.of(
                "README",
                "",
                "os/Cargo.toml",
                KERNEL,
                "os/.cargo/config.toml",
                "build.target = \"x86_64-unknown-none\"",
                ".cargo/config.toml",
                "build.target = \"other\"\n" + BUILD_STD));
    assertThat(config.target()).isEqualTo("x86_64-unknown-none");
    assertThat(config.mends()).isEmpty();
  }

  @Test
  void theOldNameOfTheConfigurationIsRead() throws Exception {
    CargoConfig config = read("", ".cargo/config", "[build]\ntarget = \"x86_64-unknown-none\"\n");
    assertThat(config.target()).isEqualTo("x86_64-unknown-none");
  }

  @Test
  void ofBothNamesTheOldOneCountsAsItDoesForCargo() throws Exception {
    CargoConfig config =
        read(
            "",
            ".cargo/config",
            "build.target = \"x86_64-unknown-none\"\n" + BUILD_STD,
            ".cargo/config.toml",
            "build.target = \"other\"\n" + BUILD_STD);
    assertThat(config.target()).isEqualTo("x86_64-unknown-none");
    assertThat(config.mends()).extracting(Mend::id).containsExactly("two-configurations");
  }

  @Test
  void withoutAConfigurationTheOnlySpecificationIsTheTarget() throws Exception {
    CargoConfig config = read("", "package.json", "{\"name\": \"no target\"}");
    assertThat(config.target()).isEqualTo("x86_64-blog_os.json");
    assertThat(config.mends()).extracting(Mend::id).contains("target", "build-std");
  }

  @Test
  void ofTwoSpecificationsNoneIsGuessed() {
    assertThatThrownBy(() -> read("", "other.json", SPEC))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContainingAll("no target", ".cargo", "Cargo.toml");
  }

  @Test
  void aTargetThatWasNotHandedInIsRefusedByName() {
    assertThatThrownBy(() -> read("build.target = \"mine.json\""))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("mine.json");
  }

  @Test
  void aConfigurationThatIsNoTomlIsRefusedWithItsLine() {
    assertThatThrownBy(() -> read("[build]\ntarget = \n"))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining(".cargo/config.toml line 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build = 1",
        "target = \"x\"",
        "unstable = true",
        "profile = []",
        "target.x = 1",
        "env = 2"
      })
  void aSettingOfAnotherShapeEndsNothing(String setting) throws Exception {
    CargoConfig config = read(setting);
    assertThat(config.target()).isEqualTo("x86_64-blog_os.json");
    assertThat(remarks(config)).contains(setting.substring(0, setting.indexOf(' ')));
  }

  @Test
  void aKernelWhoseBootLoaderSwitchesSseOnKeepsItsFeatures() throws Exception {
    CargoConfig config =
        read(
            Map.of(
                "Cargo.toml",
                KERNEL.replace("\"0.9\"", "{ version = \"0.9\", features = [\"sse\"] }"),
                "t.json",
                "{\"llvm-target\": \"x\", \"arch\": \"x86_64\", \"features\": \"+sse\"}"));
    assertThat(config.spec().orElseThrow().json()).contains("\"+sse\"").doesNotContain("softfloat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build.rustflags = [\"-Clinker=tools/ld.sh\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-C\", \"linker=/work/src/ld.sh\", \"-Copt-level=1\"]",
        "build.rustflags = [\"--codegen\", \"linker=python3\", \"-Copt-level=1\"]",
        "build.rustflags = [\"--codegen=linker=ld.sh\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Zcodegen-backend=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Z\", \"llvm-plugins=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Zllvm_plugins=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"@flags\", \"-Copt-level=1\"]",
        "build.rustflags = [\"--extern\", \"evil=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"--sysroot=here\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Clinker-plugin-lto=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-C\", \"llvm-args=-load=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Clink-arg=--load-pass-plugin=evil.so\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Clink-args=-wrapper evil.sh\", \"-Copt-level=1\"]",
        "build.rustflags = [\"-Zpre-link-arg=-fuse-ld=/work/src/ld\", \"-Copt-level=1\"]",
      })
  void flagsThatMakeTheCompilerRunSomethingAreDroppedAndRemarkedOn(String config) throws Exception {
    CargoConfig read = read(TARGETED + BUILD_STD + config + "\n");
    assertThat(parsed(read).path("build").path("rustflags")).hasToString("[\"-Copt-level=1\"]");
    assertThat(remarks(read)).contains("build.rustflags");
  }

  @Test
  void flagsInOneTextAreReadWordByWord() throws Exception {
    CargoConfig read =
        read(
            TARGETED
                + BUILD_STD
                + "target.x.rustflags = \"-C linker=./ld  -C relocation-model=static\"\n");
    assertThat(parsed(read).path("target").path("x").path("rustflags").asText())
        .isEqualTo("-C relocation-model=static");
    assertThat(remarks(read)).contains("target.x.rustflags");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Clink-arg=-Tkernel-loader.ld",
        "-Clink-args=-nostartfiles -static",
        "-Clinker-flavor=ld.lld",
        "-Zexport-executable-symbols",
        "-Cllvm-args=-inline-threshold=5",
        "-Cforce-frame-pointers=yes",
        "--cfg=plugin",
      })
  void flagsThatOnlyShapeTheKernelAreKept(String flag) throws Exception {
    CargoConfig read = read(TARGETED + BUILD_STD + "build.rustflags = [\"%s\"]\n".formatted(flag));
    assertThat(parsed(read).path("build").path("rustflags").path(0).asText()).isEqualTo(flag);
    assertThat(read.remarks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "COMPILER_PATH", "RUSTC"})
  void variablesThatChooseProgramsAreIgnoredAndRemarkedOn(String name) throws Exception {
    CargoConfig read =
        read(
            TARGETED + BUILD_STD + "env.%s = \"/work/src\"\nenv.COURSE = \"os\"\n".formatted(name));
    assertThat(parsed(read).path("env")).hasToString("{\"COURSE\":\"os\"}");
    assertThat(remarks(read)).contains("env." + name);
  }

  @Test
  void aProfileThatMakesTheCompilerRunSomethingIsRemarkedOn() throws Exception {
    CargoConfig read =
        read(TARGETED + BUILD_STD + "profile.dev.package.x.rustflags = [\"-Clinker=./evil\"]\n");
    assertThat(remarks(read)).contains("by a profile");
    assertThat(
            read(TARGETED + BUILD_STD + "profile.dev.rustflags = [\"-Copt-level=1\"]\n").remarks())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build.target = \"x\\uD800\"",
        "build.rustflags = [\"\\uDFFF\"]",
        "profile.dev.\"\\uD800\" = 1"
      })
  void halfACharacterIsNoTomlAndNoFaultOfOurs(String config) {
    assertThatThrownBy(() -> read(BUILD_STD + config + "\n"))
        .isInstanceOf(BuildRefused.class)
        .hasMessageContaining("half a character");
  }

  @Test
  void theToolchainsOwnLinkersAreKept() throws Exception {
    CargoConfig read =
        read(
            TARGETED
                + BUILD_STD
                + "build.rustflags = [\"-C\", \"linker=rust-lld\", \"-Clinker=ld.lld\"]\n");
    assertThat(parsed(read).path("build").path("rustflags")).hasSize(3);
    assertThat(read.remarks()).isEmpty();
  }
}
