package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * A zip, by its central directory, as every tool that shows a zip reads it. What is extracted is
 * held against the local headers, the checksums, and for not sharing bytes with another file.
 */
final class ZipReader implements Container {
  /** Bytes of the central directory and local headers that may be read: about 600 per entry. */
  private static final long DIRECTORY_BYTES = 64L << 20;

  /**
   * Calls the library makes per entry: signature, header, name, extra, comment and local header.
   */
  private static final long CALLS_PER_ENTRY = 8;

  /** Calls it makes to look for the directory's end record, behind a comment of up to 64 KiB. */
  private static final long CALLS_FOR_END_RECORD = 70_000;

  private static final int TYPE_MASK = 0170000;
  private static final int TYPE_LINK = 0120000;
  private static final int TYPE_FOLDER = 0040000;
  private static final int TYPE_FILE = 0100000;
  private static final int DOS_FOLDER = 0x10;
  private static final int LINK_BYTES = 4096;

  private final IntakeLimits limits;
  private final ZipBytes bytes;
  private final ZipDirectory directory;
  private final ZipFile zip;
  private final List<ZipArchiveEntry> entries = new ArrayList<>();

  ZipReader(Path archive, IntakeLimits limits) throws IOException {
    this.limits = limits;
    long calls = CALLS_FOR_END_RECORD + CALLS_PER_ENTRY * limits.listedEntries();
    this.bytes = ZipBytes.open(archive);
    try {
      bytes.bound(calls, DIRECTORY_BYTES);
      directory = ZipDirectory.read(bytes, limits);
      bytes.bound(calls, DIRECTORY_BYTES);
      zip = open(bytes);
    } catch (IOException e) {
      bytes.close();
      throw Refusal.unwrap(e);
    }
    bytes.lift();
  }

  private static ZipFile open(ZipBytes bytes) throws IOException {
    try {
      // The library heeds a second name in an extra field, or does not, for all entries alike.
      return ZipFile.builder().setUseUnicodeExtraFields(false).setSeekableByteChannel(bytes).get();
    } catch (RuntimeException e) {
      throw new IOException("damaged zip directory", e);
    }
  }

  @Override
  public Listing list() throws IOException {
    Listing listing = new Listing(limits);
    entries.clear();
    for (Enumeration<ZipArchiveEntry> all = zip.getEntries(); all.hasMoreElements(); ) {
      if (entries.size() == directory.entries().size()) {
        throw new IOException("the zip changed while it was read");
      }
      ZipArchiveEntry entry = all.nextElement();
      add(listing, entry, directory.entries().get(entries.size()));
      entries.add(entry);
    }
    List<LocalHeader> headers = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      headers.add(LocalHeader.named(bytes, entries.get(i), name(i)));
    }
    ZipGaps.check(bytes, headers, directory.begin());
    return listing;
  }

  private String name(int index) {
    return directory.entries().get(index).name();
  }

  private void add(Listing listing, ZipArchiveEntry entry, ZipDirectory.Listed listed)
      throws IOException {
    String name = listed.name();
    int type = (int) (entry.getExternalAttributes() >> 16) & TYPE_MASK;
    if (name.endsWith("/")) {
      listing.add(name, Entry.Kind.FOLDER);
    } else if (type == TYPE_FOLDER || (!listed.unix() && hasFolderBitOfDos(entry))) {
      addFolderWithoutSlash(listing, entry, listed);
    } else if (entry.getGeneralPurposeBit().usesEncryption()) {
      listing.add(name, Entry.Kind.UNUSABLE, "is encrypted; pack again without a password");
    } else if (entry.getMethod() != ZipArchiveEntry.STORED
        && entry.getMethod() != ZipArchiveEntry.DEFLATED) {
      listing.add(
          name,
          Entry.Kind.UNUSABLE,
          "is compressed with method %d; pack again with the usual one, deflate"
              .formatted(entry.getMethod()));
    } else if (type == TYPE_LINK) {
      if (listed.unix()) {
        listing.add(name, Entry.Kind.SYMBOLIC_LINK, target(entry, name));
      } else {
        listing.add(
            name,
            Entry.Kind.UNUSABLE,
            "is a link to some tools and a file to others, as the system that the zip names has no"
                + " links; put a copy of the file in its place");
      }
    } else if (type == 0 || type == TYPE_FILE) {
      listing.add(name, Entry.Kind.FILE);
    } else {
      listing.add(name, Entry.Kind.UNUSABLE, "is a device, pipe or socket and no file; remove it");
    }
  }

  private static boolean hasFolderBitOfDos(ZipArchiveEntry entry) {
    return (entry.getExternalAttributes() & DOS_FOLDER) != 0;
  }

  /** A folder is marked by a slash, but some tools go by the attributes. */
  private static void addFolderWithoutSlash(
      Listing listing, ZipArchiveEntry entry, ZipDirectory.Listed listed) throws Refusal {
    if (entry.getSize() == 0) {
      listing.add(listed.name(), Entry.Kind.FOLDER);
    } else {
      listing.add(
          listed.name(),
          Entry.Kind.UNUSABLE,
          "is a folder to some tools and a file to others; " + ZipEnd.AGAIN);
    }
  }

  private String target(ZipArchiveEntry link, String name) throws IOException {
    LocalHeader.check(bytes, link, name);
    try (InputStream content = content(link)) {
      byte[] target = content.readNBytes(LINK_BYTES + 1);
      if (target.length > LINK_BYTES) {
        throw new Refusal(
            "the link %s is longer than a path can be; put a copy of the file in its place"
                .formatted(PathRules.shown(name)));
      }
      return new String(target, UTF_8);
    }
  }

  @Override
  public void extract(Map<Integer, String> wanted, TreeWriter writer)
      throws IOException, InfrastructureFailure {
    checkApart(wanted);
    for (Map.Entry<Integer, String> file : wanted.entrySet()) {
      ZipArchiveEntry entry = entries.get(file.getKey());
      CRC32 crc = new CRC32();
      try (InputStream content = content(entry)) {
        writer.write(file.getValue(), new CheckedInputStream(content, crc));
      }
      if (crc.getValue() != entry.getCrc()) {
        throw new Refusal(
            "it is damaged: %s does not match its checksum; pack the project again"
                .formatted(PathRules.shown(file.getValue())));
      }
    }
  }

  /** Files that share packed bytes are how a small zip unpacks to more than it could hold. */
  private void checkApart(Map<Integer, String> wanted) throws IOException {
    List<LocalHeader> headers = new ArrayList<>();
    for (int index : wanted.keySet()) {
      headers.add(LocalHeader.check(bytes, entries.get(index), name(index)));
    }
    headers.sort(Comparator.comparingLong(LocalHeader::start));
    for (int i = 1; i < headers.size(); i++) {
      if (headers.get(i).start() < headers.get(i - 1).end()) {
        throw new Refusal("files in it overlap, like in a zip bomb; pack the project again");
      }
    }
  }

  private InputStream content(ZipArchiveEntry entry) throws IOException {
    try {
      return zip.getInputStream(entry);
    } catch (RuntimeException e) {
      throw new IOException("damaged zip entry", e);
    }
  }

  @Override
  public long packedBytes() throws IOException {
    return bytes.size();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
