/**
 * What graders import, and the runner that runs them.
 *
 * <h2>Theory of operation</h2>
 *
 * <p>A grader is a JUnit 5 class. Its test methods carry {@link org.bootgrade.grading.Criterion};
 * what they take as parameters is taken from stored evidence, and a failed assertion's message is
 * the student's feedback. The runner starts one JUnit Platform launcher session for each
 * submission, with nothing registered but what it names itself, and turns what the session reports
 * into {@link org.bootgrade.grading.Finding}s. Graders are pure: no container, no emulator, no
 * clock.
 *
 * <p>A grader that throws anything but an assertion error has failed itself, and then there is no
 * score: the runner reports an infrastructure failure. So does a run in which no grader ran.
 */
@NullMarked
package org.bootgrade.grading;

import org.jspecify.annotations.NullMarked;
