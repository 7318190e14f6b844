package org.bootgrade.sandbox;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Packs uploads into a tar, and takes apart what others packed. */
final class Tar {

  private static final int FILE_MODE = 0644;
  private static final int SCRIPT_MODE = 0755;

  private Tar() {}

  /**
   * Packs files.
   *
   * @param now when they are said to have been changed. Not the epoch: cargo takes a source older
   *     than its object for unchanged
   * @throws IOException when a file cannot be read, or the stream does not take it
   */
  static void write(List<Upload> files, FileTime now, OutputStream to) throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(to, "UTF-8");
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
      entry.setModTime(now);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    for (Upload file : files) {
      TarArchiveEntry entry = new TarArchiveEntry(file.path());
      entry.setSize(file.content().size());
      entry.setMode(file.executable() ? SCRIPT_MODE : FILE_MODE);
      entry.setModTime(now);
      tar.putArchiveEntry(entry);
      try (InputStream content = file.content().open()) {
        content.transferTo(tar);
      }
      tar.closeArchiveEntry();
    }
    tar.finish();
  }

  private static final class Count extends OutputStream {
    private long bytes;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] values, int offset, int length) {
      bytes += length;
    }
  }

  /** How many bytes {@link #write} writes. */
  static long size(List<Upload> files, FileTime now) throws IOException {
    Count count = new Count();
    write(files, now, count);
    return count.bytes;
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
