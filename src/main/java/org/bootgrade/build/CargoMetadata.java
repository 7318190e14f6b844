package org.bootgrade.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bootgrade.evidence.BuildRecord.Remark;

/** What {@code cargo metadata} says of the kernel crate. */
final class CargoMetadata {

  /** How many bytes of it are read. */
  static final int LONGEST = 16 << 20;

  private final JsonNode root;
  private final JsonNode kernel;
  private final String sources;

  private CargoMetadata(JsonNode root, JsonNode kernel, String sources) {
    this.root = root;
    this.kernel = kernel;
    this.sources = sources;
  }

  /**
   * Reads the output of {@code cargo metadata --format-version 1}.
   *
   * @param json its standard output
   * @param sources the folder that holds the submission, as cargo saw it
   * @param manifest the kernel's Cargo.toml, relative to it
   */
  static CargoMetadata parse(byte[] json, String sources, String manifest) throws BuildRefused {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new BuildRefused(
          "What cargo tells of the submission's crates is longer than the %d MiB that bootgrade"
                  .formatted(LONGEST >> 20)
              + " reads, or was cut off. Run 'cargo metadata --format-version 1' in the crate's"
              + " folder to see it, and take out dependencies that the kernel does not use.");
    } catch (java.io.IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
    String path = sources + "/" + manifest;
    for (JsonNode candidate : root.path("packages")) {
      if (candidate.path("manifest_path").asText().equals(path)) {
        return new CargoMetadata(root, candidate, sources);
      }
    }
    throw new BuildRefused(
        manifest + " is not among the packages that cargo finds. Is it excluded by its workspace?");
  }

  /**
   * A target of the kernel crate that can become a boot image.
   *
   * @param name the cargo target's name
   * @param test whether it is an integration test
   * @param source its root file, relative to the submission
   * @param features the features it requires
   */
  record Target(String name, boolean test, String source, List<String> features) {}

  String packageName() {
    return kernel.path("name").asText();
  }

  /**
   * Whether a crate of the submission has dependencies for its tests alone: then a test may get
   * other features of a crate than the kernel.
   */
  boolean hasDevDependencies() {
    for (JsonNode candidate : root.path("packages")) {
      for (JsonNode dependency : candidate.path("dependencies")) {
        if (candidate.path("source").isNull() && dependency.path("kind").asText().equals("dev")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Binaries and integration tests, in cargo's order. */
  List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (JsonNode target : kernel.path("targets")) {
      String kind = target.path("kind").path(0).asText();
      if (kind.equals("bin") || kind.equals("test")) {
        List<String> features = new ArrayList<>();
        target.path("required-features").forEach(f -> features.add(f.asText()));
        targets.add(
            new Target(
                target.path("name").asText(),
                kind.equals("test"),
                relative(target.path("src_path").asText()),
                features));
      }
    }
    return targets;
  }

  Optional<String> defaultRun() {
    JsonNode name = kernel.path("default_run");
    return name.isTextual() ? Optional.of(name.asText()) : Optional.empty();
  }

  /**
   * The boot loader that the submission was resolved to.
   *
   * @param version its version
   * @param features its features as resolved, sorted
   * @param directory its sources, as cargo sees them
   * @param settings the kernel's {@code package.metadata.bootloader}
   */
  record Bootloader(String version, List<String> features, String directory, JsonNode settings) {}

  Bootloader bootloader() throws BuildRefused {
    for (JsonNode candidate : root.path("packages")) {
      if (!candidate.path("name").asText().equals(KernelCrate.BOOTLOADER)) {
        continue;
      }
      String version = candidate.path("version").asText();
      if (!candidate.path("source").asText("").startsWith("registry+")) {
        throw new BuildRefused(
            "the boot loader must be the published crate: bootloader "
                + version
                + " is taken from the submission itself. Ask for bootloader = \"0.9\".");
      }
      if (!version.startsWith("0.9.")) {
        throw new BuildRefused(
            ("bootloader %s is not supported: bootgrade makes boot images with bootloader 0.9, as"
                    + " the course does. Ask for bootloader = \"0.9\".")
                .formatted(version));
      }
      List<String> features = new ArrayList<>();
      String id = candidate.path("id").asText();
      for (JsonNode node : root.path("resolve").path("nodes")) {
        if (node.path("id").asText().equals(id)) {
          node.path("features").forEach(f -> features.add(f.asText()));
        }
      }
      features.removeIf(f -> f.equals("default") || f.equals("binary"));
      features.sort(null);
      String manifest = candidate.path("manifest_path").asText();
      if (manifest.lastIndexOf('/') < 0) {
        break;
      }
      return new Bootloader(
          version,
          features,
          manifest.substring(0, manifest.lastIndexOf('/')),
          kernel.path("metadata").path("bootloader"));
    }
    throw new BuildRefused("cargo resolved no crate 'bootloader' for the kernel.");
  }

  /** Code of the submission that runs while it is built. */
  List<Remark> remarks() {
    List<Remark> remarks = new ArrayList<>();
    for (JsonNode candidate : root.path("packages")) {
      if (!candidate.path("source").isNull()) {
        continue;
      }
      for (JsonNode target : candidate.path("targets")) {
        String kind = target.path("kind").path(0).asText();
        String source = relative(target.path("src_path").asText());
        if (kind.equals("custom-build")) {
          remarks.add(new Remark("build-script", source + " runs while the submission is built"));
        } else if (kind.equals("proc-macro")) {
          remarks.add(
              new Remark("proc-macro", source + " is a procedural macro: it runs in the compiler"));
        }
      }
    }
    return remarks;
  }

  private String relative(String path) {
    return path.startsWith(sources + "/") ? path.substring(sources.length() + 1) : path;
  }
}
