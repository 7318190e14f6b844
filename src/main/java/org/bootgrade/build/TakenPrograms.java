package org.bootgrade.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bootgrade.sandbox.AnnouncedOutput;
import org.bootgrade.sandbox.Command;
import org.jspecify.annotations.Nullable;

/**
 * Takes several programs out of a workspace by one command, as long as all goes well. What the
 * command prints goes to files as it comes: programs have megabytes.
 */
final class TakenPrograms extends AnnouncedOutput {

  /** Prints the size of each file in a line, then its bytes. */
  private static final String SCRIPT =
      "left=$1; shift; for program in \"$@\"; do"
          + " if [ ! -f \"$program\" ] || [ -h \"$program\" ]; then exit 1; fi;"
          + " size=$(wc -c <\"$program\"); left=$((left - size)); [ $left -ge 0 ] || exit 1;"
          + " echo $size && cat -- \"$program\" || exit 1; done";

  private static final String SIZE = "[0-9]{1,18}";

  private final List<Path> files;
  private final long most;
  private int begun;
  private long sum;
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
  protected long line(String text) throws IOException {
    if (!text.matches(SIZE) || begun == files.size()) {
      return WRONG;
    }
    long size = Long.parseLong(text);
    sum += size;
    if (sum > most) {
      return WRONG;
    }
    file = Files.newOutputStream(files.get(begun++));
    return size;
  }

  @Override
  protected void body(byte[] bytes, int offset, int length) throws IOException {
    OutputStream open = file;
    if (open != null) {
      open.write(bytes, offset, length);
    }
  }

  @Override
  protected void bodyEnds() throws IOException {
    OutputStream open = file;
    if (open != null) {
      open.close();
      file = null;
    }
  }

  /** Whether all files came, and nothing else. */
  boolean complete() {
    return whole() && begun == files.size();
  }

  /** A file of which not all came is no program. */
  @Override
  public void close() throws IOException {
    bodyEnds();
  }
}
