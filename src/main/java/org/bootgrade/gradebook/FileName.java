package org.bootgrade.gradebook;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a download tells about who handed it in.
 *
 * <ul>
 *   <li>Canvas: {@code doejane_LATE_4711_990011_my kernel.zip}, which is the sortable name in lower
 *       case without anything but letters and digits, {@code LATE} where Canvas thinks so, the
 *       number of the user and that of the file (its {@code lib/content_zipper.rb}). Of an
 *       anonymous assignment it tells nobody: {@code anon_1XyZ2_990011_kernel.zip}.
 *   <li>Moodle: {@code Jane Doe_4711_assignsubmission_file_kernel.zip}, or a folder without what
 *       comes after {@code file}; the number is that of the participant in this assignment. With
 *       groups, {@code Lab 3-Jane Doe_…} (its {@code mod/assign/locallib.php}).
 *   <li>Gradescope: {@code submission_990011}; who it is says the file beside it.
 *   <li>Anything else is a login, an address, a number or a name, or ends in a login as GitHub
 *       Classroom's do: {@code double-faults-octocat}.
 * </ul>
 *
 * @param form who wrote the name
 * @param name the student's part of it, or all of it
 * @param number the number that the system has for the student, or empty
 * @param late whether the name says that it was late
 */
record FileName(Form form, String name, String number, boolean late) {

  enum Form {
    CANVAS,
    CANVAS_ANONYMOUS,
    MOODLE,
    GRADESCOPE,
    PLAIN
  }

  private static final Pattern CANVAS =
      Pattern.compile("([^_].*?)(_LATE)?_([0-9]{1,20})_([0-9]{1,20})_.+", Pattern.DOTALL);
  private static final Pattern ANONYMOUS =
      Pattern.compile(
          "(?:anon_[A-Za-z0-9]+|(LATE)_anon_[A-Za-z0-9]+)_([0-9]{1,20})_.+", Pattern.DOTALL);
  private static final Pattern MOODLE =
      Pattern.compile(
          "([^_]+)_([0-9]{1,20})_assignsubmission_(?:file|onlinetext)(?:_.*)?", Pattern.DOTALL);
  private static final Pattern GRADESCOPE = Pattern.compile("submission_([0-9]{1,20})");

  /** A name is what a file system takes at the most; whatever is longer tells nothing. */
  private static final int LONGEST = 512;

  /**
   * Reads a name.
   *
   * @param submission the file's or folder's name without extension
   */
  static FileName of(String submission) {
    if (submission.length() > LONGEST) {
      return new FileName(Form.PLAIN, submission, "", false);
    }
    Matcher moodle = MOODLE.matcher(submission);
    if (moodle.matches()) {
      return new FileName(Form.MOODLE, moodle.group(1), moodle.group(2), false);
    }
    Matcher anonymous = ANONYMOUS.matcher(submission);
    if (anonymous.matches()) {
      return new FileName(Form.CANVAS_ANONYMOUS, submission, "", anonymous.group(1) != null);
    }
    Matcher canvas = CANVAS.matcher(submission);
    if (canvas.matches()) {
      return new FileName(Form.CANVAS, canvas.group(1), canvas.group(3), canvas.group(2) != null);
    }
    Matcher gradescope = GRADESCOPE.matcher(submission);
    if (gradescope.matches()) {
      return new FileName(Form.GRADESCOPE, submission, "", false);
    }
    return new FileName(Form.PLAIN, submission, "", false);
  }

  /** Whether Canvas gave the name, and would have said in it that it was late. */
  boolean isOfCanvas() {
    return form == Form.CANVAS || form == Form.CANVAS_ANONYMOUS;
  }

  /** What somebody may write for a submission: its id, or the file's name with its extension. */
  static boolean names(String written, String submission) {
    if (written.equals(submission)) {
      return true;
    }
    return written.startsWith(submission)
        && written.substring(submission.length()).matches("(?i)\\.(zip|tar|tar\\.gz|tgz)");
  }
}
