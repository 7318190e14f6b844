package org.bootgrade.grading;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;

/**
 * Marks a grader's method that decides a criterion. The method may take a {@link Submission} and a
 * {@link Verdict}. It returns where the criterion holds; it fails by an assertion whose message is
 * for the student; and it aborts by a failed assumption where the criterion cannot be decided.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Test
public @interface Criterion {
  /** The criterion's id, as the rubric has it. */
  String value();
}
