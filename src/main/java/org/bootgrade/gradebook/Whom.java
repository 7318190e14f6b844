package org.bootgrade.gradebook;

/**
 * Whom a row of a table is about.
 *
 * @param submission a submission as its file is called, or empty
 * @param student a student by id, login, email or name, or empty
 * @param line the row's line
 */
record Whom(String submission, String student, int line) {

  /** As messages call them. */
  String called() {
    return Troubles.quote(submission.isEmpty() ? student : submission);
  }
}
