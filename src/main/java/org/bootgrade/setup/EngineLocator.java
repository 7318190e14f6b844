package org.bootgrade.setup;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.dockerclient.EnvironmentAndSystemPropertyClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Where the engine should be. What the user chose counts (DOCKER_HOST, a docker context, the
 * settings of Testcontainers and docker-java), then the usual sockets in turn.
 */
final class EngineLocator {
  private final Map<String, String> environment;

  EngineLocator(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * A place to ask.
   *
   * @param host where it is
   * @param chosen the user named it
   * @param given how to get there, where it takes more than its address
   */
  record Place(URI host, boolean chosen, @Nullable TransportConfig given) {
    boolean isSocket() {
      return "unix".equals(host.getScheme());
    }

    Path socket() {
      return Path.of(host.getPath());
    }

    String address() {
      return host.toString();
    }

    TransportConfig transport() {
      return given == null ? TransportConfig.builder().dockerHost(host).build() : given;
    }
  }

  /** What DOCKER_HOST says, where that is no address of an engine. */
  Optional<String> malformed() {
    String named = environment.getOrDefault("DOCKER_HOST", "");
    return named.isEmpty() || named.matches("unix:///\\S+|(tcp|http|https)://\\S+")
        ? Optional.empty()
        : Optional.of(named);
  }

  /** The places to ask, best first; never empty. */
  @SuppressWarnings("deprecation") // the strategy is meant for Testcontainers, whose rules we want
  List<Place> places() {
    String named = environment.getOrDefault("DOCKER_HOST", "");
    if (named.startsWith("unix:///")) {
      return List.of(new Place(URI.create(named), true, null));
    }
    if (!named.isEmpty() || hasSettings()) {
      var strategy = new EnvironmentAndSystemPropertyClientProviderStrategy();
      TransportConfig transport = strategy.getTransportConfig();
      boolean usual = transport.getDockerHost().getPath().equals("/var/run/docker.sock");
      if (strategy.isApplicable() || !usual) {
        return List.of(new Place(transport.getDockerHost(), true, transport));
      }
    }
    List<Place> places = new ArrayList<>();
    places.add(new Place(URI.create("unix:///var/run/docker.sock"), false, null));
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    String home = environment.getOrDefault("HOME", "");
    for (String socket :
        List.of(
            runtime + "/docker.sock",
            home + "/.docker/run/docker.sock",
            home + "/.docker/desktop/docker.sock")) {
      if (socket.startsWith("/") && Files.exists(Path.of(socket))) {
        places.add(new Place(URI.create("unix://" + socket), false, null));
      }
    }
    return places;
  }

  /** Whether a file or a property names an engine; most that exist do not. */
  private boolean hasSettings() {
    String home = environment.getOrDefault("HOME", "/nonexistent");
    String docker = environment.getOrDefault("DOCKER_CONFIG", home + "/.docker");
    return System.getProperty("DOCKER_HOST") != null
        || !environment.getOrDefault("DOCKER_CONTEXT", "").isEmpty()
        || mentions(Path.of(home, ".testcontainers.properties"), "docker.host", "tc.host")
        || mentions(Path.of(home, ".docker-java.properties"), "DOCKER_HOST")
        || mentions(Path.of(docker, "config.json"), "currentContext");
  }

  private static boolean mentions(Path file, String... keys) {
    try {
      String text = Files.exists(file) ? Files.readString(file) : "";
      return Stream.of(keys).anyMatch(text::contains);
    } catch (IOException e) {
      return true; // let those who know the file decide
    }
  }
}
