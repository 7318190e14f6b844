package org.bootgrade.sandbox;

/**
 * A file to put into a workspace.
 *
 * @param path relative to the workspace, with {@code /}
 * @param content its bytes
 * @param executable whether it may be executed
 */
public record Upload(String path, byte[] content, boolean executable) {

  /** A plain file. */
  public static Upload file(String path, byte[] content) {
    return new Upload(path, content, false);
  }

  /** A shell script. */
  public static Upload script(String path, byte[] content) {
    return new Upload(path, content, true);
  }
}
