package org.bootgrade.corpus;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bootgrade.corpus.Mutant.Group;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads one file of the corpus. Like rubrics it is read as text, never as YAML's typed values. */
final class CorpusReader {

  private static final Set<String> OUTCOMES = Set.of("passed", "partial", "failed", "skipped");

  private final String file;
  private final Set<String> criteria;
  private String where = "";

  /**
   * @param file its name, for messages
   * @param criteria the ids that outcomes may name
   */
  CorpusReader(String file, Set<String> criteria) {
    this.file = file;
    this.criteria = Set.copyOf(criteria);
  }

  /**
   * @throws CorpusError if the text is no file of the corpus
   */
  List<Mutant> read(String yaml) {
    Node root;
    try {
      root = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
    } catch (MarkedYAMLException e) {
      throw new CorpusError("%s: this is no YAML: %s".formatted(file, e.getMessage()), e);
    }
    if (root == null) {
      throw new CorpusError(file + ": the file is empty", null);
    }
    Map<String, Node> fields = fields(root, Set.of("sample", "mutants"), Set.of());
    String sample = text(fields.get("sample"));
    List<Mutant> mutants = new ArrayList<>();
    for (Node node : items(fields.get("mutants"))) {
      where = "";
      mutants.add(mutant(sample, node));
    }
    return mutants;
  }

  private Mutant mutant(String sample, Node node) {
    Map<String, Node> fields =
        fields(
            node, Set.of("id", "group", "why", "edits"), Set.of("covering", "outcomes", "flags"));
    String id = text(fields.get("id"));
    if (!id.matches("[a-z0-9-]+")) {
      throw error(node, "an id has small letters, digits and hyphens only: " + id);
    }
    where = id + ": ";
    Map<String, String> outcomes = new TreeMap<>();
    if (fields.containsKey("outcomes")) {
      Node named = fields.get("outcomes");
      fields(named, Set.of(), criteria).forEach((c, value) -> outcomes.put(c, outcome(value)));
    }
    List<String> flags = new ArrayList<>();
    if (fields.containsKey("flags")) {
      items(fields.get("flags")).forEach(flag -> flags.add(text(flag)));
    }
    Group group = group(fields.get("group"));
    if (group == Group.RIGHT && !outcomes.isEmpty()) {
      throw error(node, "a right one passes every criterion, so it names no outcomes");
    }
    if (group == Group.MISTAKE && outcomes.isEmpty()) {
      throw error(node, "a mistake fails a criterion, so say which in outcomes");
    }
    List<Edit> edits = items(fields.get("edits")).stream().map(this::edit).toList();
    return new Mutant(
        id,
        sample,
        place(node),
        group,
        fields.containsKey("covering") && yes(fields.get("covering")),
        text(fields.get("why")).strip(),
        outcomes,
        flags,
        edits);
  }

  private Edit edit(Node node) {
    Map<String, Node> fields =
        fields(
            node,
            Set.of("file"),
            Set.of("find", "replace", "times", "create", "rewrite", "remove", "rename"));
    List<String> ways =
        Stream.of("find", "create", "rewrite", "remove", "rename")
            .filter(fields::containsKey)
            .toList();
    if (ways.size() != 1) {
      throw error(node, "an edit has one of find, create, rewrite, remove, rename");
    }
    String way = ways.get(0);
    if (way.equals("find") != fields.containsKey("replace")) {
      throw error(node, "find and replace go together");
    }
    if (fields.containsKey("times") && !way.equals("find")) {
      throw error(node, "times goes with find");
    }
    String path = text(fields.get("file"));
    Node value = fields.get(way);
    return switch (way) {
      case "find" ->
          new Edit.Replace(
              path,
              filled(value),
              text(fields.get("replace")),
              fields.containsKey("times") ? number(fields.get("times")) : 1);
      case "create" -> new Edit.Create(path, text(value));
      case "rewrite" -> new Edit.Rewrite(path, text(value));
      case "rename" -> new Edit.Rename(path, filled(value));
      default -> {
        if (!yes(value)) {
          throw error(value, "remove is true or is left out");
        }
        yield new Edit.Remove(path);
      }
    };
  }

  private Map<String, Node> fields(Node node, Set<String> required, Set<String> optional) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(node, "keys and values are wanted here");
    }
    Map<String, Node> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String key = text(tuple.getKeyNode());
      if (!required.contains(key) && !optional.contains(key)) {
        throw error(tuple.getKeyNode(), "unknown key \"%s\"".formatted(key));
      }
      if (fields.put(key, tuple.getValueNode()) != null) {
        throw error(tuple.getKeyNode(), "the key \"%s\" is there twice".formatted(key));
      }
    }
    for (String key : required) {
      if (!fields.containsKey(key)) {
        throw error(node, "the key \"%s\" is missing".formatted(key));
      }
    }
    return fields;
  }

  private List<Node> items(Node node) {
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      throw error(node, "a list is wanted here");
    }
    return sequence.getValue();
  }

  private String text(Node node) {
    if (!(node instanceof ScalarNode scalar)) {
      throw error(node, "a text is wanted here");
    }
    return scalar.getValue();
  }

  private String filled(Node node) {
    String text = text(node);
    if (text.isEmpty()) {
      throw error(node, "this text must not be empty");
    }
    return text;
  }

  private String outcome(Node node) {
    String outcome = text(node);
    if (!OUTCOMES.contains(outcome)) {
      throw error(node, "unknown outcome \"%s\"".formatted(outcome));
    }
    return outcome;
  }

  private Group group(Node node) {
    for (Group group : Group.values()) {
      if (group.name().toLowerCase(Locale.ROOT).equals(text(node))) {
        return group;
      }
    }
    throw error(node, "unknown group \"%s\"".formatted(text(node)));
  }

  private boolean yes(Node node) {
    return switch (text(node)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw error(node, "true or false is wanted here");
    };
  }

  private int number(Node node) {
    try {
      return Integer.parseInt(text(node));
    } catch (NumberFormatException e) {
      throw new CorpusError(place(node) + ": " + where + "a number is wanted here", e);
    }
  }

  private CorpusError error(Node node, String what) {
    return new CorpusError(place(node) + ": " + where + what, null);
  }

  private String place(Node node) {
    return "%s:%d".formatted(file, node.getStartMark().getLine() + 1);
  }
}
