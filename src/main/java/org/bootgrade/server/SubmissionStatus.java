package org.bootgrade.server;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bootgrade.ledger.Grading;
import org.bootgrade.ledger.Submission;
import org.jspecify.annotations.Nullable;

/**
 * How far a submission is, as JSON.
 *
 * @param schema {@link #SCHEMA}
 * @param digest {@code sha256:…} of the archive as it came
 * @param bytes how large that is
 * @param status queued, grading, graded, rejected or infrastructure-failure
 * @param step what is being done, in a few words; null where nothing is
 * @param ahead how many wait before it, roughly; null where it does not wait
 * @param attempt how often a worker has begun with it
 * @param reason why there is no verdict, and there will be none; null otherwise
 * @param links where there is more
 */
record SubmissionStatus(
    String schema,
    String id,
    String course,
    String assignment,
    String student,
    String name,
    String digest,
    long bytes,
    String receivedAt,
    String status,
    @Nullable String step,
    @Nullable Integer ahead,
    int attempt,
    @Nullable String startedAt,
    @Nullable String finishedAt,
    @Nullable String reason,
    Map<String, String> links) {

  static final String SCHEMA = "bootgrade/submission/v1";

  static SubmissionStatus of(
      Submission submission, Grading grading, @Nullable Integer ahead, String base) {
    String self = base + "/v1/submissions/" + submission.id();
    Map<String, String> links = new LinkedHashMap<>();
    links.put("self", self);
    links.put("events", self + "/events");
    Grading.Outcome outcome = grading.outcome();
    if (outcome != null && outcome.result() != null) {
      links.put("result", self + "/files/result.json");
      links.put("report", self + "/files/report.html");
      links.put("instructor", self + "/files/instructor.html");
    }
    return new SubmissionStatus(
        SCHEMA,
        submission.id().toString(),
        submission.course(),
        submission.assignment(),
        submission.student(),
        submission.name(),
        "sha256:" + submission.archive(),
        submission.bytes(),
        submission.receivedAt().toString(),
        grading.status().word(),
        grading.step().isEmpty() ? null : grading.step(),
        ahead,
        grading.attempt(),
        text(grading.startedAt()),
        text(grading.finishedAt()),
        outcome == null || outcome.reason().isEmpty() ? null : outcome.reason(),
        links);
  }

  private static @Nullable String text(@Nullable Object moment) {
    return moment == null ? null : moment.toString();
  }
}
