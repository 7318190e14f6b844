package org.bootgrade.ledger;

import java.util.UUID;

/**
 * A worker's right to write to a grading. It ends when another one begins with it.
 *
 * @param grading which
 * @param number how many have begun with it, from 1
 * @param submission what is graded
 */
public record Attempt(UUID grading, int number, Submission submission) {}
