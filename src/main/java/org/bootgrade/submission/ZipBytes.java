package org.bootgrade.submission;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A zip's bytes, read on behalf of the archive library. The library reads the whole central
 * directory into memory whatever the zip declares, so until {@link #lift} both the bytes and the
 * calls it may make are bounded: each entry costs it several of both.
 */
final class ZipBytes implements SeekableByteChannel {
  private final SeekableByteChannel file;
  private long calls;
  private long bytes;

  private ZipBytes(SeekableByteChannel file, long calls, long bytes) {
    this.file = file;
    this.calls = calls;
    this.bytes = bytes;
  }

  static ZipBytes open(Path archive, long calls, long bytes) throws ReadFault {
    try {
      return new ZipBytes(Files.newByteChannel(archive), calls, bytes);
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  /** Ends the bounds: the directory has been read. */
  void lift() {
    calls = Long.MAX_VALUE;
    bytes = Long.MAX_VALUE;
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
