package org.bootgrade.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bootgrade.evidence.InfrastructureFailure;

/**
 * An image with Debian's Chromium, for tests that open pages. It stands on the base of the
 * product's own images and is built in the same way: with the machine's package sources and
 * certificates, and a tag that is a digest of what shapes it.
 */
public final class BrowserImage {

  private static final Duration BUILD = Duration.ofMinutes(20);

  /** No fonts come with a slim Debian; these have the marks, box drawings and Asian scripts. */
  private static final String STAGE =
      """
      FROM base AS browser
      RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \\
          apt-get update; \\
          apt-get install -y chromium fonts-dejavu-core fonts-noto-core; \\
          rm -rf /var/lib/apt/lists/*; \\
          chromium --version --no-sandbox; \\
          install -d -o grader -g grader /work
      USER grader
      WORKDIR /work
      """;

  private BrowserImage() {}

  /**
   * The name of the image, which is built where the engine does not have it.
   *
   * @param home bootgrade's own folder
   * @param mayInstall whether packages may be installed on this machine, to make a base image
   */
  public static String ensure(Path home, boolean mayInstall, Consumer<String> say)
      throws InfrastructureFailure, IOException, InterruptedException {
    Host host = new LocalHost();
    DockerEngine engine = new DockerEngine(new EngineLocator(System.getenv()));
    if (!(engine.ping() instanceof EngineAccess.Answer.Here)) {
      throw new IllegalStateException("the engine does not answer");
    }
    HostTraits traits = new HostTraits(host);
    Map<String, byte[]> context = new TreeMap<>(traits.shaping());
    String dockerfile =
        Recipe.parse(Files.readString(home.resolve("Dockerfile"))).only("base") + STAGE;
    context.put("Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8));
    List<byte[]> parts = new ArrayList<>();
    context.forEach(
        (name, content) -> {
          parts.add(name.getBytes(StandardCharsets.UTF_8));
          parts.add(content);
        });
    String tag =
        "bootgrade/test-browser:"
            + HostTraits.sha256(parts.toArray(byte[][]::new)).substring(0, 12);
    if (engine.imageId(tag).isPresent()) {
      return tag;
    }
    Folders folders = Folders.of(host.environment());
    folders.make();
    String base;
    try {
      base = new BaseImage(host, engine, new Apt(host, folders), folders).ensure(mayInstall, say);
    } catch (Obstacle e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    say.accept("Building the image " + tag + " (Chromium, for the tests of the pages)");
    context.putAll(traits.helping());
    context.put(".dockerignore", new byte[0]);
    Map<String, String> args = new TreeMap<>(traits.proxies());
    args.put("BASE", base);
    engine.build(
        new EngineAccess.Build(context, "browser", tag, args, Map.of(), !engine.hasBridgeNetwork()),
        line -> {
          if (line.startsWith("Step ")) {
            say.accept(line);
          }
        },
        BUILD);
    return tag;
  }
}
