package org.bootgrade.submission;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
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
  private static final int RECORD = TarConstants.DEFAULT_RCDSIZE;

  /** The signature of a zip's end record, as its bytes follow each other. */
  private static final int ZIP_END = 0x504B0506;

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
        add(listing, pass.headers(), entry);
      }
      pass.finish();
    }
    return listing;
  }

  private static void add(Listing listing, TarHeaders headers, TarArchiveEntry entry)
      throws Refusal {
    String name = headers.name();
    switch (entry.getLinkFlag()) {
      case TarConstants.LF_DIR -> listing.add(name, Entry.Kind.FOLDER);
      case TarConstants.LF_SYMLINK ->
          listing.add(name, Entry.Kind.SYMBOLIC_LINK, headers.linkName());
      case TarConstants.LF_LINK -> listing.add(name, Entry.Kind.HARD_LINK, headers.linkName());
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

  private static boolean isFile(String name, TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG ->
          !name.endsWith("/");
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
        throw TarExtensions.sparse(PathRules.shown(entry.getName()));
      }
      headers = TarHeaders.of(meter.kept(), (int) padding);
      if (!headers.isNamedAs(entry.getName())) {
        throw new Refusal(
            "an entry of it is called %s or %s, depending on who reads it; %s"
                .formatted(
                    PathRules.shown(headers.name()),
                    PathRules.shown(entry.getName()),
                    TarExtensions.AGAIN));
      }
      if (entry.getSize() != 0 && !isFile(headers.name(), entry)) {
        // One tool skips its content, and another takes it for the entries that follow.
        throw new Refusal(
            "%s is no file and is said to have content; pack the project again"
                .formatted(PathRules.shown(headers.name())));
      }
      contentBytes = entry.getSize();
      return entry;
    }

    /** What stands in front of the content of the entry that came last. */
    TarHeaders headers() {
      return headers;
    }

    /** The content of the entry that came last. */
    InputStream content() {
      meter.grant(contentBytes + RECORD);
      return tar;
    }

    /**
     * Reads to the end of the file, which is where gzip keeps its checksum, and where tools for
     * zips look for one, whatever stands in front of it.
     */
    void finish() throws IOException {
      InputStream begun = new ByteArrayInputStream(meter.kept());
      meter.grant(Long.MAX_VALUE);
      InputStream rest = new BufferedInputStream(new SequenceInputStream(begun, meter));
      int last = 0;
      for (int next = rest.read(); next >= 0; next = rest.read()) {
        last = last << Byte.SIZE | next;
        if (last == ZIP_END) {
          throw new Refusal("a zip stands behind the tar in it; " + TarExtensions.AGAIN);
        }
      }
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
