package org.bootgrade.submission;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * A submission that can be listed and then read once: one implementation per format. Errors are a
 * {@link Refusal}, a {@link ReadFault}, or any other {@link IOException} for damaged content.
 */
interface Container extends Closeable {
  /** All entries, or at least those that are not left out, with bounded memory. */
  Listing list() throws IOException, InfrastructureFailure;

  /**
   * Hands the contents of files to the writer.
   *
   * @param wanted entry numbers of {@link #list()} and the paths the contents are written to
   */
  void extract(Map<Integer, String> wanted, TreeWriter writer)
      throws IOException, InfrastructureFailure;

  /** The bytes on disk that the contents are unpacked from; 0 where nothing is packed. */
  long packedBytes() throws IOException;
}
