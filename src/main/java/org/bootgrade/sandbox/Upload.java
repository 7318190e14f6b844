package org.bootgrade.sandbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file to put into a workspace.
 *
 * @param path relative to the workspace, with {@code /}
 * @param content where its bytes are
 * @param executable whether it may be executed
 */
public record Upload(String path, Content content, boolean executable) {

  /** Where the bytes of an upload are. */
  public sealed interface Content {

    /** How many there are. */
    long size() throws IOException;

    /** Begins to read them. */
    InputStream open() throws IOException;
  }

  /** In memory. */
  record Held(byte[] bytes) implements Content {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** In a file, which must not change meanwhile: programs have megabytes, and there are many. */
  record Stored(Path file) implements Content {
    @Override
    public long size() throws IOException {
      return Files.size(file);
    }

    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }

  /** A plain file. */
  public static Upload file(String path, byte[] content) {
    return new Upload(path, new Held(content), false);
  }

  /** A plain file, read from another one when it is put. */
  public static Upload file(String path, Path content) {
    return new Upload(path, new Stored(content), false);
  }

  /** A shell script. */
  public static Upload script(String path, byte[] content) {
    return new Upload(path, new Held(content), true);
  }
}
