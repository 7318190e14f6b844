package org.bootgrade.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.treesitter.TSInputEncoding;
import org.treesitter.TSNode;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TSTreeCursor;
import org.treesitter.TreeSitterRust;

/** Splits the Rust files of one submission into the leaves of their syntax trees. */
final class RustParser {

  /** Nodes whose whole text is one leaf to us. */
  private static final Set<String> STRINGS =
      Set.of("string_literal", "raw_string_literal", "char_literal");

  private static final Set<String> COMMENTS = Set.of("line_comment", "block_comment");

  private static final int BUFFER = 1 << 16;

  private final ReadingLimits limits;
  private final Deadline deadline;
  private int nodes;

  RustParser(ReadingLimits limits, Deadline deadline) {
    this.limits = limits;
    this.deadline = deadline;
  }

  /**
   * The leaves of a file, in order. Text that is no Rust has leaves, too.
   *
   * @throws NotReadable when it is no UTF-8 or beyond a bound
   */
  SourceText parse(String file, byte[] bytes) throws NotReadable {
    if (nodes > limits.nodes()) {
      // A tree that nobody looks at takes a hundred times its file's size.
      throw tooMany();
    }
    try {
      var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new NotReadable("it is not UTF-8");
    }
    return new SourceText(file, bytes, leaves(bytes));
  }

  private List<Leaf> leaves(byte[] bytes) throws NotReadable {
    TSParser parser = new TSParser();
    parser.setLanguage(new TreeSitterRust());
    // Not parseString: it would hand over the JVM's own form of UTF-8, with other offsets.
    TSTree tree =
        parser.parseWithOptions(
            new byte[BUFFER],
            null,
            (buffer, offset, point) -> {
              int length = Math.max(0, Math.min(buffer.length, bytes.length - offset));
              System.arraycopy(bytes, Math.min(offset, bytes.length), buffer, 0, length);
              return length;
            },
            TSInputEncoding.TSInputEncodingUTF8,
            state -> deadline.over());
    if (tree == null) {
      throw tooSlow();
    }
    List<Leaf> leaves = new ArrayList<>();
    TSTreeCursor cursor = new TSTreeCursor(tree.getRootNode());
    int depth = 0;
    while (true) {
      nodes++;
      if (nodes > limits.nodes()) {
        throw tooMany();
      }
      if (depth > limits.depth()) {
        throw new NotReadable("it is nested more than %d deep".formatted(limits.depth()));
      }
      if (nodes % 512 == 0 && deadline.over()) {
        throw tooSlow();
      }
      TSNode node = cursor.currentNode();
      String type = node.getType();
      boolean whole = STRINGS.contains(type) || COMMENTS.contains(type);
      if (!whole && cursor.gotoFirstChild()) {
        depth++;
        continue;
      }
      int start = node.getStartByte();
      int end = node.getEndByte();
      if (end > start) {
        leaves.add(leaf(type, bytes, start, end));
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) {
          return leaves;
        }
        depth--;
      }
    }
  }

  private NotReadable tooMany() {
    return new NotReadable("the syntax trees have more than %d nodes".formatted(limits.nodes()));
  }

  private NotReadable tooSlow() {
    return new NotReadable(
        "reading the sources took more than %d s".formatted(limits.time().toSeconds()));
  }

  private static Leaf leaf(String type, byte[] bytes, int start, int end) {
    String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    if (STRINGS.contains(type)) {
      return new Leaf(Leaf.Kind.STRING, text, start, end);
    }
    if (COMMENTS.contains(type)) {
      return new Leaf(Leaf.Kind.COMMENT, text, start, end);
    }
    String name = text.startsWith("r#") ? text.substring(2) : text;
    boolean word = !name.isEmpty() && (Character.isLetter(name.charAt(0)) || name.startsWith("_"));
    return new Leaf(word ? Leaf.Kind.WORD : Leaf.Kind.MARK, word ? name : text, start, end);
  }
}
