package org.bootgrade.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.bootgrade.evidence.BuildRecord.Mend;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;
import org.bootgrade.submission.SourceFile;
import org.bootgrade.submission.SourceTree;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a submission's crates and downloads them into the cache, in a workspace that has the
 * network but sees only the manifests, the lock file and empty sources.
 */
final class Crates {

  private static final String FORM = "crates/v1";

  /** What cargo prints when the registry, and not the manifest, is the trouble. */
  private static final List<String> NETWORK_TROUBLE =
      List.of(
          "failed to download",
          "failed to fetch",
          "Could not resolve host",
          "Couldn't resolve host",
          "download of config.json failed",
          "spurious network error",
          "Connection refused",
          "SSL certificate problem",
          "failed to query replaced source");

  /** What cargo prints when the toolchain lacks the sources of the core library. */
  private static final List<String> TOOLCHAIN_TROUBLE =
      List.of("unable to build with the standard library", "rust-src");

  private final Sandbox sandbox;
  private final BuildSettings settings;
  private final Consumer<String> say;

  Crates(Sandbox sandbox, BuildSettings settings, Consumer<String> say) {
    this.sandbox = sandbox;
    this.settings = settings;
    this.say = say;
  }

  /**
   * A resolved set of crates; all of them are in the cache.
   *
   * @param lock the lock file's text
   * @param mends versions that were locked to others
   */
  record Resolved(String lock, List<Mend> mends) {}

  Resolved resolve(SourceTree tree, KernelCrate crate, Workspace build)
      throws BuildRefused, InfrastructureFailure {
    @Nullable String submitted = submittedLock(tree, crate);
    Map<String, byte[]> files = manifests(tree, crate);
    String key = key(files);
    String cached = "locks/" + key;
    String lock = cachedText(build, cached + "/Cargo.lock");
    if (lock == null) {
      lock = fetch(crate, files, cached);
    }
    // The notes follow from the two lock files, so that a cached set tells them as well.
    List<Mend> mends = new ArrayList<>();
    JsonNode before =
        Manifest.parse(
            "Cargo.lock",
            submitted != null ? submitted : textOr(build, cached + "/resolved.lock", lock));
    JsonNode after = Manifest.parse("Cargo.lock", lock);
    for (LockMends.Change change : LockMends.needed(before)) {
      boolean applied = true;
      for (JsonNode locked : after.path("package")) {
        if (locked.path("name").asText().equals(change.crate())
            && locked.path("version").asText().equals(change.from())) {
          applied = false;
        }
      }
      if (applied) {
        mends.add(change.mend());
      }
    }
    return new Resolved(lock, mends);
  }

  private static String textOr(Workspace build, String path, String otherwise)
      throws InfrastructureFailure {
    String text = cachedText(build, path);
    return text == null ? otherwise : text;
  }

  private static @Nullable String submittedLock(SourceTree tree, KernelCrate crate)
      throws InfrastructureFailure {
    String path = lockPath(crate);
    return tree.has(path) ? tree.read(path) : null;
  }

  static String lockPath(KernelCrate crate) {
    String directory = crate.workspace().directory();
    return directory.isEmpty() ? "Cargo.lock" : directory + "/Cargo.lock";
  }

  /** A text of the cache, or null. */
  static @Nullable String cachedText(Workspace workspace, String path)
      throws InfrastructureFailure {
    Outcome outcome =
        workspace.runTrusted(
            Command.of(Duration.ofSeconds(30), "cat", workspace.cache() + "/" + path)
                .keeping(4 << 20));
    return outcome.succeeded() ? outcome.out() : null;
  }

  /** What cargo needs to resolve the crates, and what the key of the lock file is made of. */
  static Map<String, byte[]> manifests(SourceTree tree, KernelCrate crate)
      throws InfrastructureFailure {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (Manifest manifest : crate.manifests()) {
      files.put(manifest.path(), crate.bytes(tree, manifest.path()));
    }
    if (tree.has(lockPath(crate))) {
      files.put(lockPath(crate), tree.bytes(lockPath(crate)));
    }
    // Cargo finds targets by their files; it need not read them to resolve crates.
    for (SourceFile file : tree.files()) {
      boolean ofACrate =
          crate.manifests().stream()
              .anyMatch(
                  m -> m.directory().isEmpty() || file.path().startsWith(m.directory() + "/"));
      if (ofACrate && file.path().endsWith(".rs")) {
        files.put(file.path(), new byte[0]);
      }
    }
    return files;
  }

  static String key(Map<String, byte[]> files) {
    List<String> parts = new ArrayList<>(List.of(FORM, LockMends.digest()));
    files.forEach(
        (path, content) -> {
          parts.add(path);
          parts.add(new String(content, StandardCharsets.UTF_8));
        });
    return Cargo.key(parts.toArray(String[]::new));
  }

  private String fetch(KernelCrate crate, Map<String, byte[]> files, String cached)
      throws BuildRefused, InfrastructureFailure {
    say.accept("fetching crates");
    try (Workspace workspace = sandbox.open(Role.FETCH)) {
      List<Upload> placed = new ArrayList<>();
      files.forEach(
          (path, content) -> placed.add(Upload.file(Cargo.SOURCES + "/" + path, content)));
      placed.add(Cargo.script("fetch.sh"));
      workspace.put(placed);
      String directory = crate.directory().isEmpty() ? "." : crate.directory();
      String lockFile = Cargo.SOURCES + "/" + lockPath(crate);
      fetchStep(workspace, "resolve", directory);
      String resolved = text(workspace, lockFile);
      for (LockMends.Change change : LockMends.needed(Manifest.parse("Cargo.lock", resolved))) {
        // Where another crate insists on the old version this fails, and the build says why.
        Outcome mended =
            run(workspace, "mend", directory, change.crate() + "@" + change.from(), change.to());
        if (!mended.succeeded() && ours(mended)) {
          throw notFetched(mended);
        }
      }
      fetchStep(workspace, "fetch", directory);
      String lock = text(workspace, lockFile);
      for (JsonNode locked : Manifest.parse("Cargo.lock", lock).path("package")) {
        if (locked.path("name").asText().equals(KernelCrate.BOOTLOADER)) {
          fetchStep(workspace, "bootloader", locked.path("version").asText());
        }
      }
      workspace.put(
          List.of(Upload.file("resolved.lock", resolved.getBytes(StandardCharsets.UTF_8))));
      fetchStep(workspace, "keep", lockFile, cached, cached + "." + UUID.randomUUID());
      return lock;
    }
  }

  private static String text(Workspace workspace, String path) throws InfrastructureFailure {
    return new String(workspace.read(path, 4 << 20), StandardCharsets.UTF_8);
  }

  private Outcome run(Workspace workspace, String... arguments) throws InfrastructureFailure {
    List<String> command = new ArrayList<>(List.of("sh", workspace.root() + "/fetch.sh"));
    command.addAll(List.of(arguments));
    Map<String, String> environment = new HashMap<>(Cargo.environment(workspace));
    environment.put("CARGO_NET_RETRY", "3");
    return workspace.run(
        new Command(command, "", environment, settings.fetch(), Command.DEFAULT_OUTPUT_BYTES));
  }

  private void fetchStep(Workspace workspace, String... arguments)
      throws BuildRefused, InfrastructureFailure {
    Outcome outcome = run(workspace, arguments);
    if (outcome.succeeded()) {
      return;
    }
    String log = outcome.err().strip();
    if (TOOLCHAIN_TROUBLE.stream().anyMatch(log::contains)) {
      throw new InfrastructureFailure(
          "the toolchain cannot build the core library: its sources are missing. Cargo says:"
              + lastLines(log),
          "Install the library sources (Debian: rust-web-src; rustup: component add rust-src), or"
              + " use --sandbox container.");
    }
    if (ours(outcome)) {
      throw notFetched(outcome);
    }
    throw new BuildRefused(
        "cargo cannot resolve the submission's crates. Its message is below; run 'cargo fetch' in"
            + " the crate's folder to see it yourself.",
        log);
  }

  /** Whether a step failed for want of time or of the registry. */
  private static boolean ours(Outcome outcome) {
    return outcome.end() != Outcome.End.EXITED
        || !outcome.err().contains("error")
        || NETWORK_TROUBLE.stream().anyMatch(outcome.err()::contains);
  }

  private InfrastructureFailure notFetched(Outcome outcome) {
    String last = lastLines(outcome.err().strip());
    return new InfrastructureFailure(
        outcome.end() == Outcome.End.TIME_LIMIT
            ? "crates could not be fetched in %d minutes. Cargo's last words:%s"
                .formatted(settings.fetch().toMinutes(), last)
            : "crates could not be fetched. Cargo's last words:" + last,
        "Check the network, the proxy variables and the host's CA certificates; then run the"
            + " same command again.");
  }

  /** The end of a log as a paragraph of its own, set in so that reports keep its columns. */
  static String lastLines(String log) {
    List<String> lines = log.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty()
        ? " nothing"
        : "\n\n"
            + String.join("\n", lines.subList(Math.max(0, lines.size() - 6), lines.size()))
                .indent(2)
                .stripTrailing();
  }
}
