package org.bootgrade.evidence;

import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * Evidence that lies in a store: its document, which is taken apart when somebody asks for what it
 * says, and beside it what was worked out from that, so that it need not be worked out again. Not
 * for use by several threads.
 */
public final class StoredEvidence {

  private final EvidenceStore store;
  private final byte[] document;
  private final @Nullable String submission;
  private final boolean keeps;
  private @Nullable Evidence evidence;

  /** Of the document; a large part of the work where all that is wanted of it is kept. */
  private @Nullable String digest;

  StoredEvidence(
      EvidenceStore store,
      byte[] document,
      @Nullable String submission,
      boolean keeps,
      @Nullable Evidence evidence) {
    this.store = store;
    this.document = document;
    this.submission = submission;
    this.keeps = keeps;
    this.evidence = evidence;
  }

  /**
   * What the document says.
   *
   * @throws InfrastructureFailure as for {@link EvidenceStore#read(String)}
   */
  public Evidence evidence() throws InfrastructureFailure {
    Evidence read = evidence;
    if (read == null) {
      read = store.read(document, submission);
      evidence = read;
    }
    return read;
  }

  /** The same, to which nothing is written. */
  public StoredEvidence unchanged() {
    return new StoredEvidence(store, document, submission, false, evidence);
  }

  /** Whether it is evidence of the submission that it is wanted of. */
  public boolean isOf(String digest) {
    return digest.equals(submission);
  }

  /**
   * What was worked out from this document and some more, if it was, and from just the same.
   *
   * @param what its name, which is a file's
   * @param type of what was kept
   * @param from what it rests on besides the document: all of it, written as JSON to be compared
   */
  public <T> Optional<T> kept(String what, Class<T> type, Object... from) {
    return store.kept(what).read(type, key(from));
  }

  /**
   * Keeps what was worked out from this document and some more, unless nothing is to be written.
   *
   * @param value a record
   * @param from as for {@link #kept}
   * @throws InfrastructureFailure when the disk fails
   */
  public void keep(String what, Object value, Object... from) throws InfrastructureFailure {
    if (keeps) {
      store.kept(what).write(key(from), value);
    }
  }

  private String key(Object... from) {
    String known = digest;
    if (known == null) {
      known = DigestUtils.sha256Hex(document);
      digest = known;
    }
    return EvidenceStore.key(known, from);
  }
}
