package org.bootgrade.source;

/**
 * A leaf of a syntax tree.
 *
 * @param kind what it is
 * @param text as it stands in the file; of a raw identifier without {@code r#}
 * @param start its first byte
 * @param end one past its last byte
 */
record Leaf(Kind kind, String text, int start, int end) {

  /** What a leaf can be. */
  enum Kind {
    /** An identifier or a keyword. */
    WORD,
    /** A literal of a string, byte string or character. */
    STRING,
    /** A comment with its marks. */
    COMMENT,
    /** All else: a bracket, an operator, a number. */
    MARK
  }

  boolean word(String wanted) {
    return kind == Kind.WORD && text.equals(wanted);
  }

  boolean mark(String wanted) {
    return kind == Kind.MARK && text.equals(wanted);
  }
}
