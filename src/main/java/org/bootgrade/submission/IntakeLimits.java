package org.bootgrade.submission;

/**
 * How much of a submission is accepted. What is left out of the tree (build folders, version
 * control) counts only against {@code listedEntries}, {@code archiveBytes} and {@code
 * unpackedBytes}, which bound our own work rather than the student's project.
 *
 * @param totalBytes bytes of all files of the tree together, copies made for links included
 * @param fileBytes bytes of one file of the tree
 * @param files files of the tree, links included
 * @param listedEntries entries an archive may list (or a directory hold outside the folders that
 *     are left out), everything included
 * @param pathBytes length of a path in UTF-8, before a wrapping folder is stripped
 * @param depth names in a path, before a wrapping folder is stripped
 * @param ratio how many bytes of the tree one byte of the archive may become; applied to the whole
 *     archive, and only to trees above {@link #RATIO_FLOOR_BYTES}
 * @param archiveBytes size of the archive file itself
 * @param unpackedBytes length of the tar stream inside a tar.gz, everything included
 */
public record IntakeLimits(
    long totalBytes,
    long fileBytes,
    int files,
    int listedEntries,
    int pathBytes,
    int depth,
    int ratio,
    long archiveBytes,
    long unpackedBytes) {

  /** 1 MiB: below this a tree is harmless however well it was compressed. */
  public static final long RATIO_FLOOR_BYTES = 1L << 20;

  /**
   * Checks that every limit is at least 1.
   *
   * @throws IllegalArgumentException if one is not
   */
  public IntakeLimits {
    if (Math.min(Math.min(totalBytes, fileBytes), Math.min(archiveBytes, unpackedBytes)) < 1
        || Math.min(Math.min(files, listedEntries), Math.min(pathBytes, depth)) < 1
        || ratio < 1) {
      throw new IllegalArgumentException("every limit of an intake must be at least 1");
    }
  }

  /**
   * 64 MiB in all, 16 MiB a file, 20,000 files, 100,000 listed entries, paths of 1,024 bytes and 64
   * names, a ratio of 200 (source text reaches about 10, a deflate bomb 1,000), archives of 512 MiB
   * (a build folder may be in there) that unpack to 2 GiB.
   */
  public static IntakeLimits defaults() {
    return new IntakeLimits(
        64L << 20, 16L << 20, 20_000, 100_000, 1_024, 64, 200, 512L << 20, 2L << 30);
  }
}
