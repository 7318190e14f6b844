package org.bootgrade.contents;

import java.io.IOException;

/** Somebody sends more than is taken. */
public final class TooLarge extends IOException {

  private static final long serialVersionUID = 1L;

  private final long most;

  /**
   * @param most how many bytes would be taken
   */
  public TooLarge(long most) {
    super("more than %d bytes".formatted(most));
    this.most = most;
  }

  /** How many bytes would be taken. */
  public long most() {
    return most;
  }
}
