package org.bootgrade.hostile;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;

/**
 * Runs a harmless probe where nothing guards: in a container of the same image, but as root, with
 * the host's network, a writable root, a folder of the host and the secret in its environment.
 */
final class Unguarded {

  private static final int SECONDS = 60;

  private final DockerClient docker = DockerClientFactory.lazyClient();
  private final String image;
  private final Map<String, String> labels;

  /**
   * @param image with a Rust compiler
   * @param labels that show whose containers these are
   */
  Unguarded(String image, Map<String, String> labels) {
    this.image = image;
    this.labels = Map.copyOf(labels);
  }

  /**
   * Compiles and runs a program.
   *
   * @param program in Rust
   * @param grounds whose folder it is given
   * @return what it printed
   */
  String run(String program, Grounds grounds) throws IOException, InterruptedException {
    Path source = grounds.folder().resolve("probe.rs");
    Files.writeString(source, grounds.fill(program));
    String folder = grounds.folder().toString();
    String container =
        docker
            .createContainerCmd(image)
            .withUser("0:0")
            .withLabels(labels)
            .withEnv("PROBE_SECRET=" + grounds.secret())
            .withCmd(
                "timeout",
                Integer.toString(SECONDS),
                "sh",
                "-c",
                "rustc --edition 2021 -o /tmp/probe \"$1\" && /tmp/probe",
                "sh",
                source.toString())
            .withHostConfig(
                HostConfig.newHostConfig()
                    .withNetworkMode("host")
                    .withInit(true)
                    .withMemory(1L << 30)
                    .withPidsLimit(200L)
                    .withBinds(List.of(new Bind(folder, new Volume(folder)))))
            .exec()
            .getId();
    try {
      docker.startContainerCmd(container).exec();
      docker
          .waitContainerCmd(container)
          .exec(new WaitContainerResultCallback())
          .awaitStatusCode(2 * SECONDS, TimeUnit.SECONDS);
      StringBuilder output = new StringBuilder();
      docker
          .logContainerCmd(container)
          .withStdOut(true)
          .withStdErr(true)
          .exec(
              new ResultCallback.Adapter<Frame>() {
                @Override
                public void onNext(Frame frame) {
                  output.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                }
              })
          .awaitCompletion(SECONDS, TimeUnit.SECONDS);
      return output.toString();
    } finally {
      docker.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
      Files.delete(source);
    }
  }
}
