package org.bootgrade.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs uploads into a tar stream in memory. */
final class Tar {

  private static final int FILE_MODE = 0644;
  private static final int SCRIPT_MODE = 0755;

  private Tar() {}

  static byte[] of(List<Upload> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
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
}
