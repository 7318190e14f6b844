package org.bootgrade.contents;

import java.io.IOException;

/** Somebody sends more than is taken. */
public final class TooLarge extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param most how many bytes would be taken
   */
  public TooLarge(long most) {
    super("more than %d bytes".formatted(most));
  }
}
