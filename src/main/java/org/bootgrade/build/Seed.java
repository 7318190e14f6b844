package org.bootgrade.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

/**
 * The crate of ours that has a submission's dependencies and none of its code. Compiled, it leaves
 * a target folder that any submission with the same set can start from.
 *
 * @param manifest its Cargo.toml
 * @param lock its lock file
 * @param config cargo's configuration, without the target
 * @param target the target, as {@link CargoConfig#target}
 * @param specification the target specification, or empty
 */
record Seed(String manifest, String lock, String config, String target, String specification) {

  private static final String FORM = "seed/v3";
  private static final String NAME = "bootgrade-seed";

  static Seed of(KernelCrate crate, CargoConfig config, String lock) {
    JsonNode toml = crate.manifest().toml();
    JsonNode shared = crate.workspace().toml();
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    ObjectNode aPackage = manifest.putObject("package");
    aPackage.put("name", NAME).put("version", "0.0.0").put("publish", false);
    aPackage.put("edition", "2021");
    String resolver =
        shared
            .path("workspace")
            .path("resolver")
            .asText(toml.path("package").path("resolver").asText(""));
    if (resolver.isEmpty()) {
      // Cargo's default follows the edition of the workspace's root package.
      String edition = shared.path("package").path("edition").asText("2015");
      resolver = edition.compareTo("2024") >= 0 ? "3" : edition.equals("2021") ? "2" : "1";
    }
    aPackage.put("resolver", resolver);
    manifest.putObject("lib").put("path", "lib.rs");
    for (String table : List.of("dependencies", "build-dependencies")) {
      copyRegistryCrates(toml.path(table), manifest.putObject(table));
    }
    for (var target : toml.path("target").properties()) {
      copyRegistryCrates(
          target.getValue().path("dependencies"),
          manifest
              .withObjectProperty("target")
              .withObjectProperty(target.getKey())
              .putObject("dependencies"));
    }
    JsonNode profile = shared.path("profile");
    if (profile.isObject()) {
      manifest.set("profile", profile);
    }
    return new Seed(
        CargoConfig.write(manifest),
        lock,
        config.toml(),
        config.target(),
        config.spec().map(TargetSpec::json).orElse(""));
  }

  private static void copyRegistryCrates(JsonNode from, ObjectNode to) {
    for (var entry : from.properties()) {
      JsonNode spec = entry.getValue();
      boolean foreign = spec.has("path") || spec.has("workspace");
      if (!foreign) {
        to.set(entry.getKey(), spec);
      }
    }
  }

  /**
   * Puts an entry into the folder {@code target}. Libraries of tens of megabytes, which are only
   * read, are links into the cache; cargo writes to some of the small files.
   */
  static final String COPY = " && cp -a \"$1/small/.\" target/ && cp -as \"$1/large/.\" target/";

  private static final String FOLDER = "seed";

  /** Its entry in the cache. */
  String entry() {
    return "seeds/" + Cargo.key(FORM, manifest, lock, config, target, specification);
  }

  /** Compiles it in a workspace. */
  String make(Workspace workspace, BuildSettings settings)
      throws BuildRefused, InfrastructureFailure {
    List<Upload> files = new ArrayList<>();
    String sources = workspace.root() + "/" + Cargo.SOURCES;
    String path = target.endsWith(".json") ? sources + "/" + target : target;
    files.add(file(Cargo.SOURCES + "/Cargo.toml", manifest));
    files.add(file(Cargo.SOURCES + "/Cargo.lock", lock));
    files.add(file(Cargo.SOURCES + "/lib.rs", "#![no_std]\n"));
    if (!specification.isEmpty()) {
      files.add(file(Cargo.SOURCES + "/" + target, specification));
    }
    ObjectNode build = JsonNodeFactory.instance.objectNode();
    build.putObject("build").put("target", path);
    files.add(file(".cargo/config.toml", CargoConfig.write(build) + config));
    files.add(Cargo.script("seed.sh"));
    workspace.put(files);
    Map<String, String> environment = Cargo.environment(workspace);
    Store.compile(
        workspace,
        new Command(
            Store.shell(workspace, "seed.sh", NAME, FOLDER),
            "",
            environment,
            settings.seed(),
            Command.DEFAULT_OUTPUT_BYTES),
        "compiling the crates that the submission depends on");
    return FOLDER;
  }

  private static Upload file(String path, String text) {
    return Upload.file(path, text.getBytes(StandardCharsets.UTF_8));
  }
}
