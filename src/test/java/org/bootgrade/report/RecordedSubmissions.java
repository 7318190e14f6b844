package org.bootgrade.report;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bootgrade.evidence.BuildRecord;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.EvidenceStore;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.grading.Flag;
import org.bootgrade.grading.GraderRunner;
import org.bootgrade.grading.GraderSet;
import org.bootgrade.rubric.Rubric;
import org.bootgrade.rubric.RubricError;
import org.bootgrade.rubric.RubricReader;
import org.bootgrade.rubric.Scorer;

/**
 * Samples as they were seen: the evidence of some of {@code src/samples}, judged by this
 * repository's graders and rubric.
 */
final class RecordedSubmissions {

  /** All there are: {@code src/test/resources/evidence}. */
  static final List<String> NAMES =
      List.of(
          "does-not-build",
          "handler-returns",
          "kernel-without-ist",
          "modern-blog-os",
          "one-test-broken",
          "osirs",
          "prints-ok");

  private final Map<String, Evidence> evidence = new TreeMap<>();
  private final Map<String, Result> results = new TreeMap<>();

  private RecordedSubmissions() {}

  static RecordedSubmissions read() {
    RecordedSubmissions read = new RecordedSubmissions();
    try {
      Path scratch = Files.createTempDirectory("graders");
      GraderRunner graders =
          new GraderRunner(
              GraderSet.load(Path.of("target/graders-classes"), "double-faults", scratch));
      Rubric rubric = RubricReader.read(Path.of("rubrics/double-faults.yaml"));
      for (String name : NAMES) {
        Evidence seen = new EvidenceStore(Path.of("src/test/resources/evidence", name)).read();
        GraderRunner.Findings findings = graders.run(seen, rubric.settings());
        List<Flag> flags = new ArrayList<>(findings.flags());
        seen.build().remarks().forEach(r -> flags.add(new Flag(r.id(), r.detail())));
        read.evidence.put(name, seen);
        read.results.put(
            name,
            Result.graded(
                new Result.Submission(name, seen.submissionDigest()),
                rubric,
                Samples.GRADERS,
                Scorer.score(rubric, findings.findings()),
                seen.build().mends().stream().map(BuildRecord.Mend::detail).toList(),
                flags,
                "0.1.0"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GraderSet.Unusable | RubricError | InfrastructureFailure e) {
      throw new IllegalStateException(e);
    }
    return read;
  }

  Evidence evidence(String name) {
    return requireNonNull(evidence.get(name), name);
  }

  Result result(String name) {
    return requireNonNull(results.get(name), name);
  }

  /** All of them. */
  ClassResults all() {
    return ClassResults.of(List.copyOf(results.values()));
  }

  String page(String name, Audience audience) {
    return new Reports().submissionPage(Seen.whole(result(name)), evidence(name), audience);
  }
}
