package org.bootgrade.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraderSetTest {

  private static final String GRADER =
      """
      package course;
      import org.bootgrade.grading.*;
      @Assignment("paging")
      final class Mine {
        @Criterion("maps")
        void maps(Submission submission, Verdict verdict) {
          verdict.because("it maps " + submission.tests().size());
        }
        @Criterion("unmaps")
        void unmaps() {}
      }
      """;

  @TempDir Path folder;

  private Path scratch() {
    return folder.resolve("scratch");
  }

  private GraderSet load(Path path) throws GraderSet.Unusable, InfrastructureFailure {
    return GraderSet.load(path, "paging", scratch());
  }

  private Path source(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path compiled() throws Exception {
    load(source("first/Mine.java", GRADER));
    return Files.move(scratch(), folder.resolve("moved")).resolve("graders");
  }

  private static void assertGrades(GraderSet graders) throws InfrastructureFailure {
    assertThat(graders.criteria()).containsExactlyInAnyOrder("maps", "unmaps");
    assertThat(
            new GraderRunner(graders)
                .run(Recorded.right().evidence(), CourseSettings.defaults())
                .findings())
        .extracting(Finding::reason)
        .containsExactly("it maps 1", "");
  }

  @Test
  void aJavaFileIsCompiledOnTheSpot() throws Exception {
    assertGrades(load(source("Mine.java", GRADER)));
  }

  @Test
  void aFolderOfJavaFilesIsCompiledOnTheSpot() throws Exception {
    source("graders/course/Mine.java", GRADER);
    source("graders/course/Helper.java", "package course; class Helper {}");
    assertGrades(load(folder.resolve("graders")));
  }

  @Test
  void aFolderOfClassesIsLoaded() throws Exception {
    assertGrades(load(compiled()));
  }

  @Test
  void aJarIsLoaded() throws Exception {
    Path classes = compiled();
    assertGrades(load(jar(classes, "graders.jar", "")));
  }

  @Test
  void theDigestIsOfTheFilesAndNotOfTheirPlace() throws Exception {
    String one = load(source("Mine.java", GRADER)).digest();
    assertThat(one).matches("sha256:[0-9a-f]{64}");
    assertThat(load(source("elsewhere/Same.java", GRADER)).digest()).isEqualTo(one);
    assertThat(load(source("Mine.java", GRADER + "// x")).digest()).isNotEqualTo(one);

    source("graders/course/Mine.java", GRADER);
    source("graders/course/Helper.java", "package course; class Helper {}");
    String folderOfTwo = load(folder.resolve("graders")).digest();
    Path moved = Files.move(folder.resolve("graders"), folder.resolve("renamed"));
    assertThat(load(moved).digest()).isEqualTo(folderOfTwo);
    source("renamed/course/Helper.java", "package course; class Helper { int x; }");
    assertThat(load(moved).digest()).isNotEqualTo(folderOfTwo);
  }

  @Test
  void theDigestOfClassesCountsWhatLiesBesideThem() throws Exception {
    Path classes = compiled();
    String one = load(classes).digest();
    assertThat(load(Files.move(classes, folder.resolve("classes"))).digest()).isEqualTo(one);
    source("classes/course/words.txt", "ok");
    assertThat(load(folder.resolve("classes")).digest()).isNotEqualTo(one);
  }

  @Test
  void theDigestOfAJarIsOfItsBytes() throws Exception {
    Path classes = compiled();
    String one = load(jar(classes, "one.jar", "")).digest();
    assertThat(load(jar(classes, "same.jar", "")).digest()).isEqualTo(one);
    assertThat(load(jar(classes, "other.jar", "x")).digest()).isNotEqualTo(one);
  }

  /** A jar of classes, and a file of some words beside them. */
  private Path jar(Path classes, String name, String words) throws IOException {
    Path jar = folder.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        put(out, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      put(out, "words.txt", words.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
    JarEntry entry = new JarEntry(name);
    entry.setTime(0);
    jar.putNextEntry(entry);
    jar.write(content);
  }

  @Test
  void aCompilersErrorIsTold() throws Exception {
    Path source = source("Mine.java", GRADER.replace("submission.tests()", "submission.tsets()"));
    assertThatThrownBy(() -> load(source))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContainingAll("do not compile", "Mine.java:7", "tsets");
  }

  @Test
  void anotherAssignmentsGradersAreNamed() throws Exception {
    Path source = source("Mine.java", GRADER.replace("\"paging\"", "\"threads\""));
    assertThatThrownBy(() -> load(source))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContainingAll("Mine.java", "threads", "'paging'");
  }

  @Test
  void ofSeveralAssignmentsOnlyTheWantedOnesGradersAreTaken() throws Exception {
    source("graders/Mine.java", GRADER);
    source(
        "graders/Other.java",
        GRADER.replace("\"paging\"", "\"threads\"").replace("Mine", "Other").replace("maps", "x"));
    GraderSet graders = load(folder.resolve("graders"));
    assertThat(graders.classes()).extracting(Class::getName).containsExactly("course.Mine");
    assertThat(graders.criteria()).containsExactlyInAnyOrder("maps", "unmaps");
  }

  @Test
  void aPathThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> load(folder.resolve("none")))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContainingAll("none", "no such file");
  }

  @Test
  void aClassThatIsNoGraderIsNotTakenForOne() throws Exception {
    Path source = source("Mine.java", "class Mine { void maps() {} }");
    assertThatThrownBy(() -> load(source))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContainingAll("Mine.java", "@Assignment");
  }

  @Test
  void anEmptyFolderHoldsNoGrader() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertThatThrownBy(() -> load(empty))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContainingAll("empty", "@Assignment");
  }

  @ParameterizedTest
  @ValueSource(strings = {"graders.jar", "graders.zip", "graders.txt", "graders"})
  void aFileThatIsNoJarHoldsNoGrader(String name) throws Exception {
    Path file = source(name, "I am no jar");
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContaining(name);
  }

  @Test
  void aClassFileThatIsNoneIsUnusable() throws Exception {
    source("classes/course/Mine.class", "I am no class");
    assertThatThrownBy(() -> load(folder.resolve("classes")))
        .isInstanceOf(GraderSet.Unusable.class)
        .hasMessageContainingAll("classes", "cannot be loaded");
  }
}
