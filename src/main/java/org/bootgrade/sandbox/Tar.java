package org.bootgrade.sandbox;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Packs uploads into a tar stream in memory. */
final class Tar {

  private static final int FILE_MODE = 0644;
  private static final int SCRIPT_MODE = 0755;

  /** About what a file takes besides its content, and what the end of a tar is filled up to. */
  private static final int HEADERS = 2048;

  private static final int BLOCK = 10240;

  private Tar() {}

  static byte[] of(List<Upload> files) {
    // Programs have megabytes, and a buffer that grows has up to twice as many.
    int content = files.stream().mapToInt(f -> f.content().length + HEADERS).sum();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content + BLOCK);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      TreeSet<String> folders = new TreeSet<>();
      for (Upload file : files) {
        for (int slash = file.path().indexOf('/');
            slash > 0;
            slash = file.path().indexOf('/', slash + 1)) {
          folders.add(file.path().substring(0, slash + 1));
        }
      }
      for (String folder : folders) {
        TarArchiveEntry entry = new TarArchiveEntry(folder);
        entry.setModTime(System.currentTimeMillis());
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
      for (Upload file : files) {
        TarArchiveEntry entry = new TarArchiveEntry(file.path());
        entry.setSize(file.content().length);
        entry.setMode(file.executable() ? SCRIPT_MODE : FILE_MODE);
        // Now, and not the epoch: cargo takes a source older than its object for unchanged.
        entry.setModTime(System.currentTimeMillis());
        tar.putArchiveEntry(entry);
        tar.write(file.content());
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a tar stream in memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Copies a tar, leaving out everything but plain files and folders under relative names, and
   * every owner. What made the first one is not trusted.
   *
   * @throws IOException if it is no whole tar, holds a sparse file, or the disk fails
   */
  static void keepPlainFiles(Path from, Path to) throws IOException {
    try (TarArchiveInputStream in =
            new TarArchiveInputStream(
                new BufferedInputStream(Files.newInputStream(from), 1 << 20), "UTF-8");
        TarArchiveOutputStream out =
            new TarArchiveOutputStream(
                new BufferedOutputStream(Files.newOutputStream(to), 1 << 20), "UTF-8")) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      TarArchiveEntry entry;
      while ((entry = in.getNextEntry()) != null) {
        String name = entry.getName();
        if (entry.isSparse()) {
          // Nobody asked for one, and even to skip it all of its holes are read, for years if it
          // says
          // so.
          throw new IOException("the tar holds a file with holes");
        }
        boolean inside = !name.startsWith("/") && !List.of(name.split("/", -1)).contains("..");
        if (!inside || !isPlain(entry)) {
          continue;
        }
        TarArchiveEntry copy = new TarArchiveEntry(name);
        boolean executable = (entry.getMode() & 0100) != 0;
        copy.setMode(entry.isDirectory() || executable ? SCRIPT_MODE : FILE_MODE);
        // Cargo compares these.
        copy.setLastModifiedTime(entry.getLastModifiedTime());
        if (!entry.isDirectory()) {
          copy.setSize(entry.getSize());
        }
        out.putArchiveEntry(copy);
        if (!entry.isDirectory()) {
          in.transferTo(out);
        }
        out.closeArchiveEntry();
      }
    }
  }

  /** By name, as for the library everything is a file that it does not know as something else. */
  private static boolean isPlain(TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_DIR,
          TarConstants.LF_NORMAL,
          TarConstants.LF_OLDNORM,
          TarConstants.LF_CONTIG ->
          true;
      default -> false;
    };
  }
}
