package org.bootgrade.report;

/** Whom the page of a submission is for. */
public enum Audience {
  /**
   * Whoever handed it in. The page shows no flags, and it can be passed on by itself: it has no
   * link to any other file.
   */
  STUDENT,
  /**
   * Whoever grades. The page shows flags, and lies in the submission's folder of the output: it
   * links to the files of the evidence and to the class.
   */
  INSTRUCTOR
}
