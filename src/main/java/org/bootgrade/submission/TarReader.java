package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.bootgrade.evidence.InfrastructureFailure;
import org.jspecify.annotations.Nullable;

/** A tar, plain or compressed with gzip. Each pass reads the file from its beginning. */
final class TarReader implements Container {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

  /** 256 KiB for one entry's headers: a path of 4 KiB in each of a few extensions is far less. */
  private static final long HEADER_BYTES = 256L << 10;

  private final Path archive;
  private final boolean gzip;
  private final IntakeLimits limits;

  TarReader(Path archive, boolean gzip, IntakeLimits limits) {
    this.archive = archive;
    this.gzip = gzip;
    this.limits = limits;
  }

  @Override
  public Listing list() throws IOException {
    Listing listing = new Listing(limits);
    try (Pass pass = new Pass()) {
      for (TarArchiveEntry entry = pass.next(); entry != null; entry = pass.next()) {
        add(listing, pass.name(entry), entry);
      }
      pass.finish();
    }
    return listing;
  }

  private static void add(Listing listing, String name, TarArchiveEntry entry) throws Refusal {
    switch (entry.getLinkFlag()) {
      case TarConstants.LF_DIR -> listing.add(name, Entry.Kind.FOLDER);
      case TarConstants.LF_SYMLINK ->
          listing.add(name, Entry.Kind.SYMBOLIC_LINK, entry.getLinkName());
      case TarConstants.LF_LINK -> listing.add(name, Entry.Kind.HARD_LINK, entry.getLinkName());
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
          // The seventh Unix marked folders by the slash alone.
          listing.add(name, name.endsWith("/") ? Entry.Kind.FOLDER : Entry.Kind.FILE);
      case TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO ->
          listing.add(name, Entry.Kind.UNUSABLE, "is a device or pipe and no file; remove it");
      default ->
          listing.add(
              name,
              Entry.Kind.UNUSABLE,
              "is of a kind (%s) that is no file, folder or link; remove it"
                  .formatted(PathRules.shown(String.valueOf((char) (entry.getLinkFlag() & 0xFF)))));
    }
  }

  private static boolean isFile(TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
          !entry.getName().endsWith("/");
      case TarConstants.LF_DIR,
          TarConstants.LF_LINK,
          TarConstants.LF_SYMLINK,
          TarConstants.LF_CHR,
          TarConstants.LF_BLK,
          TarConstants.LF_FIFO ->
          false;
      // Of kinds that are refused or left out all tools skip the content.
      default -> true;
    };
  }

  @Override
  public void extract(Map<Integer, String> wanted, TreeWriter writer)
      throws IOException, InfrastructureFailure {
    int missing = wanted.size();
    try (Pass pass = new Pass()) {
      for (int index = 0; missing > 0 && pass.next() != null; index++) {
        String path = wanted.get(index);
        if (path != null) {
          writer.write(path, pass.content());
          missing--;
        }
      }
    }
    if (missing > 0) {
      throw new IOException("the archive changed while it was read");
    }
  }

  @Override
  public long packedBytes() throws ReadFault {
    try {
      return gzip ? Files.size(archive) : 0;
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  @Override
  public void close() {}

  /** One reading of the archive. */
  private final class Pass implements Closeable {
    private final InputStream disk;
    private final Meter meter;
    private final TarArchiveInputStream tar;
    private long contentBytes;
    private TarHeaders headers = TarHeaders.NONE;

    Pass() throws IOException {
      disk = open(archive);
      try {
        InputStream unpacked = gzip ? new GZIPInputStream(disk, 8192) : disk;
        meter = new Meter(new BufferedInputStream(unpacked), limits.unpackedBytes());
        tar = new TarArchiveInputStream(meter, "UTF-8");
      } catch (IOException e) {
        disk.close();
        throw e;
      }
    }

    /** The next entry, with the content of the one before it skipped. */
    @Nullable TarArchiveEntry next() throws IOException {
      if (tar.getCurrentEntry() != null) {
        drain(content());
      }
      long padding = (RECORD - contentBytes % RECORD) % RECORD;
      long before = meter.position();
      meter.grantAndKeep(HEADER_BYTES);
      TarArchiveEntry entry;
      try {
        entry = tar.getNextEntry();
      } catch (RuntimeException e) {
        // The library's parsers are not written for input that means harm.
        throw new IOException("damaged tar header", e);
      }
      if (entry == null) {
        if (meter.position() - before < padding + RECORD) {
          throw new IOException("the tar ends without its end marker");
        }
        return null;
      }
      if (!entry.isCheckSumOK()) {
        throw new IOException("damaged tar header");
      }
      if (entry.isSparse()) {
        // Even where it is left out: a header of 512 bytes would have us read holes for years.
        throw new Refusal(
            "%s is stored as a sparse file; pack again without --sparse"
                .formatted(PathRules.shown(entry.getName())));
      }
      headers = TarHeaders.of(meter.kept(), (int) padding);
      if (headers.absolutePath().isPresent()) {
        // The library takes the slash away where the path stands in an extension.
        throw PathRules.absolute(headers.absolutePath().get());
      }
      if (entry.getSize() != 0 && !isFile(entry)) {
        // One tool skips its content, and another takes it for the entries that follow.
        throw new Refusal(
            "%s is no file and is said to have content; pack the project again"
                .formatted(PathRules.shown(entry.getName())));
      }
      contentBytes = entry.getSize();
      return entry;
    }

    /**
     * The name of the entry that came last. The library puts a question mark for what is no UTF-8,
     * so that two names become one; where there is one, the header itself is asked.
     */
    String name(TarArchiveEntry entry) {
      String name = entry.getName();
      if (name.indexOf('?') >= 0) {
        byte[] header = headers.last();
        int length = 0;
        while (length < TarConstants.NAMELEN && header[length] != 0) {
          length++;
        }
        String exact = new String(header, 0, length, UTF_8);
        String asTheLibrary = exact.replace(REPLACEMENT, '?');
        // The header may hold only the end of a path, behind a prefix, or only the beginning, if an
        // extension gives it in full.
        if (!exact.equals(asTheLibrary) && name.endsWith(asTheLibrary)) {
          return name.substring(0, name.length() - exact.length()) + exact;
        }
        if (!exact.equals(asTheLibrary) && name.startsWith(asTheLibrary)) {
          return exact + name.substring(exact.length());
        }
      }
      return name;
    }

    /** The content of the entry that came last. */
    InputStream content() {
      meter.grant(contentBytes + RECORD);
      return tar;
    }

    /** Reads to the end of the file, which is where gzip keeps its checksum. */
    void finish() throws IOException {
      meter.grant(Long.MAX_VALUE);
      drain(meter);
    }

    @Override
    public void close() throws IOException {
      disk.close();
    }
  }

  private static InputStream open(Path archive) throws ReadFault {
    try {
      return ReadFault.marking(Files.newInputStream(archive));
    } catch (IOException e) {
      throw new ReadFault(e);
    }
  }

  private static void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[8192];
    while (in.read(buffer) >= 0) {
      // only the errors matter
    }
  }
}
