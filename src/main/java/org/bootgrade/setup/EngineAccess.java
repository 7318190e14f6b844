package org.bootgrade.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A container engine, as far as setting up goes. An {@link IOException} means it failed us. */
interface EngineAccess {
  /** Whether it answers. */
  Answer ping();

  /** Identity of an image it has under this name. */
  Optional<String> imageId(String name) throws IOException, InterruptedException;

  /**
   * Fetches an image from its registry.
   *
   * @return empty when it is there now, else why not
   */
  Optional<String> pull(String name, Duration silence, Duration limit)
      throws IOException, InterruptedException;

  /** Takes a file system as an image. */
  void importImage(Path tar, String name) throws IOException, InterruptedException;

  /** Whether containers can have a network of their own; if not, a build uses the host's. */
  boolean hasBridgeNetwork() throws IOException, InterruptedException;

  /**
   * Builds an image.
   *
   * @return its identity
   * @throws BuildFailed a step of the Dockerfile failed
   */
  String build(Build build, Consumer<String> lines, Duration limit)
      throws IOException, InterruptedException;

  /** What became of asking whether the engine is there. */
  sealed interface Answer {
    /**
     * It answers.
     *
     * @param address where
     * @param version its version
     * @param api the newest version of its interface
     */
    record Here(String address, String version, String api) implements Answer {}

    /**
     * It does not.
     *
     * @param address where we asked
     * @param chosen the user chose that address, so another engine would not do
     * @param refused something listens there and does not let us in
     * @param reason what came instead of an answer
     */
    record Silent(String address, boolean chosen, boolean refused, String reason)
        implements Answer {}
  }

  /**
   * What to build.
   *
   * @param context files by name, {@code Dockerfile} among them
   * @param target stage to build
   * @param tag name of the image
   * @param args build arguments
   * @param labels labels of the image
   * @param hostNetwork whether its commands use the host's network
   */
  record Build(
      Map<String, byte[]> context,
      String target,
      String tag,
      Map<String, String> args,
      Map<String, String> labels,
      boolean hostNetwork) {}

  /** A step of a Dockerfile failed; the engine itself is well. */
  final class BuildFailed extends IOException {
    private static final long serialVersionUID = 1L;

    BuildFailed(String message) {
      super(message);
    }
  }
}
