package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TarTest {

  /** One entry as it was read back. */
  private record Found(String name, String text, int mode) {}

  @TempDir Path folder;

  private static List<Found> read(InputStream tar) throws IOException {
    List<Found> found = new ArrayList<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(tar, "UTF-8")) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(entry.isDirectory() || entry.isFile()).isTrue();
        found.add(
            new Found(
                entry.getName(), new String(in.readAllBytes(), UTF_8), entry.getMode() & 0777));
      }
    }
    return found;
  }

  private interface Entries {
    void write(TarArchiveOutputStream out) throws IOException;
  }

  private List<Found> kept(Entries entries) throws IOException {
    Path from = folder.resolve("from.tar");
    Path to = folder.resolve("to.tar");
    try (TarArchiveOutputStream out =
        new TarArchiveOutputStream(Files.newOutputStream(from), "UTF-8")) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      entries.write(out);
    }
    Tar.keepPlainFiles(from, to);
    return read(Files.newInputStream(to));
  }

  private static void file(TarArchiveOutputStream out, String name, int mode) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setMode(mode);
    entry.setSize(4);
    entry.setLastModifiedTime(FileTime.fromMillis(1_700_000_000_123L));
    out.putArchiveEntry(entry);
    out.write("text".getBytes(UTF_8));
    out.closeArchiveEntry();
  }

  private static void special(TarArchiveOutputStream out, String name, byte type)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    entry.setLinkName("plain");
    out.putArchiveEntry(entry);
    out.closeArchiveEntry();
  }

  @Test
  void uploadsArePackedWithTheirFolders() throws IOException {
    List<Upload> files =
        List.of(
            Upload.file("a/b/file", "one".getBytes(UTF_8)),
            Upload.script("run.sh", "two".getBytes(UTF_8)),
            Upload.file("x".repeat(300), Files.writeString(folder.resolve("content"), "three")));
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Tar.write(files, FileTime.fromMillis(1), tar);
    assertThat(Tar.size(files, FileTime.fromMillis(1))).isEqualTo(tar.size());
    assertThat(read(new ByteArrayInputStream(tar.toByteArray())))
        .containsExactly(
            new Found("a/", "", 0755),
            new Found("a/b/", "", 0755),
            new Found("a/b/file", "one", 0644),
            new Found("run.sh", "two", 0755),
            new Found("x".repeat(300), "three", 0644));
  }

  @Test
  void plainFilesAndFoldersAreKeptWithoutTheirPrivileges() throws IOException {
    List<Found> found =
        kept(
            out -> {
              special(out, "folder/", TarConstants.LF_DIR);
              file(out, "folder/plain", 0600);
              file(out, "./run", 06755);
              file(out, "n\u00e4me" + "x".repeat(200), 0666);
            });
    assertThat(found)
        .containsExactly(
            new Found("folder/", "", 0755),
            new Found("folder/plain", "text", 0644),
            new Found("./run", "text", 0755),
            new Found("n\u00e4me" + "x".repeat(200), "text", 0644));
  }

  @Test
  void linksAndDevicesAreLeftOut() throws IOException {
    List<Found> found =
        kept(
            out -> {
              special(out, "symlink", TarConstants.LF_SYMLINK);
              special(out, "hardlink", TarConstants.LF_LINK);
              special(out, "character", TarConstants.LF_CHR);
              special(out, "block", TarConstants.LF_BLK);
              special(out, "pipe", TarConstants.LF_FIFO);
              special(out, "volume", (byte) 'V');
              special(out, "dump", (byte) 'D');
              special(out, "continued", (byte) 'M');
              special(out, "unknown", (byte) 'Z');
              file(out, "plain", 0644);
            });
    assertThat(found).extracting(Found::name).containsExactly("plain");
  }

  @Test
  @Timeout(20)
  void aTarOfAFileWithHolesIsRefusedUnread() throws IOException {
    Path from = folder.resolve("sparse.tar");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
      TarArchiveEntry entry = new TarArchiveEntry("holes", true);
      // Set under another name first: the library would not write this one.
      entry.addPaxHeader("XXX.sparse.size", "2000000000");
      entry.addPaxHeader("XXX.sparse.numblocks", "1");
      entry.addPaxHeader("XXX.sparse.map", "0,0");
      out.putArchiveEntry(entry);
      out.closeArchiveEntry();
      file(out, "plain", 0644);
    }
    String tar = bytes.toString(ISO_8859_1).replace("XXX.sparse", "GNU.sparse");
    Files.write(from, tar.getBytes(ISO_8859_1));

    assertThatThrownBy(() -> Tar.keepPlainFiles(from, folder.resolve("to.tar")))
        .isInstanceOf(IOException.class)
        .hasMessage("the tar holds a file with holes");
  }

  @Test
  void namesThatLeaveTheFolderAreLeftOut() throws IOException {
    List<Found> found =
        kept(
            out -> {
              file(out, "/etc/passwd", 0644);
              file(out, "//etc/passwd", 0644);
              file(out, "../up", 0644);
              file(out, "a/../../up", 0644);
              file(out, "a/..", 0644);
              file(out, "..", 0644);
              file(out, "a/..b/c..", 0644);
            });
    assertThat(found).extracting(Found::name).containsExactly("a/..b/c..");
  }

  @Test
  void modificationTimesAreKept() throws IOException {
    kept(out -> file(out, "plain", 0644));
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(Files.newInputStream(folder.resolve("to.tar")), "UTF-8")) {
      assertThat(in.getNextEntry().getLastModifiedTime().toMillis() / 1000)
          .isEqualTo(1_700_000_000L);
    }
  }
}
