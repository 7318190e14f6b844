package org.bootgrade.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.bootgrade.sandbox.Upload;
import org.bootgrade.sandbox.Workspace;

/**
 * How cargo is called, the same in every step: another environment would make it compile everything
 * again.
 */
final class Cargo {

  /** The folder of a workspace that holds the submission. */
  static final String SOURCES = "src";

  /** The folder of a workspace that cargo builds into. */
  static final String TARGET = "target";

  private Cargo() {}

  /** The environment of every call. */
  static Map<String, String> environment(Workspace workspace) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CARGO_HOME", workspace.cache() + "/crates");
    environment.put("CARGO_TARGET_DIR", workspace.root() + "/" + TARGET);
    environment.put("CARGO_TERM_COLOR", "never");
    environment.put("CARGO_INCREMENTAL", "0");
    // Whatever a manifest says: symbols tell where a static ends, and nothing that runs needs them.
    environment.put("CARGO_PROFILE_DEV_STRIP", "none");
    // The toolchain is a stable compiler; kernels need its unstable features.
    environment.put("RUSTC_BOOTSTRAP", "1");
    // Older crates do not ask for these, because older compilers did not want to be asked.
    environment.put("CARGO_UNSTABLE_JSON_TARGET_SPEC", "true");
    environment.put("CARGO_UNSTABLE_PANIC_ABORT_TESTS", "true");
    return environment;
  }

  /** A script that lies beside this class. */
  static Upload script(String name) {
    return Upload.script(name, resource(name));
  }

  static byte[] resource(String name) {
    try (InputStream in = Cargo.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the jar cannot be read", e);
    }
  }

  /** A cache key: 20 hexadecimal digits over all that shaped an entry. */
  static String key(String... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      all.writeBytes((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      all.writeBytes(bytes);
    }
    return DigestUtils.sha256Hex(all.toByteArray()).substring(0, 20);
  }

  /** The SHA-256 of a file, in hexadecimal digits. */
  static String sha256(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return DigestUtils.sha256Hex(content);
    }
  }
}
