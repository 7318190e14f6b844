package org.bootgrade.evidence;

/**
 * Something of ours failed: the engine, the disk, the emulator, a grader. It says nothing about the
 * submission, so it never becomes a score; whoever catches it retries a bounded number of times and
 * then reports the submission as not graded.
 */
public final class InfrastructureFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final String mend;

  /**
   * @param what what happened and where, in one sentence
   * @param mend what to do next, in one sentence
   */
  public InfrastructureFailure(String what, String mend) {
    super(what);
    this.mend = mend;
  }

  /**
   * @param what what happened and where, in one sentence
   * @param mend what to do next, in one sentence
   * @param cause the error underneath; its message is for the log, not for a person
   */
  public InfrastructureFailure(String what, String mend, Throwable cause) {
    super(what, cause);
    this.mend = mend;
  }

  /** What to do next, in one sentence. */
  public String mend() {
    return mend;
  }

  /** What happened, where. Never null, unlike the method it overrides. */
  @Override
  public String getMessage() {
    String message = super.getMessage();
    return message == null ? "" : message;
  }
}
