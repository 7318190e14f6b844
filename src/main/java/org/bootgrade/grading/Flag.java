package org.bootgrade.grading;

/**
 * Something an instructor should look at. A flag costs no points.
 *
 * @param id for example {@code build-script}
 * @param detail one sentence
 */
public record Flag(String id, String detail) {}
