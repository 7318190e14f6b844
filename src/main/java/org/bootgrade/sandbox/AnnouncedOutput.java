package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes apart, as it comes, what a script of ours prints: lines, of which some announce how many
 * bytes of any kind follow before the next line. Nothing of it is kept here. Behind what is not of
 * that form nothing more is taken.
 */
public abstract class AnnouncedOutput extends OutputStream {

  /** What a line says that is none of ours. */
  protected static final long WRONG = -1;

  /** No line of ours is longer. */
  private static final int LONGEST_LINE = 4096;

  private final StringBuilder line = new StringBuilder();
  private long left;
  private boolean wrong;

  /**
   * A line came.
   *
   * @param text without its end, one character for each byte
   * @return how many bytes follow it, or {@link #WRONG}
   */
  protected abstract long line(String text) throws IOException;

  /** Some of the bytes that were announced came. */
  protected abstract void body(byte[] bytes, int offset, int length) throws IOException;

  /** All bytes that were announced have come, also where these were none. */
  protected void bodyEnds() throws IOException {}

  /** Whether what came is of that form, and nothing of a line or of its bytes is missing. */
  protected boolean whole() {
    return !wrong && left == 0 && line.isEmpty();
  }

  @Override
  public final void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public final void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end && !wrong) {
      if (left > 0) {
        int part = (int) Math.min(left, end - at);
        left -= part;
        body(bytes, at, part);
        at += part;
        if (left == 0) {
          bodyEnds();
        }
      } else if (bytes[at] != '\n') {
        line.append((char) (bytes[at++] & 0xff));
        wrong = line.length() > LONGEST_LINE;
      } else {
        at++;
        announced();
      }
    }
  }

  private void announced() throws IOException {
    String text = line.toString();
    line.setLength(0);
    long follows = line(text);
    wrong = follows < 0;
    if (!wrong) {
      left = follows;
      if (left == 0) {
        bodyEnds();
      }
    }
  }
}
