package org.bootgrade.submission;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A zip's bytes, read by us and on behalf of the archive library. The library reads the whole
 * central directory into memory whatever the zip declares, so until {@link #lift} both the bytes
 * and the calls it may make are bounded: each entry costs it several of both.
 */
final class ZipBytes implements SeekableByteChannel {
  private final SeekableByteChannel file;
  private long calls;
  private long bytes;

  private ZipBytes(SeekableByteChannel file) {
    this.file = file;
  }

  /** With nothing that may be read yet. */
  static ZipBytes open(Path archive) throws ReadFault {
    try {
      return new ZipBytes(Files.newByteChannel(archive));
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  /** Allows so many calls and bytes from here; what was allowed before lapses. */
  void bound(long calls, long bytes) {
    this.calls = calls;
    this.bytes = bytes;
  }

  /** Ends the bounds: the directory has been read. */
  void lift() {
    calls = Long.MAX_VALUE;
    bytes = Long.MAX_VALUE;
  }

  /** The bytes from a place on, to be read as a zip's numbers are; damage if there are fewer. */
  ByteBuffer at(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    position(position);
    while (buffer.hasRemaining()) {
      if (read(buffer) < 0) {
        throw new IOException("the zip ends within a header");
      }
    }
    return buffer.flip();
  }

  @Override
  public int read(ByteBuffer buffer) throws IOException {
    int n;
    try {
      n = file.read(buffer);
    } catch (IOException e) {
      throw new ReadFault(e);
    }
    calls--;
    bytes -= Math.max(n, 0);
    if (calls < 0 || bytes < 0) {
      throw new Refusal("it lists far too many entries; pack only the project's own files");
    }
    return n;
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public int write(ByteBuffer buffer) {
    throw new UnsupportedOperationException("only read");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException("only read");
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
