package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * The extension headers in front of one entry of a tar. There are two families, GNU's long names
 * and pax, and what counts where both speak, or one speaks twice, differs from tool to tool: only
 * what all of them read alike is taken.
 */
final class TarExtensions {
  /** What to do about a tar that no usual tool has written. */
  static final String AGAIN = "pack the folder again with 'tar -czf project.tar.gz FOLDER'";

  private final String entry;
  private final List<String> longNames = new ArrayList<>();
  private final List<String> longLinks = new ArrayList<>();
  private final List<PaxRecords> pax = new ArrayList<>();

  /**
   * @param entry the name in the header that they stand in front of, for messages
   */
  TarExtensions(String entry) {
    this.entry = PathRules.shown(entry);
  }

  /**
   * @param type of the extension header
   * @param bytes that hold its content
   * @param begin where that begins
   * @param end where that ends; what fills up its last record comes behind
   */
  void add(byte type, byte[] bytes, int begin, int end) throws IOException {
    switch (type) {
      case TarConstants.LF_GNUTYPE_LONGNAME -> longNames.add(longText(bytes, begin, end));
      case TarConstants.LF_GNUTYPE_LONGLINK -> longLinks.add(longText(bytes, begin, end));
      case TarConstants.LF_PAX_EXTENDED_HEADER_LC, TarConstants.LF_PAX_EXTENDED_HEADER_UC ->
          pax.add(notSparse(PaxRecords.read(bytes, begin, end)));
      case TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER -> {
        PaxRecords forAll = notSparse(PaxRecords.read(bytes, begin, end));
        if (forAll.isDecisive()) {
          throw new Refusal(
              "a global header in front of %s names or measures all that follows, which only some"
                      .formatted(entry)
                  + " tools heed; "
                  + AGAIN);
        }
      }
      default -> throw new IOException("damaged tar header");
    }
  }

  /** Ends with a zero byte, or with its last record's filling. */
  private String longText(byte[] bytes, int begin, int end) throws Refusal {
    String text = new String(bytes, begin, end - begin, UTF_8);
    if (text.indexOf('\0') < 0 && end < bytes.length && bytes[end] != 0 && !isFull(begin, end)) {
      throw new Refusal(
          "the long name in front of %s does not end where it should, so that tools read different"
                  .formatted(entry)
              + " names; "
              + AGAIN);
    }
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == '\0') {
      length--;
    }
    return text.substring(0, length);
  }

  private static boolean isFull(int begin, int end) {
    return (end - begin) % TarConstants.DEFAULT_RCDSIZE == 0;
  }

  private PaxRecords notSparse(PaxRecords records) throws Refusal {
    if (records.isSparse()) {
      throw sparse(entry);
    }
    return records;
  }

  /**
   * @param shown the entry's name as it is shown
   */
  static Refusal sparse(String shown) {
    return new Refusal(
        "%s is stored as a sparse file; pack again without --sparse, and with bsdtar"
                .formatted(shown)
            + " --no-read-sparse");
  }

  /** The entry's name, where they give it. */
  @Nullable String name() throws Refusal {
    return agreed(longNames, PaxRecords.PATH);
  }

  /** What the entry links to, where they give it. */
  @Nullable String linkName() throws Refusal {
    return agreed(longLinks, PaxRecords.LINK_PATH);
  }

  private @Nullable String agreed(List<String> gnu, String key) throws Refusal {
    if (gnu.size() > 1 || pax.size() > 1) {
      throw new Refusal(
          "%s has two headers of one kind in front of it, and tools differ in which of them counts;"
                  .formatted(entry)
              + " "
              + AGAIN);
    }
    PaxRecords records = pax.isEmpty() ? null : pax.get(0);
    if (records != null && records.hasEmptyDecision()) {
      throw new Refusal(
          "the pax header in front of %s takes back its name, link or size, which tools understand"
                  .formatted(entry)
              + " differently; "
              + AGAIN);
    }
    String byPax = records == null ? null : records.values().get(key);
    String byGnu = gnu.isEmpty() ? null : gnu.get(0);
    if (byPax != null && byGnu != null && !byPax.equals(byGnu)) {
      throw new Refusal(
          "one entry is called both %s and %s in it, and tools differ in which counts; %s"
              .formatted(PathRules.shown(byGnu), PathRules.shown(byPax), AGAIN));
    }
    return byPax == null ? byGnu : byPax;
  }
}
