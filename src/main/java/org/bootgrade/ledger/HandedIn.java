package org.bootgrade.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What somebody hands in.
 *
 * @param course in which
 * @param assignment for which
 * @param student how the caller calls who hands it in; empty where nobody says
 * @param name what it is to be called on its pages
 * @param archive the digest of the archive as it came
 * @param bytes how large that is
 * @param origin the id of the token that was shown
 * @param idempotencyKey the caller's name for this call, so that it may be made again; null for
 *     none
 */
public record HandedIn(
    String course,
    String assignment,
    String student,
    String name,
    String archive,
    long bytes,
    String origin,
    @Nullable String idempotencyKey) {

  /** Whether it is the same that was handed in before. */
  boolean is(Submission submission) {
    return course.equals(submission.course())
        && assignment.equals(submission.assignment())
        && student.equals(submission.student())
        && name.equals(submission.name())
        && archive.equals(submission.archive());
  }
}
