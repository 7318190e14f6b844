package org.bootgrade.grading;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Marks a class as a grader of an assignment. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(EvidenceResolver.class)
public @interface Assignment {
  /** The assignment's id, as its rubric has it. */
  String value();
}
