package org.bootgrade.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollTest {

  @TempDir Path folder;

  private Path out;

  @BeforeEach
  void nameTheOutput() {
    out = folder.resolve("out");
  }

  private Path file(String path) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  private List<String> ids(String... paths) throws Roll.Unclear {
    return Roll.of(List.of(paths).stream().map(folder::resolve).toList(), out).entries().stream()
        .map(Roll.Entry::id)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "alice.zip,alice",
    "alice.tar,alice",
    "alice.tar.gz,alice",
    "alice.tgz,alice",
    "ALICE.ZIP,ALICE",
    "alice.v2.tar.gz,alice.v2",
    "alice.rar,alice",
    "alice,alice",
    ".zip,.zip",
    "..zip,..zip",
    "...zip,...zip",
    "results.json.zip,results.json.zip",
    "grades.csv.tar.gz,grades.csv.tar.gz",
    "index.html.new.tgz,index.html.new.tgz",
    "my-results.json.zip,my-results.json",
  })
  void anIdIsTheFilesNameWithoutExtension(String name, String id) throws Exception {
    file("class/" + name);
    assertThat(ids("class/" + name)).containsExactly(id);
  }

  @Test
  void whatOfAClassLooksHandedInAndIsNoSubmissionIsTold() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob.zip");
    file("class/.carol.zip");
    file("class/.dave/os/Cargo.toml");
    file("class/eve.rar");
    file("class/frank.TAR.XZ");
    file("class/.git/config");
    file("class/.DS_Store");
    file("class/notes.txt");
    file("class/.out/x/result.json");
    Files.createSymbolicLink(folder.resolve("class/gina.zip"), Path.of("nowhere.zip"));
    out = folder.resolve("class/.out");
    Roll roll = Roll.of(List.of(folder.resolve("class")), out);
    assertThat(roll.entries()).extracting(Roll.Entry::id).containsExactly("alice", "bob");
    assertThat(roll.leftOut())
        .extracting(path -> path.getFileName().toString())
        .containsExactly(".carol.zip", ".dave", "eve.rar", "frank.TAR.XZ", "gina.zip");
    assertThat(Roll.of(List.of(folder.resolve("class/alice")), out).leftOut()).isEmpty();
  }

  @Test
  void aClassOfNothingButThatIsToldWhatItHolds() throws Exception {
    file("class/.carol.zip");
    file("class/eve.7z");
    assertThatThrownBy(() -> ids("class"))
        .isInstanceOf(Roll.Unclear.class)
        .hasMessageContaining("not taken for one: .carol.zip, eve.7z");
  }

  @Test
  void aFolderWithTheNameOfAResultOfOursIsUnclear() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/grades.csv/Cargo.toml");
    assertThatThrownBy(() -> ids("class"))
        .isInstanceOf(Roll.Unclear.class)
        .hasMessageContaining("grades.csv: its results cannot be kept in a folder of that name");
  }

  @Test
  void aFoldersIdIsItsWholeName() throws Exception {
    file("alice.v2/Cargo.toml");
    assertThat(ids("alice.v2", "alice.v2/../alice.v2/.")).containsExactly("alice.v2");
  }

  @Test
  void aFolderWithAManifestIsOneSubmissionWhateverElseItHolds() throws Exception {
    file("alice/Cargo.toml");
    file("alice/a/Cargo.toml");
    file("alice/b/Cargo.toml");
    file("alice/backup.zip");
    assertThat(ids("alice")).containsExactly("alice");
  }

  @Test
  void aFolderWithACrateBelowAndAReadmeIsOneSubmission() throws Exception {
    file("alice/README.md");
    file("alice/kernel/Cargo.toml");
    assertThat(ids("alice")).containsExactly("alice");
  }

  @Test
  void aFolderWithADeepCrateAndNotesIsOneSubmission() throws Exception {
    file("alice/README.md");
    file("alice/a/b/c/Cargo.toml");
    assertThat(ids("alice")).containsExactly("alice");
  }

  @Test
  void aFolderOfCratesIsAClass() throws Exception {
    file("class/bob/Cargo.toml");
    file("class/alice/os/Cargo.toml");
    file("class/notes.txt");
    assertThat(ids("class")).containsExactly("alice", "bob");
  }

  @Test
  void aFolderOfArchivesIsAClass() throws Exception {
    file("class/bob.zip");
    file("class/alice.tar.gz");
    file("class/grades.xlsx");
    assertThat(ids("class")).containsExactly("alice", "bob");
  }

  @Test
  void aClassOfOneIsAClass() throws Exception {
    file("class/alice/Cargo.toml");
    assertThat(ids("class")).containsExactly("alice");
  }

  @Test
  void theOutputFolderInsideTheClassIsNoSubmission() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/Cargo.toml");
    file("class/out/alice/result.json");
    out = folder.resolve("class/out");
    assertThat(ids("class")).containsExactly("alice", "bob");
  }

  @Test
  void anOutputFolderDoesNotMakeAClassOfOneASubmission() throws Exception {
    file("class/alice/Cargo.toml");
    out = folder.resolve("class/out");
    List<String> before = ids("class");
    file("class/out/alice/result.json");
    assertThat(ids("class")).isEqualTo(before).containsExactly("alice");
  }

  private void unclear(String path, String output, String... words) {
    out = folder.resolve(output);
    assertThatThrownBy(() -> ids(path))
        .isInstanceOf(Roll.Unclear.class)
        .hasMessageContainingAll("must not be written", "-o")
        .hasMessageContainingAll(words);
  }

  @Test
  void resultsAreNotWrittenIntoTheClassItself() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/Cargo.toml");
    unclear("class", "class", folder.resolve("class") + " is " + folder.resolve("class"));
    unclear("class", "class/alice/..", "class/alice/..");
    unclear("class/alice", "class", "class/alice");
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("class"));
    unclear("class", "link", "link", "class");
  }

  @Test
  void resultsAreNotWrittenIntoASubmission() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/kernel/Cargo.toml");
    file("class/carol/essay.txt");
    unclear("class", "class/alice", "class/alice", "class");
    unclear("class", "class/bob", "class/bob");
    unclear("class", "class/carol", "class/carol");
    unclear("class", "class/alice/out", "class/alice/out", "lies inside of");
    unclear("class/alice", "class/alice/bootgrade-out", "lies inside of");
    unclear("class/alice", "class/alice", "is");
  }

  @Test
  void resultsBesideAClassOrInAFolderOfItsOwnInsideAreFine() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/Cargo.toml");
    for (String output : List.of("elsewhere", "class/new", "class/sub/new")) {
      out = folder.resolve(output);
      assertThat(ids("class")).containsExactly("alice", "bob");
    }
    // As an interrupted run leaves it.
    file("class/new/alice/result.json");
    file("class/new/results.json.new");
    out = folder.resolve("class/new");
    assertThat(ids("class")).containsExactly("alice", "bob");
  }

  @Test
  void anOutputFolderOfAnotherRunIsNoSubmission() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/Cargo.toml");
    file("class/bootgrade-out/alice/result.json");
    Files.writeString(
        file("class/last-week/results.json"), "{\n  \"schema\": \"bootgrade/class/v1\",\n");
    assertThat(ids("class")).containsExactly("alice", "bob");
  }

  @Test
  void anOutputFolderOfAnotherRunDoesNotMakeAClassOfOneASubmission() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bootgrade-out/alice/result.json");
    assertThat(ids("class")).containsExactly("alice");
  }

  @Test
  void aStudentsResultsAreASubmission() throws Exception {
    file("class/alice/Cargo.toml");
    Files.writeString(file("class/bob/results.json"), "{\"schema\": \"mine\"}");
    file("class/carol/Cargo.toml");
    Files.writeString(file("class/carol/results.json"), "{\"schema\": \"bootgrade/class/v1\"}");
    assertThat(ids("class")).containsExactly("alice", "bob", "carol");
  }

  @Test
  void hiddenFoldersAreNoSubmissions() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/Cargo.toml");
    file("class/.git/config");
    assertThat(ids("class")).containsExactly("alice", "bob");
  }

  @Test
  void aFolderNamedLikeAnArchiveIsAFolder() throws Exception {
    file("class/alice.zip/Cargo.toml");
    file("class/bob/Cargo.toml");
    assertThat(ids("class")).containsExactly("alice.zip", "bob");
  }

  @Test
  void aClassKeepsStudentsWhoHandedInNoCrate() throws Exception {
    file("class/alice/Cargo.toml");
    file("class/bob/Cargo.toml");
    file("class/carol/essay.txt");
    assertThat(ids("class")).containsExactly("alice", "bob", "carol");
  }

  @Test
  void aFolderWithoutAnySubmissionIsUnclear() throws Exception {
    Files.createDirectories(folder.resolve("class"));
    file("class/notes.txt");
    assertThatThrownBy(() -> ids("class"))
        .isInstanceOf(Roll.Unclear.class)
        .hasMessageContainingAll("class", "no submission found", "Cargo.toml", ".zip");
  }

  @Test
  void aMissingPathIsUnclear() throws Exception {
    file("alice.zip");
    assertThatThrownBy(() -> ids("alice.zip", "nobody.zip"))
        .isInstanceOf(Roll.Unclear.class)
        .hasMessageContainingAll("nobody.zip", "no such file");
  }

  @Test
  void twoSubmissionsOfOneIdAreUnclear() throws Exception {
    file("class/alice.zip");
    file("class/alice/Cargo.toml");
    assertThatThrownBy(() -> ids("class"))
        .isInstanceOf(Roll.Unclear.class)
        .hasMessageContainingAll("alice.zip", "'alice'", "rename");
  }

  @Test
  void theSamePathTwiceIsOneSubmission() throws Exception {
    file("alice.zip");
    assertThat(ids("alice.zip", "./alice.zip")).containsExactly("alice");
  }

  @Test
  void entriesAreInTheOrderOfTheirIds() throws Exception {
    file("c.zip");
    file("a.zip");
    file("b/Cargo.toml");
    assertThat(ids("c.zip", "b", "a.zip")).containsExactly("a", "b", "c");
  }

  @Test
  void aFolderOfOneArchiveStandsForTheArchiveAsInMoodlesDownloads() throws Exception {
    String ann = "moodle/Ann Lee_101_assignsubmission_file_";
    Path kernel = file(ann + "/kernel.zip");
    file(ann + "/notes.pdf");
    file(ann + "/._kernel.zip");
    file("moodle/Bob Roe_102_assignsubmission_file_/os/Cargo.toml");
    file("moodle/Bob Roe_102_assignsubmission_file_/os/old.zip");
    Path two = file("moodle/Cid Poe_103_assignsubmission_file_/a.zip").getParent();
    file("moodle/Cid Poe_103_assignsubmission_file_/b.tar");

    List<Roll.Entry> entries = Roll.of(List.of(folder.resolve("moodle")), out).entries();

    assertThat(entries).extracting(Roll.Entry::content).contains(kernel, two);
    assertThat(entries.get(0).id()).isEqualTo("Ann Lee_101_assignsubmission_file_");
    assertThat(entries.get(0).modified()).isPresent();
    assertThat(entries.get(1).content()).isEqualTo(entries.get(1).path());
    assertThat(entries).hasSize(3);
  }

  @Test
  void ofSeveralArchivesInSuchAFolderTheOneWithACrateIsTaken() throws Exception {
    String ann = "moodle/Ann Lee_101_assignsubmission_file_";
    zip(ann + "/report.zip", "report.pdf");
    Path kernel = zip(ann + "/kernel.zip", "os/Cargo.toml");
    String bob = "moodle/Bob Roe_102_assignsubmission_file_";
    Path both = zip(bob + "/one.zip", "Cargo.toml").getParent();
    zip(bob + "/two.zip", "Cargo.toml");

    assertThat(Roll.of(List.of(folder.resolve("moodle")), out).entries())
        .extracting(Roll.Entry::content)
        .containsExactly(kernel, both);
  }

  @Test
  void aTextBesideTheFilesOfTheSameStudentIsNoSubmission() throws Exception {
    file("moodle/Ann Lee_101_assignsubmission_file/kernel.zip");
    Path text = file("moodle/Ann Lee_101_assignsubmission_onlinetext/onlinetext.html").getParent();
    file("moodle/Bob Roe_102_assignsubmission_onlinetext/onlinetext.html");

    Roll roll = Roll.of(List.of(folder.resolve("moodle")), out);

    assertThat(roll.entries())
        .extracting(Roll.Entry::id)
        .containsExactly(
            "Ann Lee_101_assignsubmission_file", "Bob Roe_102_assignsubmission_onlinetext");
    assertThat(roll.leftOut()).containsExactly(text);
  }

  private Path zip(String path, String entry) throws IOException {
    Path zip = file(path);
    try (ZipOutputStream content = new ZipOutputStream(Files.newOutputStream(zip))) {
      content.putNextEntry(new ZipEntry(entry));
    }
    return zip;
  }

  @Test
  void aClassOfOneSuchFolderIsAClass() throws Exception {
    file("moodle/Ann Lee_101_assignsubmission_file_/kernel.zip");
    assertThat(ids("moodle")).containsExactly("Ann Lee_101_assignsubmission_file_");
  }

  @Test
  void aProjectWithAFolderOfAnArchiveIsOneSubmission() throws Exception {
    file("project/kernel/Cargo.toml");
    file("project/docs/slides.zip");
    file("project/README.md");
    assertThat(ids("project")).containsExactly("project");
  }

  @Test
  void whatALinkInAFolderLeadsToIsNotTheStudents() throws Exception {
    file("elsewhere/solution.zip");
    Path ann = Files.createDirectories(folder.resolve("moodle/ann"));
    Files.createSymbolicLink(ann.resolve("kernel.zip"), folder.resolve("elsewhere/solution.zip"));

    assertThat(new Roll.Entry("ann", ann).content()).isEqualTo(ann);
  }

  @Test
  void whatMacOsPutsBesideSubmissionsIsNone() throws Exception {
    file("class/ann.zip");
    file("class/__MACOSX/._ann.zip");
    assertThat(ids("class")).containsExactly("ann");
  }
}
