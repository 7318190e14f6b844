package org.bootgrade.submission;

/**
 * A file of a {@link SourceTree}.
 *
 * @param path relative to the tree's root, names separated by {@code /}, never empty, without
 *     {@code .} and {@code ..}
 * @param size in bytes
 * @param digest {@code sha256:} and the hexadecimal SHA-256 of the content
 */
public record SourceFile(String path, long size, String digest) {
  /** The last name of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
