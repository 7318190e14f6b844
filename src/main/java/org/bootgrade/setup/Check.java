package org.bootgrade.setup;

/**
 * One thing {@code doctor} looked at.
 *
 * @param area what needs it: {@code machine}, {@code containers} or {@code process sandbox}
 * @param name what was looked at
 * @param state how it is
 * @param detail what was found
 * @param mend what to do about it; empty when it is {@link State#OK}
 */
public record Check(String area, String name, State state, String detail, String mend) {
  /** How a thing is. */
  public enum State {
    /** There, and fit for use. */
    OK,
    /** There, but less than advisable; or not there, and made when needed. */
    WARNING,
    /** Not there; what needs it cannot work. */
    MISSING
  }

  static Check ok(String area, String name, String detail) {
    return new Check(area, name, State.OK, detail, "");
  }

  static Check warning(String area, String name, String detail, String mend) {
    return new Check(area, name, State.WARNING, detail, mend);
  }

  static Check missing(String area, String name, String detail, String mend) {
    return new Check(area, name, State.MISSING, detail, mend);
  }
}
