package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BuildRecord.Mend;

/**
 * A Cargo.toml as data. Only what decides where and how cargo is called is read here; cargo itself
 * reads the rest.
 *
 * @param path its path in the source tree
 * @param text its content as the build reads it
 * @param toml the same as data
 * @param mends what of the content was changed; empty where it is as it was handed in
 */
record Manifest(String path, String text, JsonNode toml, List<Mend> mends) {

  static final List<String> DEPENDENCY_TABLES =
      List.of(
          "dependencies",
          "dev-dependencies",
          "dev_dependencies",
          "build-dependencies",
          "build_dependencies");

  /** A dependency as some table of the manifest names it. */
  record Dependency(String name, JsonNode spec) {
    /** The package's name, which a rename hides. */
    String packageName() {
      return spec.path("package").asText(name);
    }

    Optional<String> text(String key) {
      JsonNode value = spec.path(key);
      return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
    }
  }

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  static JsonNode parse(String path, String text) throws BuildRefused {
    try {
      // Editors on Windows begin files with a byte order mark, and cargo takes it.
      JsonNode toml =
          new TomlMapper().readTree(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
      if (holdsHalfACharacter(toml)) {
        throw new BuildRefused(
            "%s is not valid TOML: it holds half a character (an escape from \\uD800 to \\uDFFF). Mend it until 'cargo metadata' reads it."
                .formatted(path));
      }
      return toml.isObject() ? toml : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      throw BuildRefused.unreadable(path, "TOML", e, "Mend it until 'cargo metadata' reads it.");
    }
  }

  /** The parser takes what no TOML may hold, and what was so read cannot be written again. */
  private static boolean holdsHalfACharacter(JsonNode node) {
    if (node.isTextual()) {
      return isHalf(node.asText());
    }
    for (var entry : node.properties()) {
      if (isHalf(entry.getKey()) || holdsHalfACharacter(entry.getValue())) {
        return true;
      }
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        if (holdsHalfACharacter(element)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isHalf(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  static Manifest of(String path, String text) throws BuildRefused {
    JsonNode toml = parse(path, text);
    RequirementMends mended = RequirementMends.of(path, text, toml);
    return mended.mends().isEmpty()
        ? new Manifest(path, text, toml, List.of())
        : new Manifest(path, mended.text(), parse(path, mended.text()), mended.mends());
  }

  /** The directory it lies in, empty for the tree's top. */
  String directory() {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  boolean isPackage() {
    return toml.path("package").isObject();
  }

  boolean isWorkspace() {
    return toml.path("workspace").isObject();
  }

  String packageName() {
    return toml.path("package").path("name").asText("");
  }

  /** All dependencies of all tables, those of the workspace and of patches included. */
  List<Dependency> dependencies() {
    List<Dependency> found = new ArrayList<>();
    collect(toml, found);
    toml.path("target").forEach(target -> collect(target, found));
    collect(toml.path("workspace"), found);
    toml.path("patch").forEach(source -> add(source, found));
    add(toml.path("replace"), found);
    return found;
  }

  boolean dependsOn(String packageName) {
    return dependencies().stream().anyMatch(d -> d.packageName().equals(packageName));
  }

  private static void collect(JsonNode table, List<Dependency> found) {
    for (String name : DEPENDENCY_TABLES) {
      add(table.path(name), found);
    }
  }

  private static void add(JsonNode table, List<Dependency> found) {
    if (table instanceof ObjectNode object) {
      object
          .properties()
          .forEach(entry -> found.add(new Dependency(entry.getKey(), entry.getValue())));
    }
  }
}
