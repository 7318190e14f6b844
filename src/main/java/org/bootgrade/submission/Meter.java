package org.bootgrade.submission;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is read of a stream and refuses to read more than was granted: the archive library
 * keeps a header's long names in memory, however long the archive makes them. Keeps headers as they
 * were read, too: the library's entries have lost their exact bytes.
 */
final class Meter extends FilterInputStream {
  private final long limit;
  private @Nullable ByteArrayOutputStream kept;
  private long position;
  private long granted;

  /**
   * @param limit bytes that may be read in all
   */
  Meter(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** Allows this many more bytes from here; what was granted before lapses. */
  void grant(long bytes) {
    granted = bytes;
    kept = null;
  }

  /** As {@link #grant}, and keeps what is read from here for {@link #kept}. */
  void grantAndKeep(long bytes) {
    granted = bytes;
    kept = new ByteArrayOutputStream();
  }

  /** All bytes read since {@link #grantAndKeep}. */
  byte[] kept() {
    return kept == null ? new byte[0] : kept.toByteArray();
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
      if (position > limit) {
        throw new Refusal(
            "it unpacks to more than %,d bytes; remove what does not belong to the project"
                .formatted(limit));
      }
      if (granted < 0) {
        throw new Refusal(
            "it holds an entry with an absurdly long name or header; pack the project again");
      }
      if (kept != null) {
        kept.write(buffer, offset, n);
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
