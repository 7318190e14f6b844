package org.bootgrade.corpus;

/** A file of the corpus is wrong. The message names file, line and mutant. */
final class CorpusError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CorpusError(String message, Throwable cause) {
    super(message, cause);
  }
}
