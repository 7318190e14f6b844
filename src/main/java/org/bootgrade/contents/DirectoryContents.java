package org.bootgrade.contents;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.UUID;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in a folder, which may be a mount that several machines share: {@code ab/cdef…} holds
 * what has the digest {@code abcdef…}. A file is written under another name in {@code new/}, and
 * gets its own by a rename when all of it is on the disk; what is left in there was being written
 * when its process ended.
 */
public final class DirectoryContents implements Contents {

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryContents.class);

  private static final int CHUNK = 64 << 10;

  private final Path folder;

  /**
   * @param folder made where it is not there
   */
  public DirectoryContents(Path folder) {
    this.folder = folder;
  }

  @Override
  public Content put(InputStream bytes, long most) throws IOException, InfrastructureFailure {
    Path unfinished = folder.resolve("new").resolve(UUID.randomUUID().toString());
    MessageDigest digest = DigestUtils.getSha256Digest();
    long size = 0;
    try {
      try (FileChannel file = create(unfinished)) {
        byte[] chunk = new byte[CHUNK];
        // What the sender does wrong is thrown as it is; what the disk does, is not.
        for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
          size += read;
          if (size > most) {
            throw new TooLarge(most);
          }
          digest.update(chunk, 0, read);
          append(file, ByteBuffer.wrap(chunk, 0, read));
        }
        force(file);
      }
      Content content = new Content(Hex.encodeHexString(digest.digest()), size);
      name(unfinished, content.digest());
      return content;
    } finally {
      remove(unfinished);
    }
  }

  private static void remove(Path unfinished) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      // Nobody takes it for anything; what came of it before is what the caller has to know.
      LOG.warn("{} could not be removed", unfinished, e);
    }
  }

  private FileChannel create(Path file) throws InfrastructureFailure {
    try {
      Files.createDirectories(file.getParent());
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private void append(FileChannel file, ByteBuffer bytes) throws InfrastructureFailure {
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private void force(FileChannel file) throws InfrastructureFailure {
    try {
      file.force(true);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private void name(Path unfinished, String digest) throws InfrastructureFailure {
    Path file = path(digest);
    try {
      if (Files.isRegularFile(file)) {
        return;
      }
      Files.createDirectories(file.getParent());
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      // The name is on the disk no sooner than its folder is.
      try (FileChannel parent = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
        parent.force(true);
      }
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  @Override
  public InputStream open(String digest) throws InfrastructureFailure {
    try {
      return Files.newInputStream(path(digest));
    } catch (IOException e) {
      throw notRead(digest, e);
    }
  }

  @Override
  public void copy(String digest, Path file) throws InfrastructureFailure {
    MessageDigest seen = DigestUtils.getSha256Digest();
    try (InputStream in = open(digest);
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      byte[] chunk = new byte[CHUNK];
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        seen.update(chunk, 0, read);
        out.write(chunk, 0, read);
      }
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException("%s is there already".formatted(file), e);
    } catch (IOException e) {
      throw notRead(digest, e);
    }
    if (!Hex.encodeHexString(seen.digest()).equals(digest)) {
      throw new InfrastructureFailure(
          "%s is damaged: its content does not have that digest".formatted(path(digest)),
          "Restore it from a back-up, or hand the submission in again.");
    }
  }

  private Path path(String digest) {
    if (!Content.isDigest(digest)) {
      throw new IllegalArgumentException("no SHA-256: " + digest);
    }
    return folder.resolve(digest.substring(0, 2)).resolve(digest.substring(2));
  }

  private InfrastructureFailure notWritten(IOException e) {
    return new InfrastructureFailure(
        "the store %s could not be written (%s)".formatted(folder, FileTrouble.reason(e, folder)),
        "See that the folder can be written and the disk is not full.",
        e);
  }

  private InfrastructureFailure notRead(String digest, IOException e) {
    Path file = path(digest);
    return e instanceof NoSuchFileException
        ? new InfrastructureFailure(
            "%s is not there".formatted(file),
            "See that all of the service's processes use the same store, or restore it from a back-up.",
            e)
        : new InfrastructureFailure(
            "%s could not be read (%s)".formatted(file, FileTrouble.reason(e, file)),
            "See that the folder can be read and the disk is not full.",
            e);
  }
}
