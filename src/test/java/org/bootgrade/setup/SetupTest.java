package org.bootgrade.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.setup.EngineAccess.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetupTest {
  private static final String DOCKERFILE =
      """
      ARG BASE=debian:bookworm-slim
      FROM ${BASE} AS base
      COPY .dockerignore hos[t] /tmp/host/
      FROM base AS toolchain
      RUN install rustc
      FROM base AS machine
      RUN install qemu
      FROM toolchain AS bootgrade
      RUN install java
      """;

  @TempDir Path temp;
  private Path home;
  private FakeHost host;
  private FakeEngine engine;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void aFreshMachine() throws IOException {
    home = Files.createDirectories(temp.resolve("bootgrade"));
    Files.writeString(home.resolve("Dockerfile"), DOCKERFILE);
    host = new FakeHost(temp.resolve("root"));
    host.file("usr/share/keyrings/debian-archive-keyring.gpg", "key");
    engine = new FakeEngine();
  }

  @Test
  void anEngineAndARegistryAreUsedAsTheyAre() throws Exception {
    Readiness readiness = ensure(false);
    assertThat(readiness)
        .isInstanceOfSatisfying(
            Readiness.Ready.class,
            ready -> {
              assertThat(ready.toolchain().tag()).matches("bootgrade/toolchain:[0-9a-f]{12}");
              assertThat(ready.toolchain().id()).isEqualTo("sha256:toolchain");
              assertThat(ready.machine().tag()).matches("bootgrade/machine:[0-9a-f]{12}");
              assertThat(ready.machine().id()).isEqualTo("sha256:machine");
              assertThat(ready.engineVersion()).isEqualTo("20.10.24");
            });
    assertThat(host.ran).isEmpty();
    assertThat(engine.pulls).containsExactly("debian:bookworm-slim");
    assertThat(engine.builds).extracting(EngineAccess.Build::hostNetwork).containsOnly(false);
    assertThat(said).anyMatch(line -> line.startsWith("Building the image bootgrade/toolchain:"));
    assertThat(said).contains("  toolchain: step 2 of 2");
  }

  @Test
  void aSecondRunAsksThreeQuestionsAndSaysNothing() throws Exception {
    Readiness first = ensure(true);
    engine.questions = 0;
    said.clear();
    assertThat(ensure(true)).isEqualTo(first);
    assertThat(engine.questions).isEqualTo(3);
    assertThat(said).isEmpty();
    assertThat(engine.builds).hasSize(2);
  }

  @Test
  void everyImageIsBuiltFromItsOwnStagesOnly() throws Exception {
    ensure(false);
    assertThat(dockerfile(0)).contains("rustc").doesNotContain("qemu").doesNotContain("java");
    assertThat(dockerfile(1)).contains("qemu").doesNotContain("rustc").doesNotContain("java");
  }

  @Test
  void aChangedStageGivesANewTagToWhatStandsOnItAlone() throws Exception {
    Readiness.Ready before = (Readiness.Ready) ensure(false);
    Files.writeString(
        home.resolve("Dockerfile"),
        DOCKERFILE.replace("install qemu", "install newer-qemu").replace("java", "javac"));
    Readiness.Ready after = (Readiness.Ready) ensure(false);
    assertThat(after.toolchain()).isEqualTo(before.toolchain());
    assertThat(after.machine().tag()).isNotEqualTo(before.machine().tag());
    assertThat(engine.builds).hasSize(3);
  }

  @Test
  void withoutABridgeABuildUsesTheNetworkOfTheHost() throws Exception {
    engine.bridge = false;
    ensure(false);
    assertThat(engine.builds).extracting(EngineAccess.Build::hostNetwork).containsOnly(true);
  }

  @Test
  void proxiesOfTheEnvironmentReachTheBuild() throws Exception {
    host.environment.put("https_proxy", "http://proxy.example:3128");
    ensure(false);
    assertThat(engine.builds.get(0).args())
        .containsEntry("https_proxy", "http://proxy.example:3128")
        .containsEntry("BASE", "debian:bookworm-slim");
  }

  @Test
  void anEngineThatIsInstalledButStoppedIsStartedWhenAllowed() throws Exception {
    engine.running = false;
    host.programs.add("dockerd");
    host.onDaemon = () -> engine.running = true;
    assertThat(ensure(true)).isInstanceOf(Readiness.Ready.class);
    assertThat(host.ran).contains("dockerd --bridge=none --iptables=false");
    assertThat(said).anyMatch(line -> line.startsWith("Starting the Docker engine: dockerd"));
    assertThat(host.ran).noneMatch(words -> words.startsWith("apt-get"));
  }

  @Test
  void whereSystemdRunsItStartsTheEngine() throws Exception {
    engine.running = false;
    host.programs.add("dockerd");
    Files.createDirectories(host.root.resolve("run/systemd/system"));
    host.effects.put(
        "systemctl start docker",
        () -> {
          engine.running = true;
          return "";
        });
    assertThat(ensure(true)).isInstanceOf(Readiness.Ready.class);
    assertThat(host.ran).contains("systemctl start docker");
  }

  @Test
  void aStoppedEngineIsLeftAloneWhenNotAllowed() throws Exception {
    engine.running = false;
    host.programs.add("dockerd");
    assertThat(ensure(false))
        .isInstanceOfSatisfying(
            Readiness.Missing.class,
            missing -> {
              assertThat(missing.what()).contains("installed but not running");
              assertThat(missing.mend()).contains("systemctl start docker").contains("--install");
            });
    assertThat(host.ran).isEmpty();
  }

  @Test
  void anEngineThatEndsAtItsStartIsTriedTwiceAndItsLogShown() {
    engine.running = false;
    host.programs.add("dockerd");
    host.daemonLives = false;
    InfrastructureFailure failure = failure();
    assertThat(failure).hasMessageContaining("ended right after its start");
    assertThat(failure).hasMessageContaining("dockerd speaking");
    assertThat(host.ran).filteredOn(words -> words.startsWith("dockerd")).hasSize(2);
  }

  @Test
  void anEngineThatNeverAnswersIsGivenUpInBoundedTime() {
    engine.running = false;
    host.programs.add("dockerd");
    assertThat(failure()).hasMessageContaining("did not answer within 60 s");
  }

  @Test
  void nothingIsInstalledUnlessAllowed() throws Exception {
    engine.running = false;
    assertThat(ensure(false))
        .isInstanceOfSatisfying(
            Readiness.Missing.class,
            missing -> {
              assertThat(missing.what()).contains("in containers", "no container engine (Docker)");
              assertThat(missing.mend())
                  .contains("--install")
                  .contains("apt-get install docker.io");
            });
    assertThat(host.ran).isEmpty();
  }

  @Test
  void allowedButNotRootIsTold() throws Exception {
    engine.running = false;
    host.isRoot = false;
    assertThat(ensure(true))
        .isInstanceOfSatisfying(
            Readiness.Missing.class, missing -> assertThat(missing.what()).contains("needs root"));
    assertThat(host.ran).isEmpty();
  }

  @Test
  void whereThereIsNoAptTheMendSaysWhatToInstall() throws Exception {
    engine.running = false;
    host.programs.clear();
    assertThat(ensure(true))
        .isInstanceOfSatisfying(
            Readiness.Missing.class,
            missing -> {
              assertThat(missing.what()).contains("no apt-get");
              assertThat(missing.mend()).contains("docker.io");
            });
  }

  @Test
  void onAnEmptyMachineTheEngineIsInstalledAndStarted() throws Exception {
    engine.running = false;
    host.onDaemon = () -> engine.running = true;
    assertThat(ensure(true)).isInstanceOf(Readiness.Ready.class);
    assertThat(host.ran.get(0)).isEqualTo("apt-get update");
    assertThat(host.ran.get(1)).startsWith("apt-get install -y --no-install-recommends");
    assertThat(host.ran.get(1)).endsWith(" docker.io");
    assertThat(host.ran.get(2)).startsWith("dockerd");
    assertThat(said.get(1)).startsWith("Installing docker.io from Debian");
  }

  @Test
  void anEngineThatItsPackageStartsIsNotStartedTwice() throws Exception {
    engine.running = false;
    host.effects.put(
        "apt-get install",
        () -> {
          engine.running = true;
          return "";
        });
    assertThat(ensure(true)).isInstanceOf(Readiness.Ready.class);
    assertThat(host.ran).noneMatch(words -> words.startsWith("dockerd"));
  }

  @Test
  void onAKernelWithAppArmorItsParserIsInstalledToo() throws Exception {
    engine.running = false;
    host.file("sys/module/apparmor/parameters/enabled", "Y\n");
    host.onDaemon = () -> engine.running = true;
    ensure(true);
    assertThat(host.ran.get(1)).endsWith(" docker.io apparmor");
  }

  @Test
  void whenAptFailsTheEndOfItsLogIsShownAndTheFileNamed() {
    engine.running = false;
    host.failing.add("apt-get install");
    host.effects.put("apt-get install", () -> "E: Unable to locate package docker.io\n");
    InfrastructureFailure failure = failure();
    assertThat(failure).hasMessageContaining("E: Unable to locate package docker.io");
    assertThat(failure).hasMessageContaining("/.local/state/bootgrade/apt.log");
    assertThat(failure.mend()).contains("apt-get install docker.io");
  }

  @Test
  void anEngineThatRefusesUsIsNotReplaced() throws Exception {
    engine.running = false;
    engine.silence = new Answer.Silent("unix:///var/run/docker.sock", false, true, "denied");
    assertThat(ensure(true))
        .isInstanceOfSatisfying(
            Readiness.Missing.class,
            missing -> assertThat(missing.mend()).contains("group docker"));
    assertThat(host.ran).isEmpty();
  }

  @Test
  void anEngineTheUserChoseIsNotReplaced() throws Exception {
    engine.running = false;
    engine.silence = new Answer.Silent("tcp://elsewhere:2375", true, false, "timed out");
    assertThat(ensure(true))
        .isInstanceOfSatisfying(
            Readiness.Missing.class,
            missing -> {
              assertThat(missing.what()).contains("tcp://elsewhere:2375");
              assertThat(missing.mend()).contains("unset DOCKER_HOST");
            });
  }

  @Test
  void withoutARegistryTheBaseImageIsMade() throws Exception {
    engine.registryAnswers = false;
    host.programs.add("mmdebstrap");
    assertThat(ensure(false)).isInstanceOf(Readiness.Ready.class);
    assertThat(host.ran).anyMatch(words -> words.startsWith("mmdebstrap --variant=minbase"));
    assertThat(engine.builds.get(0).args()).containsEntry("BASE", "bootgrade/base:bookworm");
    assertThat(engine.pulls).hasSize(1);
    assertThat(said).anyMatch(line -> line.contains("No image registry gives it (no such host)"));
    assertThat(host.root.resolve("home/.cache/bootgrade/scratch")).isEmptyDirectory();
  }

  @Test
  void theToolThatMakesABaseImageIsInstalledOnlyWhenAllowed() throws Exception {
    engine.registryAnswers = false;
    assertThat(ensure(false))
        .isInstanceOfSatisfying(
            Readiness.Missing.class,
            missing -> assertThat(missing.mend()).contains("apt-get install mmdebstrap"));
    assertThat(host.ran).isEmpty();

    assertThat(ensure(true)).isInstanceOf(Readiness.Ready.class);
    assertThat(host.ran).anyMatch(words -> words.endsWith(" mmdebstrap"));
  }

  @Test
  void aBaseImageThatIsThereNeedsNoRegistry() throws Exception {
    engine.registryAnswers = false;
    engine.images.put("bootgrade/base:bookworm", "sha256:old");
    assertThat(ensure(false)).isInstanceOf(Readiness.Ready.class);
    assertThat(engine.pulls).isEmpty();
    assertThat(host.ran).isEmpty();
  }

  @Test
  void whenMmdebstrapFailsItsLogIsShown() {
    engine.registryAnswers = false;
    host.programs.add("mmdebstrap");
    host.failing.add("mmdebstrap");
    host.effects.put("mmdebstrap", () -> "E: apt-get update failed\n");
    assertThat(failure()).hasMessageContaining("E: apt-get update failed");
    assertThat(host.root.resolve("home/.cache/bootgrade/scratch")).isEmptyDirectory();
  }

  @Test
  void aStepThatFailsIsToldWithTheEndOfTheBuildLog() {
    engine.buildFails = "E: no such package";
    InfrastructureFailure failure = failure();
    assertThat(failure).hasMessageContaining("bootgrade/toolchain:");
    assertThat(failure).hasMessageContaining("E: no such package");
    assertThat(failure).hasMessageContaining("build-toolchain.log");
  }

  @Test
  void anEngineThatDiesInTheMiddleIsOurFailureAndTheNextRunGoesOn() throws Exception {
    engine.images.put("debian:bookworm-slim", "sha256:official");
    engine.diesInBuild = true;
    assertThat(failure())
        .hasMessageContaining("The container engine (Docker) failed")
        .hasMessageContaining("connection reset");
    engine.diesInBuild = false;
    engine.running = true;
    assertThat(ensure(true)).isInstanceOf(Readiness.Ready.class);
  }

  @Test
  void aFolderWithoutADockerfileIsNamed() throws IOException {
    Files.delete(home.resolve("Dockerfile"));
    assertThat(failure()).hasMessageContaining(home.resolve("Dockerfile").toString());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNotBlamedOnTheEngine() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    host.environment.put("XDG_STATE_HOME", file.toString());
    InfrastructureFailure failure = failure();
    assertThat(failure)
        .hasMessage(
            "The folder %s/bootgrade cannot be made (%s).",
            file, "a file is where a folder should be");
    assertThat(failure.mend()).contains("XDG_STATE_HOME");
  }

  @Test
  void aLogThatCannotBeWrittenIsNotBlamedOnTheEngine() throws IOException {
    Path log =
        Files.createDirectories(
            host.root.resolve("home/.local/state/bootgrade/build-toolchain.log"));
    assertThat(failure())
        .hasMessage("A file that setting up needs could not be used (it is a folder: %s).", log);
  }

  @Test
  void stateGoesWhereXdgSaysAndARelativePathIsIgnored() {
    Path state = temp.resolve("elsewhere");
    Folders folders =
        Folders.of(
            Map.of("HOME", "/h", "XDG_STATE_HOME", state.toString(), "XDG_CACHE_HOME", "relative"));
    assertThat(folders.state()).isEqualTo(state.resolve("bootgrade"));
    assertThat(folders.cache()).isEqualTo(Path.of("/h/.cache/bootgrade"));
  }

  @Test
  void oneSetUpAtATime() throws Exception {
    Path file = temp.resolve("lock");
    try (SetupLock held = SetupLock.take(file, java.time.Duration.ofMinutes(1), host, said::add)) {
      assertThat(held).isNotNull();
      InfrastructureFailure failure =
          catchThrowableOfType(
              InfrastructureFailure.class,
              () -> SetupLock.take(file, java.time.Duration.ofMinutes(1), host, said::add));
      assertThat(failure).hasMessageContaining(file.toString());
      assertThat(said)
          .containsExactly("Another bootgrade is setting up this machine; waiting for it.");
    }
    SetupLock.take(file, java.time.Duration.ofMinutes(1), host, said::add).close();
  }

  @Test
  void doctorTellsWhatIsMissingAndChangesNothing() {
    engine.running = false;
    List<Check> checks = setup().examine();
    assertThat(checks)
        .filteredOn(check -> check.area().equals("containers"))
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.state()).isEqualTo(Check.State.MISSING);
              assertThat(check.detail()).contains("no Docker is installed");
              assertThat(check.mend()).contains("--install");
            });
    assertThat(checks)
        .filteredOn(check -> check.area().equals("process sandbox"))
        .extracting(Check::name)
        .containsExactly("cargo", "rustc", "rust-src", "lld", "llvm-objcopy", "qemu-system-x86_64");
    assertThat(checks)
        .filteredOn(check -> check.state() == Check.State.MISSING)
        .allSatisfy(check -> assertThat(check.mend()).isNotEmpty());
    assertThat(host.ran).isEmpty();
  }

  @Test
  void doctorFindsAReadyMachineReady() throws Exception {
    ensure(true);
    host.programs.addAll(
        List.of("cargo", "rustc", "rust-lld", "llvm-objcopy", "qemu-system-x86_64"));
    host.effects.put("rustc --print sysroot", () -> "/usr\n");
    host.file("usr/lib/rustlib/src/rust/library/core/src/lib.rs", "");
    host.file("proc/meminfo", "MemTotal: 9 kB\nMemAvailable: 16000000 kB\n");
    assertThat(setup().examine())
        .filteredOn(check -> !check.name().equals("disk"))
        .allSatisfy(check -> assertThat(check.state()).isEqualTo(Check.State.OK));
  }

  private String dockerfile(int build) {
    return new String(
        engine.builds.get(build).context().get("Dockerfile"),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  private Setup setup() {
    return new Setup(home, host, engine);
  }

  private Readiness ensure(boolean mayInstall) throws InfrastructureFailure {
    return setup().ensure(mayInstall, said::add);
  }

  private InfrastructureFailure failure() {
    InfrastructureFailure failure =
        catchThrowableOfType(InfrastructureFailure.class, () -> ensure(true));
    assertThat(failure).isNotNull();
    assertThat(failure.mend()).isNotEmpty();
    return failure;
  }
}
