package org.bootgrade.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script that starts bootgrade, with a Java that only tells what it was given. */
class LauncherTest {

  @TempDir Path folder;

  private Path launcher;
  private String printed = "";

  @BeforeEach
  void aProductWithoutSources() throws IOException {
    launcher = script("product/bootgrade", Files.readString(Path.of("bootgrade")));
    Files.createDirectories(folder.resolve("product/target/lib"));
    script("java/bin/java", "#!/bin/sh\necho \"home=$HOME log=$BOOTGRADE_LOG\"\n");
    passwd("exit 2");
    Files.createDirectories(folder.resolve("tmp"));
  }

  private Path script(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void passwd(String command) throws IOException {
    script("bin/getent", "#!/bin/sh\n" + command + "\n");
  }

  private int run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> given = builder.environment();
    given.keySet().removeIf(name -> name.matches("HOME|XDG_.*|BOOTGRADE_.*"));
    given.put("JAVA_HOME", folder.resolve("java").toString());
    given.put("TMPDIR", folder.resolve("tmp").toString());
    given.merge("PATH", folder.resolve("bin") + ":", (old, first) -> first + old);
    given.putAll(environment);
    Process process = builder.start();
    printed = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return process.waitFor();
  }

  private String state(Path home) {
    return "home=" + home + " log=" + home + "/.local/state/bootgrade/bootgrade.log";
  }

  @Test
  void withAHomeNothingElseIsAsked() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    assertThat(run(Map.of("HOME", home.toString()))).as(printed).isZero();
    assertThat(printed).isEqualTo(state(home));
  }

  @Test
  void withoutAHomeTheUsersEntryNamesIt() throws Exception {
    Path home = Files.createDirectories(folder.resolve("entry"));
    passwd("echo 'me:x:1:1:Me:" + home + ":/bin/sh'");
    assertThat(run(Map.of())).as(printed).isZero();
    assertThat(printed).isEqualTo(state(home));
    assertThat(run(Map.of("HOME", ""))).as(printed).isZero();
    assertThat(printed).isEqualTo(state(home));
  }

  @Test
  void withoutAnEntryAFolderOfTheUsersOwnIsMade() throws Exception {
    for (int time = 0; time < 2; time++) {
      assertThat(run(Map.of())).as(printed).isZero();
      assertThat(printed).startsWith("home=" + folder.resolve("tmp/bootgrade-home-"));
    }
    assertThat(folder.resolve("tmp")).isDirectoryContaining("glob:**bootgrade-home-*");
  }

  @Test
  void aFolderThatSomebodyElsePutThereIsNotTaken() throws Exception {
    assertThat(run(Map.of())).as(printed).isZero();
    Path own;
    try (var made = Files.list(folder.resolve("tmp"))) {
      own = made.findFirst().orElseThrow();
    }
    Path elsewhere = Files.move(own, folder.resolve("elsewhere"));
    Files.createSymbolicLink(own, elsewhere);
    assertThat(run(Map.of())).isEqualTo(3);
    assertThat(printed).contains("there is no HOME", own.toString(), "Set HOME");
  }

  @Test
  void aStateFolderThatCannotBeMadeIsToldWithTheMend() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(run(Map.of("HOME", folder.toString(), "XDG_STATE_HOME", file.toString())))
        .isEqualTo(3);
    assertThat(printed)
        .contains("bootgrade: " + file + "/bootgrade cannot be written", "set XDG_STATE_HOME");
  }

  @Test
  void aRelativeStateFolderIsIgnored() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    assertThat(run(Map.of("HOME", home.toString(), "XDG_STATE_HOME", "state"))).isZero();
    assertThat(printed).isEqualTo(state(home));
  }

  @Test
  void theHeapIsWhatTheEnvironmentSays() throws Exception {
    script("java/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    String home = folder.toString();
    assertThat(run(Map.of("HOME", home))).as(printed).isZero();
    assertThat(printed).containsPattern("(?m)^-Xmx[0-9]{3,4}m$");
    assertThat(run(Map.of("HOME", home, "BOOTGRADE_HEAP", "2g"))).as(printed).isZero();
    assertThat(printed).containsPattern("(?m)^-Xmx2g$");
    for (String wrong :
        List.of(
            "much",
            "12",
            "m",
            "1x2g",
            "-1g",
            "1 g",
            "1gb",
            "0m",
            "1m",
            "63m",
            "65g",
            "010g",
            "99999999999999999999g")) {
      assertThat(run(Map.of("HOME", home, "BOOTGRADE_HEAP", wrong))).as(wrong).isEqualTo(3);
      assertThat(printed).contains("BOOTGRADE_HEAP is '" + wrong + "'", "such as 1g");
    }
  }

  /** A source tree whose Maven does nothing, and whose Java archives classes as it is told. */
  private Path sources(String archiving) throws IOException {
    script("bin/mvn", "#!/bin/sh\n");
    script(
        "java/bin/java",
        """
        #!/bin/sh
        for argument; do
          case $argument in
            -XX:ArchiveClassesAtExit=*) archive=${argument#*=}; %s ;;
            -XX:SharedArchiveFile=*) grep -q whole "${argument#*=}" || exit 134; used=yes ;;
          esac
        done
        echo "archive=${used:-no}"
        """
            .formatted(archiving));
    Files.writeString(folder.resolve("product/pom.xml"), "");
    Files.createDirectories(folder.resolve("product/src/main"));
    Files.createDirectories(folder.resolve("product/graders"));
    return folder.resolve("product/target/bootgrade.jsa");
  }

  private void startsWith(String archive) throws Exception {
    assertThat(run(Map.of("HOME", folder.toString()))).as(printed).isZero();
    assertThat(printed).endsWith("archive=" + archive);
  }

  @Test
  void classesAreArchivedOnceAfterACompilation() throws Exception {
    Path archive = sources("echo whole >>\"$archive\"");
    for (int time = 0; time < 2; time++) {
      startsWith("yes");
      assertThat(archive).hasContent("whole");
    }

    Files.writeString(archive, "part of the whole");
    startsWith("no");
  }

  @Test
  void withoutAnArchiveAllGoesOnAsWell() throws Exception {
    for (String archiving : List.of("exit 1", "echo >\"$archive\"; exit 1", "echo >\"$archive\"")) {
      Path archive = sources(archiving);
      Files.deleteIfExists(folder.resolve("product/target/bootgrade.stamp"));
      startsWith("no");
      assertThat(archive).as(archiving).doesNotExist();
      assertThat(archive.resolveSibling("bootgrade.jsa.new")).as(archiving).doesNotExist();
    }
  }
}
