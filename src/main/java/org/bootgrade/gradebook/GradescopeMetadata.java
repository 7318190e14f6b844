package org.bootgrade.gradebook;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/**
 * Who handed in what and when, as Gradescope says beside the submissions that it exports: {@code
 * submission_metadata.yml}. It is a dump of Ruby's, with tags that ask for objects; it is read as
 * plain nodes, and no tag means anything.
 *
 * @param entries by the submission's folder
 */
public record GradescopeMetadata(Map<String, Entry> entries) {

  /** The file's name beside the submissions. */
  public static final String FILE = "submission_metadata.yml";

  private static final int MOST_CHARACTERS = 16 << 20;
  private static final int MAX_DEPTH = 30;

  /** Old exports share each submission's time zone by an alias. */
  private static final int MOST_ALIASES = 200_000;

  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]+([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\\.[0-9]{1,12})?"
              + " *(Z|UTC|[+-][0-9]{2}:?[0-9]{2})");

  public GradescopeMetadata {
    entries = Map.copyOf(entries);
  }

  /**
   * What it says of a submission.
   *
   * @param created when it was handed in, to the second, or null where it does not say
   * @param submitters who handed it in; several for a group
   */
  public record Entry(@Nullable Instant created, List<Submitter> submitters) {
    public Entry {
      submitters = List.copyOf(submitters);
    }
  }

  /**
   * Somebody who handed in. What it does not say is empty.
   *
   * @param name the full name
   * @param sid the university's number
   * @param email the address
   */
  public record Submitter(String name, String sid, String email) {}

  /** No metadata. */
  public static GradescopeMetadata none() {
    return new GradescopeMetadata(Map.of());
  }

  /**
   * Reads the file.
   *
   * @throws GradebookError if it cannot be read or is something else
   */
  public static GradescopeMetadata read(Path file) throws GradebookError {
    return read(file.toString(), CsvTable.bytes(file, "the download"));
  }

  static GradescopeMetadata read(String name, byte[] bytes) throws GradebookError {
    Troubles troubles = new Troubles(name);
    if (bytes.length > MOST_CHARACTERS) {
      throw troubles.only(0, "the file is larger than 16 MiB", "remove it, and use a roster");
    }
    Node root;
    try {
      root = parser().compose(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw troubles.only(
          line, "this is no YAML as Gradescope writes it", "download it again, or remove it");
    } catch (YAMLException e) {
      throw troubles.only(
          0, "this is no YAML as Gradescope writes it", "download it again, or remove it");
    }
    if (!(root instanceof MappingNode mapping)) {
      throw troubles.only(
          0, "this is no metadata of Gradescope's", "download it again, or remove it");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)
          || !(tuple.getValueNode() instanceof MappingNode value)) {
        continue;
      }
      if (entries.putIfAbsent(key.getValue(), entry(value)) != null) {
        troubles.add(
            key.getStartMark().getLine() + 1,
            "%s is there a second time".formatted(Troubles.quote(key.getValue())),
            "download it again");
      }
    }
    troubles.throwIfAny();
    return new GradescopeMetadata(entries);
  }

  private static Yaml parser() {
    LoaderOptions loader = new LoaderOptions();
    loader.setCodePointLimit(MOST_CHARACTERS);
    loader.setNestingDepthLimit(MAX_DEPTH);
    loader.setMaxAliasesForCollections(MOST_ALIASES);
    DumperOptions dumper = new DumperOptions();
    return new Yaml(new SafeConstructor(loader), new Representer(dumper), dumper, loader);
  }

  private static Entry entry(MappingNode node) {
    List<Submitter> submitters = new ArrayList<>();
    if (get(node, ":submitters").orElse(null) instanceof SequenceNode list) {
      for (Node element : list.getValue()) {
        if (element instanceof MappingNode who) {
          submitters.add(new Submitter(text(who, ":name"), text(who, ":sid"), text(who, ":email")));
        }
      }
    }
    return new Entry(time(get(node, ":created_at").orElse(null)), submitters);
  }

  private static @Nullable Instant time(@Nullable Node node) {
    if (node instanceof MappingNode object) {
      // A time of Ruby on Rails with its zone: what it is in UTC is one of its fields.
      return get(object, "utc").map(n -> n instanceof ScalarNode ? time(n) : null).orElse(null);
    }
    if (!(node instanceof ScalarNode scalar)) {
      return null;
    }
    Matcher matcher = TIME.matcher(scalar.getValue().strip());
    if (!matcher.matches()) {
      return null;
    }
    try {
      String zone = matcher.group(3).equals("UTC") ? "Z" : matcher.group(3);
      return LocalDateTime.parse(matcher.group(1) + "T" + matcher.group(2))
          .toInstant(ZoneOffset.of(zone));
    } catch (DateTimeException e) {
      // No such day: as if it were not there, which is told as a missing time.
      return null;
    }
  }

  private static Optional<Node> get(MappingNode node, String key) {
    return node.getValue().stream()
        .filter(t -> t.getKeyNode() instanceof ScalarNode k && k.getValue().equals(key))
        .map(NodeTuple::getValueNode)
        .findFirst();
  }

  private static String text(MappingNode node, String key) {
    return get(node, key)
        .filter(n -> n instanceof ScalarNode)
        .map(n -> ((ScalarNode) n).getValue().strip())
        // What an empty value is in YAML.
        .filter(v -> !v.equals("~") && !v.equals("null"))
        .orElse("");
  }
}
