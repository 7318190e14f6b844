package org.bootgrade.submission;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts what is read of a stream and refuses to read more than was granted: the archive library
 * keeps a header's long names in memory, however long the archive makes them. Remembers the bytes
 * read last: the library's entries have lost their header's exact bytes.
 */
final class Meter extends FilterInputStream {
  private final long limit;
  private final byte[] last;
  private long position;
  private long granted;

  /**
   * @param limit bytes that may be read in all
   * @param remembered how many of the bytes read last are remembered
   */
  Meter(InputStream in, long limit, int remembered) {
    super(in);
    this.limit = limit;
    this.last = new byte[remembered];
  }

  /** The bytes read last; zeros before the first. */
  byte[] last() {
    return last.clone();
  }

  private void remember(byte[] buffer, int end, int length) {
    int fresh = Math.min(length, last.length);
    System.arraycopy(last, fresh, last, 0, last.length - fresh);
    System.arraycopy(buffer, end - fresh, last, last.length - fresh, fresh);
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** Allows this many more bytes from here; what was granted before lapses. */
  void grant(long bytes) {
    granted = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n > 0) {
      position += n;
      granted -= n;
      remember(buffer, offset + n, n);
      if (position > limit) {
        throw new Refusal(
            "it unpacks to more than %,d bytes; remove what does not belong to the project"
                .formatted(limit));
      }
      if (granted < 0) {
        throw new Refusal(
            "it holds an entry with an absurdly long name or header; pack the project again");
      }
    }
    return n;
  }

  /** By reading, so that skipped bytes count and the end of the stream shows. */
  @Override
  public long skip(long bytes) throws IOException {
    byte[] buffer = new byte[8192];
    long skipped = 0;
    while (skipped < bytes) {
      int n = read(buffer, 0, (int) Math.min(buffer.length, bytes - skipped));
      if (n < 0) {
        break;
      }
      skipped += n;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
