package org.bootgrade.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.machine.Errands.Result;
import org.jspecify.annotations.Nullable;

/**
 * Takes apart what the script of {@link Errands} prints, as it comes. For each part that is its
 * exit codes on a line, the sizes of its files on a line each, and the files' beginnings.
 */
final class ErrandReader extends OutputStream {

  private static final int LONGEST_LINE = 4096;

  private static final String NUMBER = "[0-9]{1,18}";

  private final Iterator<List<Errand>> parts;
  private final List<Result> results = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private @Nullable Part part;
  private boolean garbled;

  /** A part of which the exit codes are known. */
  private final class Part {
    private final List<Errand> errands;
    private final String[] codes;
    private final List<Long> sizes = new ArrayList<>();
    private int current;
    private long taken;
    private byte[] head = new byte[0];

    Part(List<Errand> errands, String[] codes) {
      this.errands = errands;
      this.codes = codes;
    }

    boolean sized() {
      return sizes.size() == errands.size();
    }

    /** How much is wanted of the current file. */
    private long wanted() {
      return Math.min(sizes.get(current), errands.get(current).cap());
    }

    /** Goes on to the next file of which something comes. */
    private void advance() {
      while (current < errands.size() && taken == wanted()) {
        results.add(new Result(Integer.parseInt(codes[current]), sizes.get(current), head));
        current++;
        taken = 0;
        prepare();
      }
      if (current == errands.size()) {
        part = null;
      }
    }

    private void prepare() {
      boolean held = current < errands.size() && errands.get(current).into() == null;
      head = new byte[held ? (int) wanted() : 0];
    }

    void size(long size) {
      sizes.add(size);
      if (sized()) {
        prepare();
        advance();
      }
    }

    int take(byte[] bytes, int offset, int length) throws IOException {
      int count = (int) Math.min(length, wanted() - taken);
      OutputStream into = errands.get(current).into();
      if (into == null) {
        System.arraycopy(bytes, offset, head, (int) taken, count);
      } else {
        into.write(bytes, offset, count);
      }
      taken += count;
      advance();
      return count;
    }
  }

  ErrandReader(List<List<Errand>> parts) {
    this.parts = parts.iterator();
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end && !garbled) {
      Part open = part;
      if (open != null && open.sized()) {
        at += open.take(bytes, at, end - at);
      } else if (bytes[at] != '\n') {
        line.append((char) (bytes[at++] & 0xff));
        garbled = line.length() > LONGEST_LINE;
      } else {
        at++;
        line(line.toString());
        line.setLength(0);
      }
    }
  }

  private void line(String text) {
    Part open = part;
    if (open != null) {
      garbled = !text.matches(NUMBER);
      if (!garbled) {
        open.size(Long.parseLong(text));
      }
      return;
    }
    List<Errand> next = parts.hasNext() ? parts.next() : List.of();
    String[] codes = text.split(" ", -1);
    garbled =
        codes.length != next.size()
            || !List.of(codes).stream().allMatch(c -> c.matches("[0-9]{1,3}"));
    if (!garbled) {
      part = new Part(next, codes);
    }
  }

  /** Whether all came, and nothing else. */
  boolean complete() {
    return !garbled && part == null && line.isEmpty() && !parts.hasNext();
  }

  /** What came, in order. */
  List<Result> results() {
    return List.copyOf(results);
  }
}
