package org.bootgrade.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bootgrade.machine.Errands.Errand;
import org.bootgrade.machine.Errands.Result;
import org.bootgrade.sandbox.AnnouncedOutput;
import org.jspecify.annotations.Nullable;

/**
 * Takes apart what the script of {@link Errands} prints, as it comes. For each part that is its
 * exit codes on a line, the sizes of its files on a line each, and the files' beginnings.
 */
final class ErrandReader extends AnnouncedOutput {

  private static final String NUMBER = "[0-9]{1,18}";

  private final Iterator<List<Errand>> parts;
  private final List<Result> results = new ArrayList<>();
  private @Nullable Part part;

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

    /** Takes a file's size; after the last one, says how much of all of them comes. */
    long size(long size) {
      sizes.add(size);
      if (sizes.size() < errands.size()) {
        return 0;
      }
      long all = 0;
      for (int i = 0; i < errands.size(); i++) {
        all += Math.min(sizes.get(i), errands.get(i).cap());
      }
      prepare();
      advance();
      return all;
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
  protected long line(String text) {
    Part open = part;
    if (open != null) {
      return text.matches(NUMBER) ? open.size(Long.parseLong(text)) : WRONG;
    }
    List<Errand> next = parts.hasNext() ? parts.next() : List.of();
    String[] codes = text.split(" ", -1);
    if (codes.length != next.size()
        || !List.of(codes).stream().allMatch(c -> c.matches("[0-9]{1,3}"))) {
      return WRONG;
    }
    part = new Part(next, codes);
    return 0;
  }

  @Override
  protected void body(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (part != null && at < end) {
      at += part.take(bytes, at, end - at);
    }
  }

  /** Whether all came, and nothing else. */
  boolean complete() {
    return whole() && part == null && !parts.hasNext();
  }

  /** What came, in order. */
  List<Result> results() {
    return List.copyOf(results);
  }
}
