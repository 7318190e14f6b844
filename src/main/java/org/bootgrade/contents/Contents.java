package org.bootgrade.contents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.bootgrade.evidence.InfrastructureFailure;

/** A store of bytes under their own digests. Safe for use by several threads and processes. */
public interface Contents {

  /**
   * Keeps bytes, unless they are kept already.
   *
   * @param bytes read to the end, and not closed
   * @param most how many there may be
   * @return what they are kept as; from then on they outlast an end of the process and the machine
   * @throws TooLarge when there are more; nothing is kept then
   * @throws IOException when the bytes cannot be read: the fault of whoever sends them
   * @throws InfrastructureFailure when they cannot be written
   */
  Content put(InputStream bytes, long most) throws IOException, InfrastructureFailure;

  /**
   * Opens what is kept. It is not compared with its digest.
   *
   * @throws InfrastructureFailure when it is not there, or cannot be read
   */
  InputStream open(String digest) throws InfrastructureFailure;

  /**
   * Copies what is kept to a file, and sees that it is what it was.
   *
   * @param file that is not there yet
   * @throws InfrastructureFailure when it is not there, cannot be read or written, or is damaged
   */
  void copy(String digest, Path file) throws InfrastructureFailure;
}
