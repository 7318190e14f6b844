/**
 * What an instructor fixes for an assignment, and the score that follows from it.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>A rubric is a YAML file: criteria with their points, prerequisites and hints, and the settings
 * of the course. {@link org.bootgrade.rubric.RubricReader} reads it as a tree of nodes that know
 * their lines, never as values: YAML 1.1 turns {@code no} into false, {@code 010} into 8 and {@code
 * 1e2} into a float, and each of these would change a grade without anyone noticing. What is not
 * plainly right is a {@link org.bootgrade.rubric.RubricError}, which lists every problem with its
 * line.
 *
 * <p>{@link org.bootgrade.rubric.Scorer} puts rubric and findings together. It is pure, computes
 * with exact decimals, and never invents a zero: a criterion that nobody judged is an error.
 */
@NullMarked
package org.bootgrade.rubric;

import org.jspecify.annotations.NullMarked;
