package org.bootgrade.submission;

/**
 * The submission is unreadable, unsafe or no Rust project; the destination is as it was before.
 *
 * @param reason for the student: what is wrong, where, and what to do about it. Printable, of
 *     bounded length, and without paths of this machine
 */
public record Rejected(String reason) implements IntakeResult {}
