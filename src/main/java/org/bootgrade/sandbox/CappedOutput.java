package org.bootgrade.sandbox;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Refuses to become larger than it may. */
final class CappedOutput extends FilterOutputStream {

  private final long cap;
  private long written;

  CappedOutput(OutputStream out, long cap) {
    super(out);
    this.cap = cap;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    written += length;
    if (written > cap) {
      throw new IOException("larger than the " + cap + " bytes that are taken");
    }
    out.write(bytes, offset, length);
  }
}
