package org.bootgrade.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bootgrade.sandbox.Command;
import org.jspecify.annotations.Nullable;

/**
 * Takes several programs out of a workspace by one command, as long as all goes well. What the
 * command prints goes to files as it comes: programs have megabytes.
 */
final class TakenPrograms extends OutputStream {

  /** Prints the size of each file in a line, then its bytes. */
  private static final String SCRIPT =
      "left=$1; shift; for program in \"$@\"; do"
          + " if [ ! -f \"$program\" ] || [ -h \"$program\" ]; then exit 1; fi;"
          + " size=$(wc -c <\"$program\"); left=$((left - size)); [ $left -ge 0 ] || exit 1;"
          + " echo $size && cat -- \"$program\" || exit 1; done";

  private static final int LONGEST_SIZE = 18;

  private final List<Path> files;
  private final long most;
  private int begun;
  private long sum;
  private long size;
  private int digits;

  /** How much of the file is still to come. */
  private long left;

  private boolean wrong;
  private @Nullable OutputStream file;

  /**
   * What takes the output of a command.
   *
   * @param files where its files go, in their order; whatever is there is replaced
   * @param most how many bytes they may have together
   */
  TakenPrograms(List<Path> files, long most) {
    this.files = List.copyOf(files);
    this.most = most;
  }

  /**
   * What prints some files.
   *
   * @param paths absolute
   * @param most how many bytes they may have together
   */
  static Command command(List<String> paths, long most) {
    List<String> words = new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", Long.toString(most)));
    words.addAll(paths);
    return Command.of(Duration.ofMinutes(1), words.toArray(String[]::new));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  /** Takes a part of what is printed. Behind what does not fit nothing more is taken. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end && !wrong) {
      OutputStream open = file;
      if (open == null) {
        head(bytes[at++]);
      } else {
        int part = (int) Math.min(left, end - at);
        open.write(bytes, at, part);
        at += part;
        left -= part;
        endFile();
      }
    }
  }

  private void head(byte next) throws IOException {
    int digit = Character.digit(next, 10);
    if (digit >= 0 && digits < LONGEST_SIZE) {
      size = size * 10 + digit;
      digits++;
      return;
    }
    sum += size;
    wrong = next != '\n' || digits == 0 || begun == files.size() || sum > most;
    if (!wrong) {
      file = Files.newOutputStream(files.get(begun++));
      left = size;
      size = 0;
      digits = 0;
      endFile();
    }
  }

  private void endFile() throws IOException {
    OutputStream open = file;
    if (open != null && left == 0) {
      open.close();
      file = null;
    }
  }

  /** Whether all files came, and nothing else. */
  boolean complete() {
    return !wrong && file == null && digits == 0 && begun == files.size();
  }

  @Override
  public void close() throws IOException {
    OutputStream open = file;
    if (open != null) {
      file = null;
      wrong = true;
      open.close();
    }
  }
}
