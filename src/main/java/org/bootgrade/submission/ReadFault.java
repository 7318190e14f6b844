package org.bootgrade.submission;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The operating system could not read the submission: our fault, whatever the bytes would say. */
final class ReadFault extends IOException {
  private static final long serialVersionUID = 1L;

  ReadFault(Exception cause) {
    super(cause);
  }

  /** Marks every error of a stream that reads straight from the disk. */
  static InputStream marking(InputStream disk) {
    return new FilterInputStream(disk) {
      @Override
      public int read() throws IOException {
        try {
          return in.read();
        } catch (IOException e) {
          throw new ReadFault(e);
        }
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
          return in.read(buffer, offset, length);
        } catch (IOException e) {
          throw new ReadFault(e);
        }
      }
    };
  }
}
