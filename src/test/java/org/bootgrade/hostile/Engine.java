package org.bootgrade.hostile;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Outcome;
import org.bootgrade.sandbox.Role;
import org.bootgrade.sandbox.Sandbox;
import org.bootgrade.sandbox.Workspace;
import org.testcontainers.DockerClientFactory;

/** What the container engine holds. Other processes use it as well; what is theirs is left out. */
final class Engine {

  /** The label that bootgrade's containers carry the number of their process in. */
  private static final String PROCESS_LABEL = "org.bootgrade.owner.pid";

  private final DockerClient docker = DockerClientFactory.lazyClient();

  /** The labels of containers of this process. */
  static Map<String, String> labels() {
    return Map.of(PROCESS_LABEL, Long.toString(ProcessHandle.current().pid()));
  }

  /** This process's containers, running or not. */
  List<String> containers() {
    return docker.listContainersCmd().withShowAll(true).withLabelFilter(labels()).exec().stream()
        .map(c -> c.getId())
        .sorted()
        .toList();
  }

  /** All volumes but the caches, which other processes may make at any time. */
  List<String> volumes() {
    List<InspectVolumeResponse> all = docker.listVolumesCmd().exec().getVolumes();
    return all == null
        ? List.of()
        : all.stream()
            .map(InspectVolumeResponse::getName)
            .filter(name -> !name.startsWith("bootgrade-cache-"))
            .sorted()
            .toList();
  }

  /**
   * The files of the cache that are never changed once they are there: path to size and time.
   *
   * @param sandbox whose builds see the cache
   */
  SortedMap<String, String> cache(Sandbox sandbox) throws InfrastructureFailure {
    try (Workspace workspace = sandbox.open(Role.BUILD)) {
      Outcome outcome =
          workspace.run(
              Command.of(
                      Duration.ofMinutes(1),
                      "sh",
                      "-c",
                      "cd /cache && for of in locks seeds bootloaders crates/registry/src"
                          + " crates/registry/cache; do [ ! -d $of ] || find $of -type f -printf"
                          + " '%p\\t%s %T@\\n'; done")
                  .keeping(64 << 20));
      if (!outcome.succeeded() || outcome.truncated()) {
        throw new IllegalStateException("the cache cannot be listed: " + outcome.err());
      }
      SortedMap<String, String> files = new TreeMap<>();
      outcome
          .out()
          .lines()
          .forEach(line -> files.put(line.split("\t", 2)[0], line.split("\t", 2)[1]));
      return files;
    }
  }
}
