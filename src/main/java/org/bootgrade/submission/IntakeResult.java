package org.bootgrade.submission;

/** What became of a submission: a tree that is safe to build, or the reason there is none. */
public sealed interface IntakeResult permits Accepted, Rejected {}
