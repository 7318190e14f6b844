package org.bootgrade.rubric;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.commons.codec.digest.DigestUtils;
import org.bootgrade.evidence.FileTrouble;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.representer.Representer;

/** Reads rubrics from YAML. What comes out is valid in itself; see {@link Rubric#checkAgainst}. */
public final class RubricReader {

  private static final int MAX_BYTES = 1 << 20;

  /** A rubric nests four deep; the parser's own stack ends much later. */
  private static final int MAX_DEPTH = 10;

  private RubricReader() {}

  /**
   * Reads a rubric from a file.
   *
   * @throws RubricError if the file cannot be read or is no valid rubric
   */
  public static Rubric read(Path file) throws RubricError {
    Problems problems = new Problems(file.toString());
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw failure(problems, 0, "there is no such file", "check --rubric and the folder");
    } catch (IOException e) {
      throw failure(
          problems,
          0,
          "the file cannot be read (%s)".formatted(FileTrouble.reason(e, file)),
          "check that it is a file and that you may read it");
    }
    return read(problems, file.toString(), bytes);
  }

  /**
   * Reads a rubric from a text.
   *
   * @param name the file that messages name
   * @param yaml the text
   * @throws RubricError if it is no valid rubric
   */
  public static Rubric read(String name, String yaml) throws RubricError {
    return read(new Problems(name), name, yaml.getBytes(StandardCharsets.UTF_8));
  }

  private static Rubric read(Problems problems, String name, byte[] bytes) throws RubricError {
    if (bytes.length > MAX_BYTES) {
      throw failure(problems, 0, "the file is larger than 1 MiB", "name a rubric; this is none");
    }
    String yaml = decode(bytes, problems);
    Yaml parser = parser();
    Node root;
    try {
      forbid(parser.parse(new StringReader(yaml)), problems);
      problems.throwIfAny();
      root = parser.compose(new StringReader(yaml));
    } catch (MarkedYAMLException e) {
      throw syntax(problems, e);
    } catch (ReaderException e) {
      throw failure(
          problems,
          lineOf(yaml, e.getPosition()),
          "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()),
          "remove it");
    } catch (YAMLException e) {
      throw failure(
          problems,
          0,
          "this is no YAML (%s)".formatted(e.getMessage()),
          "mend or replace the file");
    }
    if (root == null) {
      throw failure(problems, 0, "the file is empty", "start from rubrics/double-faults.yaml");
    }
    return new RubricShape(name, digest(bytes), problems).read(root);
  }

  private static Yaml parser() {
    LoaderOptions loader = new LoaderOptions();
    loader.setCodePointLimit(MAX_BYTES);
    loader.setNestingDepthLimit(MAX_DEPTH);
    loader.setMaxAliasesForCollections(0);
    loader.setAllowRecursiveKeys(false);
    DumperOptions dumper = new DumperOptions();
    return new Yaml(new SafeConstructor(loader), new Representer(dumper), dumper, loader);
  }

  /**
   * Reports what YAML has and a rubric must not: whoever reads a rubric should see what it says
   * where it says it.
   */
  private static void forbid(Iterable<Event> events, Problems problems) {
    int depth = 0;
    int documents = 0;
    for (Event event : events) {
      int line = event.getStartMark().getLine() + 1;
      if (event instanceof DocumentStartEvent && ++documents > 1) {
        problems.add(
            line, "a second YAML document begins here", "write one rubric a file, without ---");
        return;
      }
      if (event instanceof AliasEvent alias) {
        problems.add(
            line,
            "the alias *%s is not allowed in a rubric".formatted(alias.getAnchor()),
            "write the value out, or put the text in quotes");
      } else if (event instanceof NodeEvent node && node.getAnchor() != null) {
        problems.add(
            line,
            "the anchor &%s is not allowed in a rubric".formatted(node.getAnchor()),
            "remove it, or put the text in quotes");
      }
      String tag = tag(event);
      if (tag != null) {
        problems.add(
            line,
            "the tag %s is not allowed in a rubric".formatted(Problems.quote(tag)),
            "remove it, or put the text in quotes");
      }
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        problems.add(
            line, "lists or keys are nested deeper than a rubric goes", "see the documentation");
        return;
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private static @Nullable String tag(Event event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getTag();
    }
    return event instanceof CollectionStartEvent collection ? collection.getTag() : null;
  }

  private static RubricError syntax(Problems problems, MarkedYAMLException e) {
    Mark mark = e.getProblemMark();
    int line = mark == null ? 0 : mark.getLine() + 1;
    String what = String.valueOf(e.getProblem()).strip();
    if (what.contains("\\t(TAB)")) {
      return failure(problems, line, "this line is indented with a tab", "indent it with spaces");
    }
    String context = e.getContext();
    return failure(
        problems,
        line,
        "this is no YAML: %s%s".formatted(context == null ? "" : context.strip() + ", ", what),
        "mend the indentation or quotes here or just above; a text with \": \" or \" #\" needs"
            + " quotes");
  }

  private static String decode(byte[] bytes, Problems problems) throws RubricError {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      String before = new String(bytes, 0, buffer.position(), StandardCharsets.UTF_8);
      throw failure(
          problems,
          lineOf(before, before.length()),
          "the file is not UTF-8 from this line on",
          "save it as UTF-8");
    }
  }

  private static int lineOf(String text, int offset) {
    return 1
        + (int)
            text.substring(0, Math.min(offset, text.length()))
                .chars()
                .filter(c -> c == '\n')
                .count();
  }

  private static RubricError failure(Problems problems, int line, String what, String mend) {
    problems.add(line, what, mend);
    return problems.error();
  }

  private static String digest(byte[] bytes) {
    return "sha256:" + DigestUtils.sha256Hex(bytes);
  }
}
