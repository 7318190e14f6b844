package org.bootgrade.ledger;

import java.time.Instant;
import java.util.UUID;

/**
 * Something that was handed in.
 *
 * @param id made by the service
 * @param course in which
 * @param assignment for which
 * @param student how the caller calls who handed it in; empty where nobody said
 * @param name what it is called on its pages
 * @param archive the digest of the archive as it came
 * @param bytes how large that is
 * @param receivedAt when it came
 * @param origin the id of the token that was shown
 */
public record Submission(
    UUID id,
    String course,
    String assignment,
    String student,
    String name,
    String archive,
    long bytes,
    Instant receivedAt,
    String origin) {}
