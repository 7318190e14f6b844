package org.bootgrade.gradebook;

import java.util.List;

/**
 * A student as the roster has them. What the roster does not say is empty.
 *
 * @param line the row's line in the roster
 * @param name as people write it: {@code Jane Doe} or {@code Doe, Jane}
 * @param lastName the family name, where the roster has it apart
 * @param firstName the given names, where the roster has them apart
 * @param canvasId the number of Canvas's own
 * @param id the number or name that the university gave: Canvas's SIS User ID, Moodle's ID number,
 *     Gradescope's SID
 * @param login the name with which the student logs in
 * @param email the address
 * @param section the section or sections
 * @param groups the groups that Moodle lists, which need not be teams
 * @param group the team that hands in together
 * @param participant Moodle's number of the student in this assignment
 * @param submission the submission that the roster names
 */
public record Student(
    int line,
    String name,
    String lastName,
    String firstName,
    String canvasId,
    String id,
    String login,
    String email,
    String section,
    List<String> groups,
    String group,
    String participant,
    String submission) {

  public Student {
    groups = List.copyOf(groups);
  }

  /** How messages call them: the name, or what else there is. */
  public String called() {
    return List.of(name, login, email, id, canvasId, "line " + line).stream()
        .filter(s -> !s.isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
