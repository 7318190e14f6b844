package org.bootgrade.submission;

/**
 * The submission was taken in.
 *
 * @param tree its files, now below the destination
 */
public record Accepted(SourceTree tree) implements IntakeResult {}
