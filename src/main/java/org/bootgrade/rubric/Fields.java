package org.bootgrade.rubric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The keys of one mapping of the file, each known and there at most once. */
final class Fields {

  private final String where;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final Problems problems;

  /**
   * Takes a mapping apart.
   *
   * @param where the mapping in words, for messages
   * @param node the mapping
   * @param known the keys it may have
   * @param problems receives what is wrong
   */
  Fields(String where, MappingNode node, List<String> known, Problems problems) {
    this.where = where;
    this.line = Problems.line(node);
    this.problems = problems;
    for (NodeTuple tuple : node.getValue()) {
      Node keyNode = tuple.getKeyNode();
      if (!(keyNode instanceof ScalarNode scalar)) {
        problems.add(
            keyNode,
            "%s has a key that is no plain word".formatted(where),
            "write one of %s".formatted(String.join(", ", known)));
        continue;
      }
      String key = scalar.getValue();
      if (key.equals("<<")) {
        problems.add(
            keyNode, "merge keys (<<) are not allowed in a rubric", "write the keys out here");
      } else if (!known.contains(key)) {
        problems.add(
            keyNode,
            "%s has the unknown key %s".formatted(where, Problems.quote(key)),
            Nearest.to(key, known)
                .map("did you mean \"%s\"?"::formatted)
                .orElse("known keys are %s".formatted(String.join(", ", known))));
      } else if (values.containsKey(key)) {
        problems.add(
            keyNode,
            "%s has the key \"%s\" a second time, first in line %d"
                .formatted(where, key, lines.get(key)),
            "remove one of them");
      } else {
        values.put(key, tuple.getValueNode());
        lines.put(key, Problems.line(keyNode));
      }
    }
  }

  /** The value of a key that must be there, read; null where it is missing or wrong. */
  <T> @Nullable T required(String key, String mend, Function<Node, @Nullable T> reader) {
    Node node = values.get(key);
    if (node == null) {
      problems.add(line, "%s has no \"%s\"".formatted(where, key), mend);
      return null;
    }
    return reader.apply(node);
  }

  /** The value of a key that may be missing, read; null where it is missing or wrong. */
  <T> @Nullable T optional(String key, Function<Node, @Nullable T> reader) {
    Node node = values.get(key);
    return node == null ? null : reader.apply(node);
  }

  /** Whether a key is there, whatever its value. */
  boolean has(String key) {
    return values.containsKey(key);
  }

  /** The line of a key, or of the mapping where the key is missing. */
  int line(String key) {
    return lines.getOrDefault(key, line);
  }
}
