package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import org.bootgrade.evidence.BuildRecord.BuildFailure;

/**
 * The submission cannot be built as a whole, and that is its own doing or beyond what bootgrade
 * supports.
 */
final class BuildRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /** A parser quotes a number of a million digits whole. */
  private static final int LONGEST_QUOTE = 300;

  private final transient BuildFailure failure;

  BuildRefused(String reason) {
    this(reason, "");
  }

  BuildRefused(String reason, String log) {
    super(reason);
    this.failure = new BuildFailure(reason, log);
  }

  /**
   * A file that cannot be read as data.
   *
   * @param path the file in the submission
   * @param form what it should be, for example TOML
   * @param e what its parser said, which may quote the file and need not know a line
   * @param mend what to do
   */
  static BuildRefused unreadable(String path, String form, JsonProcessingException e, String mend) {
    JsonLocation where = e.getLocation();
    String said =
        e instanceof StreamConstraintsException
            ? "it is nested deeper, or holds a longer number or text, than anything that cargo is"
                + " known to need"
            : e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    return new BuildRefused(
        "%s%s is not valid %s: %s. %s"
            .formatted(
                path,
                where == null ? "" : " line " + where.getLineNr(),
                form,
                said.length() > LONGEST_QUOTE ? said.substring(0, LONGEST_QUOTE) + "…" : said,
                mend));
  }

  BuildFailure failure() {
    return failure;
  }
}
