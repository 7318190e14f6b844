package org.bootgrade.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Assignment;
import org.bootgrade.grading.Criterion;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.grading.Submission;
import org.bootgrade.grading.Verdict;
import org.bootgrade.pipeline.Judge;
import org.bootgrade.pipeline.Pipeline;
import org.bootgrade.pipeline.ResultFile;
import org.bootgrade.report.Result;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A class of recorded evidence, judged by one or two criteria, the second of which nobody passes.
 */
abstract class RecordedClass {

  /** The criterion that whoever has a kernel passes. */
  static final String KERNEL =
      """
      assignment: tiny
      title: A tiny one
      points: 10
      criteria:
        - {id: kernel, title: It has a kernel, points: 10}
      """;

  private static final Path RECORDED = Path.of("src/test/resources/evidence");

  @TempDir Path folder;

  Path out = Path.of("");

  @Assignment("tiny")
  static class HasKernel {
    @Criterion("kernel")
    void kernel(Submission submission, Verdict verdict) {
      if (submission.kernel().isEmpty()) {
        throw verdict.fails("There is none.");
      }
    }
  }

  @Assignment("tiny")
  static class HasTests {
    @Criterion("tests")
    void tests(Submission submission, Verdict verdict) {
      throw verdict.fails("A secret reason.");
    }
  }

  static Rubric rubric(String text) throws Exception {
    return RubricReader.read("tiny.yaml", text);
  }

  static Judge judge(String rubric) throws Exception {
    return judge(rubric, "build");
  }

  static Judge judge(String rubric, String build) throws Exception {
    ClassLoader loader = Objects.requireNonNull(RecordedClass.class.getClassLoader());
    boolean both = rubric.contains("id: tests");
    GraderSet graders =
        new GraderSet(
            loader,
            both ? List.of(HasKernel.class, HasTests.class) : List.of(HasKernel.class),
            both ? Set.of("kernel", "tests") : Set.of("kernel"),
            "sha256:" + (both ? "b" : "a").repeat(64));
    return new Judge(new Pipeline.Settings(rubric(rubric), graders, "1", build));
  }

  static Evidence recorded(String name) throws InfrastructureFailure {
    return new EvidenceStore(RECORDED.resolve(name)).read();
  }

  @BeforeEach
  void outputFolder() throws IOException {
    out = Files.createDirectory(folder.resolve("out"));
  }

  void graded(String rubric, String id, String recorded, @Nullable Instant modified)
      throws Exception {
    Evidence evidence = recorded(recorded);
    new EvidenceStore(out.resolve(id).resolve("evidence")).write(evidence, Map.of());
    new ResultFile(out.resolve(id)).write(judge(rubric).judge(id, evidence).modified(modified));
  }

  Regrading.Regraded regraded(String rubric, CourseFiles.Named named, String now, boolean write)
      throws Exception {
    CourseFiles course = CourseFiles.read(rubric(rubric), out, named, List.of());
    return new Regrading(judge(rubric), course, out, Instant.parse(now)).run(2, write);
  }

  Result stored(String id) {
    return new ResultFile(out.resolve(id)).read().orElseThrow();
  }
}
