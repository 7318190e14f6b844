package org.bootgrade.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.bootgrade.fuzz.Damage;
import org.bootgrade.fuzz.Within;

/** What leaves a container is plain files under names that stay inside, or an error. */
class ExtractionPropertiesTest {

  /** The kinds of files and folders. */
  private static final String PLAIN = "057\0";

  /** An entry of a hostile tar. */
  private record Made(String name, byte type, int mode, long seconds, String content) {}

  @Provide
  Arbitrary<List<Made>> entries() {
    Arbitrary<String> names =
        Arbitraries.of(
            "a",
            "b/c",
            "./d",
            "../up",
            "/etc/x",
            "a/../../up",
            "..",
            "",
            ".",
            "é",
            "a//b",
            "x\ny",
            "z".repeat(200),
            "folder/",
            "a\\b");
    Arbitrary<Byte> types =
        Arbitraries.of(
            TarConstants.LF_NORMAL,
            TarConstants.LF_NORMAL,
            TarConstants.LF_OLDNORM,
            TarConstants.LF_CONTIG,
            TarConstants.LF_DIR,
            TarConstants.LF_SYMLINK,
            TarConstants.LF_LINK,
            TarConstants.LF_CHR,
            TarConstants.LF_BLK,
            TarConstants.LF_FIFO,
            TarConstants.LF_GNUTYPE_SPARSE,
            (byte) 'V',
            (byte) 'M',
            (byte) 'D',
            (byte) 'Z');
    return Combinators.combine(
            names,
            types,
            Arbitraries.of(0, 0644, 0755, 06777),
            Arbitraries.of(0L, 1_700_000_000L, -5L, 1L << 33, 1L << 40, -(1L << 40)),
            Arbitraries.of("", "text", "x".repeat(600)))
        .as(Made::new)
        .list()
        .ofMaxSize(6);
  }

  private static byte[] tar(List<Made> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Made made : entries) {
        TarArchiveEntry entry = new TarArchiveEntry(made.name(), made.type(), true);
        boolean content = !entry.isDirectory() && made.type() == TarConstants.LF_NORMAL;
        entry.setMode(made.mode());
        entry.setLastModifiedTime(FileTime.from(java.time.Instant.ofEpochSecond(made.seconds())));
        entry.setLinkName("/etc/passwd");
        entry.setSize(content ? made.content().length() : 0);
        out.putArchiveEntry(entry);
        if (content) {
          out.write(made.content().getBytes(UTF_8));
        }
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** What is kept of a tar; empty where it is refused. */
  private static List<TarArchiveEntry> kept(byte[] tar) throws IOException {
    Path from = Files.createTempFile("bootgrade-from-", ".tar");
    Path to = Files.createTempFile("bootgrade-to-", ".tar");
    try {
      Files.write(from, tar);
      boolean refused =
          Within.bounds(
              () -> {
                try {
                  Tar.keepPlainFiles(from, to);
                  return false;
                } catch (IOException e) {
                  return true;
                }
              });
      if (refused) {
        return List.of();
      }
      List<TarArchiveEntry> kept = new ArrayList<>();
      try (TarArchiveInputStream in =
          new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(to)), "UTF-8")) {
        for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
          kept.add(e);
          assertThat(in.readAllBytes()).hasSize(e.isDirectory() ? 0 : (int) e.getSize());
        }
      }
      return kept;
    } finally {
      Files.delete(from);
      Files.delete(to);
    }
  }

  private static void arePlain(List<TarArchiveEntry> kept, long most) {
    long total = 0;
    for (TarArchiveEntry entry : kept) {
      assertThat(entry.getLinkFlag()).isIn(TarConstants.LF_NORMAL, TarConstants.LF_DIR);
      assertThat(entry.getLinkName()).isEmpty();
      assertThat(entry.getName()).doesNotStartWith("/");
      assertThat(List.of(entry.getName().split("/", -1))).doesNotContain("..");
      assertThat(entry.getMode() & 07777).isIn(0644, 0755);
      assertThat(entry.getLongUserId()).isZero();
      assertThat(entry.getSize()).isNotNegative();
      total += entry.getSize();
    }
    assertThat(total).isLessThanOrEqualTo(most);
  }

  @Property
  void onlyPlainFilesAreKeptOfAnyEntries(@ForAll("entries") List<Made> entries) throws IOException {
    byte[] tar = tar(entries);
    List<TarArchiveEntry> kept = kept(tar);
    arePlain(kept, tar.length);
    long plain = entries.stream().filter(e -> PLAIN.indexOf(e.type()) >= 0).count();
    assertThat(kept).hasSizeLessThanOrEqualTo((int) plain);
  }

  @Provide
  Arbitrary<Damage> damage() {
    return Damage.with("ustar\0", "ustar  \0", "../", "/", "77777777777", "S", "1", "2", "\u0080");
  }

  @Property
  void onlyPlainFilesAreKeptOfADamagedTar(
      @ForAll("entries") List<Made> entries, @ForAll("damage") Damage damage) throws IOException {
    byte[] tar = damage.to(tar(entries));
    arePlain(kept(tar), tar.length);
  }

  @Property
  void anyBytesAreNoTarOrGivePlainFiles(@ForAll @Size(max = 2000) byte[] bytes) throws IOException {
    arePlain(kept(bytes), bytes.length);
  }

  @Property
  void whatIsPutInIsWhatIsUnpacked(
      @ForAll @Size(max = 4) List<@Size(max = 700) byte[]> contents, @ForAll boolean executable)
      throws IOException {
    List<Upload> files = new ArrayList<>();
    for (int i = 0; i < contents.size(); i++) {
      files.add(new Upload("d" + i % 2 + "/é" + i, new Upload.Held(contents.get(i)), executable));
    }
    List<Upload> read = new ArrayList<>();
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Tar.write(files, FileTime.fromMillis(1), tar);
    assertThat(Tar.size(files, FileTime.fromMillis(1))).isEqualTo(tar.size());
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(tar.toByteArray()), "UTF-8")) {
      for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        if (!e.isDirectory()) {
          read.add(
              new Upload(
                  e.getName(), new Upload.Held(in.readAllBytes()), (e.getMode() & 0100) != 0));
        }
      }
    }
    assertThat(read).usingRecursiveComparison().isEqualTo(files);
  }

  @Property
  void outputIsKeptUpToItsCapHoweverItArrives(
      @ForAll @Size(max = 20) List<@Size(max = 60) byte[]> chunks,
      @ForAll @IntRange(max = 200) int cap) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Output output = new Output(cap);
    for (byte[] chunk : chunks) {
      all.writeBytes(chunk);
      output.add(false, chunk);
    }
    Outcome outcome = output.outcome(Outcome.End.EXITED, 0);
    assertThat(outcome.stdout())
        .isEqualTo(Arrays.copyOf(all.toByteArray(), Math.min(cap, all.size())));
    assertThat(outcome.truncated()).isEqualTo(all.size() > cap);
  }

  @Property
  void aQueueGivesWhatWasAddedHoweverItIsRead(
      @ForAll @Size(max = 20) List<@Size(max = 60) byte[]> chunks,
      @ForAll @IntRange(min = 1, max = 80) int piece)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (ByteQueue queue = new ByteQueue()) {
      for (byte[] chunk : chunks) {
        all.writeBytes(chunk);
        queue.add(chunk);
      }
      queue.end();
      byte[] buffer = new byte[piece];
      for (int n = queue.read(buffer, 0, piece); n >= 0; n = queue.read(buffer, 0, piece)) {
        assertThat(n).isPositive();
        read.write(buffer, 0, n);
      }
    }
    assertThat(read.toByteArray()).isEqualTo(all.toByteArray());
  }
}
