/**
 * Everything between a scorecard and what is handed in to an LMS.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>Four files may say what no submission does: a roster, submission times, adjustments, and the
 * metadata that Gradescope puts beside its downloads. Each is read once, whole, by a reader that
 * says what is wrong with its line ({@link org.bootgrade.gradebook.GradebookError}). From there on
 * all is pure: {@link org.bootgrade.gradebook.Gradebook} finds out who handed in what, when, and
 * what follows from that for a score, and writes the table that Canvas and Moodle take. No clock is
 * asked; what depends on today ({@link org.bootgrade.gradebook.HiddenCriteria}) is given it.
 *
 * <p>Nobody is matched by a guess. Where two students or two submissions fit, none is taken, and
 * the instructor is told ({@link org.bootgrade.gradebook.Gradebook#problems}); a row of the roster
 * that names its submission settles it.
 *
 * <p>A score goes through these steps: what the criteria brought, the deduction for coming late,
 * the adjustments in the order of their file, and never below 0. What has no score stays without
 * one, unless an adjustment sets it.
 */
@NullMarked
package org.bootgrade.gradebook;

import org.jspecify.annotations.NullMarked;
