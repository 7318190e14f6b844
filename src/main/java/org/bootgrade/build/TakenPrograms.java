package org.bootgrade.build;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;

/** Takes several programs out of a workspace by one command, as long as all goes well. */
final class TakenPrograms {

  /** Prints the size of each file in a line, then its bytes. */
  private static final String SCRIPT =
      "left=$1; shift; for program in \"$@\"; do"
          + " if [ ! -f \"$program\" ] || [ -h \"$program\" ]; then exit 1; fi;"
          + " size=$(wc -c <\"$program\"); left=$((left - size)); [ $left -ge 0 ] || exit 1;"
          + " echo $size && cat -- \"$program\" || exit 1; done";

  /** The line of a size. */
  static final int HEAD = 20;

  private TakenPrograms() {}

  /**
   * What prints some files.
   *
   * @param paths absolute
   * @param most how many bytes they may have together
   */
  static Command command(List<String> paths, int most) {
    List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", Integer.toString(most)));
    words.addAll(paths);
    return Command.of(Duration.ofMinutes(1), words.toArray(String[]::new))
        .keeping(most + HEAD * paths.size());
  }

  /**
   * The bytes of the files.
   *
   * @param outcome of {@link #command}
   * @param count how many there are
   * @return one for each, in their order; none at all where one is no plain file or they are larger
   */
  static List<byte[]> of(Outcome outcome, int count) {
    List<byte[]> programs = outcome.succeeded() ? parse(outcome.stdout()) : List.of();
    return programs.size() == count ? programs : List.of();
  }

  /** Takes apart what the script printed; what does not fit ends it. */
  static List<byte[]> parse(byte[] printed) {
    List<byte[]> files = new ArrayList<>();
    int at = 0;
    while (at < printed.length) {
      int end = at;
      long size = 0;
      while (end < printed.length && end - at < HEAD && printed[end] != '\n') {
        int digit = Character.digit(printed[end], 10);
        if (digit < 0) {
          return List.of();
        }
        size = Math.min(size * 10 + digit, Integer.MAX_VALUE);
        end++;
      }
      if (end == at
          || end == printed.length
          || printed[end] != '\n'
          || size > printed.length - end - 1) {
        return List.of();
      }
      files.add(Arrays.copyOfRange(printed, end + 1, end + 1 + (int) size));
      at = end + 1 + (int) size;
    }
    return files;
  }
}
