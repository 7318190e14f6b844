package org.bootgrade.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A stream of the byte arrays that another thread adds. Unlike a PipedInputStream it wakes its
 * reader at once and does not mind which thread writes.
 */
final class ByteQueue extends InputStream {

  /**
   * Chunks waiting to be read; the writer waits beyond that, so a flooding command is throttled.
   */
  private static final int MAX_CHUNKS = 1024;

  private static final byte[] END = new byte[0];

  private final LinkedBlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>(MAX_CHUNKS);
  private byte @Nullable [] current;
  private int position;
  private volatile boolean ended;
  private volatile boolean closed;

  void add(byte[] bytes) {
    if (bytes.length > 0 && !closed) {
      put(bytes);
    }
  }

  /** Nothing more is added. Never waits. */
  void end() {
    ended = true;
    // Where there is no room the reader has more to read, and looks for itself afterwards.
    chunks.offer(END);
  }

  private void put(byte[] bytes) {
    try {
      while (!closed) {
        if (chunks.offer(bytes, 100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    byte[] bytes = current;
    if (bytes == null) {
      try {
        bytes = ended && chunks.isEmpty() ? END : chunks.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while reading a command's output");
      }
      current = bytes;
      position = 0;
    }
    if (bytes == END) {
      return -1;
    }
    int count = Math.min(length, bytes.length - position);
    System.arraycopy(bytes, position, into, offset, count);
    position += count;
    if (position == bytes.length) {
      current = null; // It may be megabytes, and the next may not come for long.
    }
    return count;
  }

  @Override
  public int available() {
    byte[] bytes = current;
    return bytes == null || bytes == END ? 0 : bytes.length - position;
  }

  @Override
  public void close() {
    closed = true;
    chunks.clear();
    chunks.offer(END);
  }
}
