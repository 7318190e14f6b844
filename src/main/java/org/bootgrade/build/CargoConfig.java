package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.evidence.BuildRecord.Remark;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.submission.SourceFile;
import org.bootgrade.submission.SourceTree;

/**
 * The configuration that cargo gets: ours, with what the submission's own configuration says about
 * the target, the library build, compiler flags and profiles. Its runners, wrappers, linkers,
 * registries and aliases have no effect.
 *
 * @param target the target as {@code --target} takes it: a path in the submission ending in .json,
 *     or a built-in name
 * @param spec the mended target specification, if the target is one
 * @param toml the configuration file's text, without the target
 * @param mends what was added because the submission does not carry it
 * @param remarks what has no effect
 */
record CargoConfig(
    String target, Optional<TargetSpec> spec, String toml, List<Mend> mends, List<Remark> remarks) {

  /**
   * Keys that decide nothing a build may not decide. Everything else is left out and remarked upon.
   */
  private static final Set<String> UNSTABLE_FLAGS =
      Set.of("build-std", "build-std-features", "panic-abort-tests", "json-target-spec");

  private static final Set<String> HARMLESS =
      Set.of("alias", "term", "net", "cargo-new", "future-incompat-report");

  private static final String NAME = ".cargo/config.toml";

  /** Where both are there, cargo uses this one (The Cargo Book, Configuration). */
  private static final String OLD_NAME = ".cargo/config";

  /** Variables that choose which programs and libraries a build runs. */
  private static final Pattern CHOOSING =
      Pattern.compile("(?:CARGO|RUST|LD_|GCC_|LIBRARY_).*|PATH|COMPILER_PATH|HOME|CC|AR|LD");

  static CargoConfig read(SourceTree tree, KernelCrate crate)
      throws BuildRefused, InfrastructureFailure {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    List<Remark> remarks = new ArrayList<>();
    List<Mend> mends = new ArrayList<>();
    String target = "";
    Set<String> ignored = new LinkedHashSet<>();
    boolean found = false;
    for (String directory = crate.directory(); ; directory = parent(directory)) {
      String prefix = directory.isEmpty() ? "" : directory + "/";
      if (tree.has(prefix + OLD_NAME) && tree.has(prefix + NAME)) {
        mends.add(
            new Mend(
                "two-configurations",
                "there are both %s and %s; like cargo, the build obeys the first and not the second"
                    .formatted(prefix + OLD_NAME, prefix + NAME)));
      }
      for (String name : List.of(OLD_NAME, NAME)) {
        if (tree.has(prefix + name)) {
          found = true;
          JsonNode file = Manifest.parse(prefix + name, tree.read(prefix + name));
          if (target.isEmpty()) {
            target = targetOf(file, prefix, tree);
          }
          take(file, config, ignored);
          remarks.addAll(CompilerFlags.remarks(prefix + name, file.path("profile")));
          break;
        }
      }
      if (directory.isEmpty()) {
        break;
      }
    }
    if (!ignored.isEmpty()) {
      remarks.add(
          new Remark(
              "cargo-configuration",
              "the build did not obey these settings of the submission's cargo configuration: "
                  + String.join(", ", ignored)));
    }
    if (target.isEmpty()) {
      target = onlySpec(tree, crate);
      if (found || !target.isEmpty()) {
        mends.add(
            new Mend(
                "target",
                "no target is configured; built for " + (target.isEmpty() ? "?" : target)));
      }
    }
    if (target.isEmpty()) {
      throw new BuildRefused(
          "no target is configured: neither .cargo/config.toml names one nor is there a target"
              + " specification (a .json file with \"llvm-target\") beside "
              + crate.manifest().path()
              + ". Hand in the target file and the .cargo folder, too.");
    }
    ObjectNode unstable = config.withObjectProperty("unstable");
    if (!unstable.has("build-std")) {
      ArrayNode crates = unstable.putArray("build-std").add("core").add("compiler_builtins");
      if (usesAlloc(tree)) {
        crates.add("alloc");
      }
      if (!unstable.has("build-std-features")) {
        unstable.putArray("build-std-features").add("compiler-builtins-mem");
      }
      mends.add(
          new Mend(
              "build-std",
              "the cargo configuration does not say that the core library is to be built; built"
                  + " with build-std"));
    }
    remarks.addAll(
        CompilerFlags.remarks(crate.workspace().path(), crate.workspace().toml().path("profile")));
    Optional<TargetSpec> spec = Optional.empty();
    if (target.endsWith(".json")) {
      boolean sse =
          crate.manifest().dependencies().stream()
              .filter(d -> d.packageName().equals(KernelCrate.BOOTLOADER))
              .anyMatch(d -> contains(d.spec().path("features"), "sse"));
      spec = Optional.of(TargetSpec.mend(target, tree.read(target), sse));
      mends.addAll(spec.get().mends());
      remarks.addAll(spec.get().remarks());
    }
    return new CargoConfig(target, spec, write(config), mends, remarks);
  }

  /** The configuration file for a build whose copy of the submission lies in a folder. */
  String text(String sources) {
    String path = target.endsWith(".json") ? sources + "/" + target : target;
    ObjectNode build = JsonNodeFactory.instance.objectNode();
    build.putObject("build").put("target", path);
    return write(build) + toml;
  }

  /** The folder of the target's artifacts inside a target folder. */
  String targetFolder() {
    String name = target.substring(target.lastIndexOf('/') + 1);
    return name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
  }

  private static String parent(String directory) {
    int slash = directory.lastIndexOf('/');
    return slash < 0 ? "" : directory.substring(0, slash);
  }

  private static String targetOf(JsonNode file, String prefix, SourceTree tree)
      throws BuildRefused {
    JsonNode value = file.path("build").path("target");
    String target = value.isArray() ? value.path(0).asText("") : value.asText("");
    if (!target.endsWith(".json")) {
      return target;
    }
    String path = KernelCrate.resolve(prefix, target);
    if (tree.has(path)) {
      return path;
    }
    String name = target.substring(target.lastIndexOf('/') + 1);
    List<SourceFile> same = tree.named(name);
    if (same.size() == 1) {
      return same.get(0).path();
    }
    throw new BuildRefused(
        "the configured target %s is not in the submission. Hand in the target file, too."
            .formatted(target));
  }

  /** The crate's only target specification, or nothing. */
  private static String onlySpec(SourceTree tree, KernelCrate crate) throws InfrastructureFailure {
    List<String> specs = new ArrayList<>();
    for (String directory : List.of(crate.directory(), crate.workspace().directory())) {
      for (SourceFile file : tree.files()) {
        boolean here = parent(file.path()).equals(directory);
        if (here
            && file.path().endsWith(".json")
            && tree.read(file.path()).contains("\"llvm-target\"")) {
          specs.add(file.path());
        }
      }
      if (!specs.isEmpty()) {
        break;
      }
    }
    return specs.size() == 1 ? specs.get(0) : "";
  }

  private static boolean usesAlloc(SourceTree tree) throws InfrastructureFailure {
    for (SourceFile file : tree.files()) {
      if (file.path().endsWith(".rs") && tree.read(file.path()).contains("extern crate alloc")) {
        return true;
      }
    }
    return false;
  }

  private static void take(JsonNode file, ObjectNode config, Set<String> ignored) {
    for (var table : file.properties()) {
      String name = table.getKey();
      if (!table.getValue().isObject()) {
        ignored.add(name);
      }
      for (var entry : table.getValue().properties()) {
        String key = name + "." + entry.getKey();
        switch (name) {
          case "build" -> {
            if (entry.getKey().equals("rustflags")) {
              putFlags(config.withObjectProperty("build"), name, entry.getValue(), ignored);
            } else if (!entry.getKey().matches("target|jobs|incremental|target-dir")) {
              ignored.add(key);
            }
          }
          case "unstable" -> {
            if (UNSTABLE_FLAGS.contains(entry.getKey())) {
              putIfAbsent(config.withObjectProperty(name), entry.getKey(), entry.getValue());
            } else {
              ignored.add(key);
            }
          }
          case "profile" ->
              putIfAbsent(config.withObjectProperty(name), entry.getKey(), entry.getValue());
          case "target" -> takeTarget(entry.getKey(), entry.getValue(), config, ignored);
          case "env" -> {
            if (entry.getValue().isTextual() && !CHOOSING.matcher(entry.getKey()).matches()) {
              putIfAbsent(config.withObjectProperty(name), entry.getKey(), entry.getValue());
            } else {
              ignored.add(key);
            }
          }
          default -> {
            if (!HARMLESS.contains(name)) {
              ignored.add(key);
            }
          }
        }
      }
    }
  }

  private static void takeTarget(
      String triple, JsonNode table, ObjectNode config, Set<String> ignored) {
    if (!table.isObject()) {
      ignored.add("target." + triple);
    }
    for (var entry : table.properties()) {
      if (entry.getKey().equals("rustflags")) {
        putFlags(
            config.withObjectProperty("target").withObjectProperty(triple),
            "target." + triple,
            entry.getValue(),
            ignored);
      } else if (!entry.getKey().equals("runner")) {
        ignored.add("target." + triple + "." + entry.getKey());
      }
    }
  }

  private static void putFlags(ObjectNode into, String table, JsonNode value, Set<String> ignored) {
    CompilerFlags flags = CompilerFlags.of(value);
    if (flags.dropped()) {
      ignored.add(table + ".rustflags (a linker or a plugin of its own)");
    }
    putIfAbsent(into, "rustflags", flags.kept());
  }

  private static void putIfAbsent(ObjectNode into, String key, JsonNode value) {
    if (!into.has(key)) {
      into.set(key, value);
    }
  }

  private static boolean contains(JsonNode array, String text) {
    for (JsonNode element : array) {
      if (element.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }

  static String write(JsonNode toml) {
    if (toml.isEmpty()) {
      return "";
    }
    try {
      return new TomlMapper().writeValueAsString(toml);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read from TOML can be written as TOML", e);
    }
  }
}
