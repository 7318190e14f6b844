package org.bootgrade.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** A file's leaves without its comments, with matching brackets, and the comments apart. */
final class SourceText {

  private static final int LONGEST = 160;

  private final String file;
  private final byte[] bytes;
  private final List<Leaf> code;
  private final List<Leaf> comments;
  private final int[] partner;
  private final int[] lineStarts;

  SourceText(String file, byte[] bytes, List<Leaf> leaves) {
    this.file = file;
    this.bytes = bytes;
    this.code = leaves.stream().filter(l -> l.kind() != Leaf.Kind.COMMENT).toList();
    this.comments = leaves.stream().filter(l -> l.kind() == Leaf.Kind.COMMENT).toList();
    this.partner = partners(code);
    this.lineStarts = lineStarts(bytes);
  }

  String file() {
    return file;
  }

  /** What stands in the file without its comments, each of them a blank. */
  String textWithoutComments() {
    byte[] blanked = bytes.clone();
    for (Leaf comment : comments) {
      Arrays.fill(blanked, comment.start(), comment.end(), (byte) ' ');
    }
    return new String(blanked, StandardCharsets.UTF_8);
  }

  /** The leaves that are no comments. */
  List<Leaf> code() {
    return code;
  }

  List<Leaf> comments() {
    return comments;
  }

  int size() {
    return code.size();
  }

  /** A leaf of the code; an empty mark beyond both ends. */
  Leaf at(int index) {
    return index >= 0 && index < code.size() ? code.get(index) : new Leaf(Leaf.Kind.MARK, "", 0, 0);
  }

  /** The leaf that closes or opens what this one opens or closes, or -1. */
  int partner(int index) {
    return index >= 0 && index < partner.length ? partner[index] : -1;
  }

  /** The line of a byte, from 1. */
  int line(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  int lineOf(int index) {
    return line(at(index).start());
  }

  /** What stands between two leaves, both excluded, on one line. */
  String between(int first, int last) {
    return first + 1 >= last ? "" : shortened(at(first + 1).start(), at(last - 1).end());
  }

  /** What stands from one leaf to another, both included, on one line. */
  String from(int first, int last) {
    return shortened(at(first).start(), at(last).end());
  }

  private String shortened(int start, int end) {
    // Four bytes is the most that a character has; what is cut off would not be shown anyway.
    int stop = Math.min(end, start + 4 * LONGEST);
    return oneLine(new String(bytes, start, Math.max(0, stop - start), StandardCharsets.UTF_8));
  }

  /** Text of the submission in a form that fits into a sentence. */
  static String oneLine(String text) {
    String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  private static int[] partners(List<Leaf> code) {
    int[] partner = new int[code.size()];
    Arrays.fill(partner, -1);
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < partner.length; i++) {
      Leaf leaf = code.get(i);
      if (leaf.kind() != Leaf.Kind.MARK) {
        continue;
      }
      switch (leaf.text()) {
        case "(", "[", "{" -> open.push(i);
        case ")", "]", "}" -> {
          Integer opened = open.peek();
          if (opened != null && closes(code.get(opened).text(), leaf.text())) {
            open.pop();
            partner[i] = opened;
            partner[opened] = i;
          }
        }
        default -> {}
      }
    }
    return partner;
  }

  private static boolean closes(String opened, String closed) {
    return "([{".indexOf(opened) == ")]}".indexOf(closed);
  }

  private static int[] lineStarts(byte[] bytes) {
    int lines = 1;
    for (byte b : bytes) {
      if (b == '\n') {
        lines++;
      }
    }
    int[] starts = new int[lines];
    int line = 1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        starts[line++] = i + 1;
      }
    }
    return starts;
  }
}
