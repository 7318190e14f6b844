package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine that remembers. */
final class FakeEngine implements EngineAccess {
  static final Answer.Silent DOWN =
      new Answer.Silent("unix:///var/run/docker.sock", false, false, "no such file");

  final Map<String, String> images = new HashMap<>();
  final List<Build> builds = new ArrayList<>();
  final List<String> pulls = new ArrayList<>();
  boolean running = true;
  boolean registryAnswers = true;
  boolean bridge = true;
  boolean diesInBuild;
  @Nullable String buildFails;
  Answer.Silent silence = DOWN;
  int questions;

  @Override
  public Answer ping() {
    questions++;
    return running ? new Answer.Here("unix:///var/run/docker.sock", "20.10.24", "1.41") : silence;
  }

  @Override
  public Optional<String> imageId(String name) throws IOException {
    alive();
    questions++;
    return Optional.ofNullable(images.get(name));
  }

  @Override
  public Optional<String> pull(String name, Duration silenceLimit, Duration limit)
      throws IOException {
    alive();
    pulls.add(name);
    if (!registryAnswers) {
      return Optional.of("no such host");
    }
    images.put(name, "sha256:official");
    return Optional.empty();
  }

  @Override
  public void importImage(Path tar, String name) throws IOException {
    alive();
    images.put(name, "sha256:imported");
  }

  @Override
  public boolean hasBridgeNetwork() throws IOException {
    alive();
    return bridge;
  }

  @Override
  public String build(Build build, Consumer<String> lines, Duration limit) throws IOException {
    alive();
    builds.add(build);
    lines.accept("Step 1/2 : FROM " + build.args().get("BASE"));
    lines.accept("Step 2/2 : RUN apt-get install everything");
    if (diesInBuild) {
      running = false;
      throw new IOException("connection reset");
    }
    if (buildFails != null) {
      lines.accept(buildFails);
      throw new BuildFailed("the command returned 100");
    }
    images.put(build.tag(), "sha256:" + build.target());
    return "sha256:" + build.target();
  }

  private void alive() throws IOException {
    if (!running) {
      throw new IOException("connection refused");
    }
  }
}
