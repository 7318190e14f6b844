package org.bootgrade.submission;

/**
 * What a reader found under one name.
 *
 * @param index the reader's number for it
 * @param name as the container spells it; bytes that are no UTF-8 are U+FFFD
 * @param detail the name a link holds, or for {@link Kind#UNUSABLE} what is wrong and what to do
 */
record Entry(int index, String name, Kind kind, String detail) {
  enum Kind {
    FILE,
    FOLDER,
    /** Names a path relative to the folder it lies in. */
    SYMBOLIC_LINK,
    /** Names another entry of the archive. */
    HARD_LINK,
    /** A rejection, unless the entry is left out anyway. */
    UNUSABLE
  }

  boolean isFolder() {
    return kind == Kind.FOLDER;
  }

  boolean isLink() {
    return kind == Kind.SYMBOLIC_LINK || kind == Kind.HARD_LINK;
  }
}
