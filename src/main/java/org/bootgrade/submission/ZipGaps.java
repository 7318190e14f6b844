package org.bootgrade.submission;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What lies between the files of a zip and belongs to none of them. Sizes and checksums behind a
 * file's content do, and padding does no harm; but a tool that reads from the front, or one that
 * rescues files, unpacks whatever has a header.
 */
final class ZipGaps {
  private static final int CHUNK = 8192;

  /** Bytes of a signature. */
  private static final int SIGNATURE = 4;

  private ZipGaps() {}

  /**
   * Refuses hidden entries and directories.
   *
   * @param files of all entries of the directory
   * @param directory where the directory begins
   */
  static void check(ZipBytes zip, List<LocalHeader> files, long directory) throws IOException {
    List<LocalHeader> inOrder = new ArrayList<>(files);
    inOrder.sort(Comparator.comparingLong(LocalHeader::start));
    long reached = 0;
    String place = "at its beginning";
    for (LocalHeader file : inOrder) {
      checkGap(zip, reached, Math.min(file.start(), directory), place);
      if (file.end() > reached) {
        reached = file.end();
        place = "behind " + PathRules.shown(file.name());
      }
    }
    checkGap(zip, reached, directory, place);
  }

  private static void checkGap(ZipBytes zip, long begin, long end, String place)
      throws IOException {
    for (long at = begin; end - at >= SIGNATURE; at += CHUNK) {
      // Signatures may lie across the end of a chunk.
      ByteBuffer bytes = zip.at(at, (int) Math.min(end - at, CHUNK + SIGNATURE - 1));
      for (int i = 0; i + SIGNATURE <= bytes.limit(); i++) {
        if (isSignature(bytes, i)) {
          throw new Refusal(
              "it holds data %s that its directory does not list and that some tools unpack; %s"
                  .formatted(place, ZipEnd.AGAIN));
        }
      }
    }
  }

  /** Of a file's header, a directory's entry, or an end record. */
  private static boolean isSignature(ByteBuffer bytes, int at) {
    if (bytes.get(at) != 'P' || bytes.get(at + 1) != 'K') {
      return false;
    }
    int kind = bytes.get(at + 2) << 8 | bytes.get(at + 3);
    return kind == 0x0102 || kind == 0x0304 || kind == 0x0506 || kind == 0x0606;
  }
}
