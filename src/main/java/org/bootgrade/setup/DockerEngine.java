package org.bootgrade.setup;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.BuildResponseItem;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;

/**
 * The engine, by way of docker-java.
 *
 * <p>Testcontainers' factory is not asked for the client: it remembers, for the life of the JVM,
 * that it once found no engine, and would not see the one we start.
 */
final class DockerEngine implements EngineAccess {
  private static final Duration QUESTION = Duration.ofSeconds(10);
  private static final Duration IMPORT = Duration.ofMinutes(5);

  private final EngineLocator locator;
  private EngineLocator.@Nullable Place place;
  private @Nullable DockerClient client;

  DockerEngine(EngineLocator locator) {
    this.locator = locator;
  }

  /** The place of the engine that answers, or the first if none does. */
  static EngineLocator.Place firstThatAnswers(EngineLocator locator) {
    List<EngineLocator.Place> places = locator.places();
    for (EngineLocator.Place candidate : places) {
      if (!candidate.isSocket() || ask(candidate) instanceof Answer.Here) {
        return candidate;
      }
    }
    return places.get(0);
  }

  @Override
  public Answer ping() {
    Optional<String> malformed = locator.malformed();
    if (malformed.isPresent()) {
      return new Answer.Silent(
          malformed.get(),
          true,
          false,
          "DOCKER_HOST must be like unix:///var/run/docker.sock or tcp://host:2376");
    }
    Answer.@Nullable Silent first = null;
    for (EngineLocator.Place candidate : locator.places()) {
      Answer answer = candidate.isSocket() ? ask(candidate) : askRemote(candidate);
      if (answer instanceof Answer.Here) {
        place = candidate;
        return answer;
      }
      if (first == null && answer instanceof Answer.Silent silent) {
        first = silent;
      }
    }
    return first == null ? new Answer.Silent("", false, false, "nowhere to ask") : first;
  }

  private static Answer ask(EngineLocator.Place place) {
    try {
      EngineSocket.Answer answer = new EngineSocket(place.socket(), QUESTION).get("/version");
      return new Answer.Here(
          place.address(),
          answer.fields().getOrDefault("Version", "?"),
          answer.fields().getOrDefault("ApiVersion", "?"));
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      boolean refused = reason.contains("Permission denied");
      return new Answer.Silent(place.address(), place.chosen(), refused, reason);
    }
  }

  private Answer askRemote(EngineLocator.Place candidate) {
    place = candidate;
    client = null;
    try {
      Version version = within(QUESTION, () -> client().versionCmd().exec());
      return new Answer.Here(
          candidate.address(),
          String.valueOf(version.getVersion()),
          String.valueOf(version.getApiVersion()));
    } catch (IOException e) {
      return new Answer.Silent(
          candidate.address(), candidate.chosen(), false, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Silent(candidate.address(), candidate.chosen(), false, "interrupted");
    }
  }

  @Override
  public Optional<String> imageId(String name) throws IOException, InterruptedException {
    EngineLocator.Place known = place;
    if (known != null && known.isSocket()) {
      EngineSocket.Answer answer =
          new EngineSocket(known.socket(), QUESTION).get("/images/" + name + "/json");
      return answer.status() == 200
          ? Optional.ofNullable(answer.fields().get("Id"))
          : Optional.empty();
    }
    return within(
        QUESTION,
        () -> {
          try {
            return Optional.ofNullable(client().inspectImageCmd(name).exec().getId());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Optional<String> pull(String name, Duration silence, Duration limit)
      throws IOException, InterruptedException {
    Watched<PullResponseItem> pulling = new Watched<>(item -> {});
    try {
      client().pullImageCmd(name).exec(pulling);
      pulling.await(silence, limit);
    } catch (RuntimeException e) {
      return Optional.of(reason(e));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return imageId(name).isPresent() ? Optional.empty() : Optional.of("the registry sent no image");
  }

  @Override
  public void importImage(Path tar, String name) throws IOException, InterruptedException {
    // The engine's own import would be the plain way, but docker-java 3.7.1 sends it no bytes.
    byte[] dockerfile = "FROM scratch\nADD base.tar /\n".getBytes(StandardCharsets.UTF_8);
    Path context = Files.createTempFile(tar.toAbsolutePath().getParent(), "context-", ".tar");
    try {
      try (TarArchiveOutputStream out =
          new TarArchiveOutputStream(Files.newOutputStream(context))) {
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        entry(out, "Dockerfile", dockerfile.length);
        out.write(dockerfile);
        out.closeArchiveEntry();
        entry(out, "base.tar", Files.size(tar));
        Files.copy(tar, out);
        out.closeArchiveEntry();
      }
      try (InputStream stream = Files.newInputStream(context)) {
        build(client().buildImageCmd(stream).withTags(Set.of(name)), line -> {}, IMPORT);
      }
    } finally {
      Files.deleteIfExists(context);
    }
  }

  @Override
  public boolean hasBridgeNetwork() throws IOException, InterruptedException {
    return within(
        QUESTION,
        () ->
            client().listNetworksCmd().exec().stream()
                .anyMatch(network -> "bridge".equals(network.getName())));
  }

  @Override
  public String build(Build build, Consumer<String> lines, Duration limit)
      throws IOException, InterruptedException {
    BuildImageCmd command =
        client()
            .buildImageCmd(new ByteArrayInputStream(tar(build.context())))
            .withTarget(build.target())
            .withTags(Set.of(build.tag()))
            .withLabels(build.labels());
    build.args().forEach(command::withBuildArg);
    if (build.hostNetwork()) {
      command.withNetworkMode("host");
    }
    build(command, lines, limit);
    return imageId(build.tag())
        .orElseThrow(() -> new IOException("the engine ended the build without an image"));
  }

  private static void build(BuildImageCmd command, Consumer<String> lines, Duration limit)
      throws IOException, InterruptedException {
    AtomicReference<@Nullable String> error = new AtomicReference<>();
    Watched<BuildResponseItem> building =
        new Watched<>(
            item -> {
              if (item.isErrorIndicated()) {
                var detail = item.getErrorDetail();
                error.set(detail == null ? "no reason given" : String.valueOf(detail.getMessage()));
              }
              String text = item.getStream() != null ? item.getStream() : item.getStatus();
              if (text != null) {
                text.lines().filter(line -> !line.isBlank()).forEach(lines);
              }
            });
    try {
      command.withForcerm(true).exec(building);
      building.await(limit, limit);
    } catch (RuntimeException e) {
      throw new IOException(reason(e), e);
    }
    String failure = error.get();
    if (failure != null) {
      throw new BuildFailed(failure);
    }
  }

  /** Times and owners are fixed: the engine's cache goes by them, too. */
  private static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        entry(tar, file.getKey(), file.getValue().length);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static void entry(TarArchiveOutputStream tar, String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(0100644);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
  }

  private synchronized DockerClient client() {
    DockerClient known = client;
    if (known == null) {
      EngineLocator.Place where = place == null ? firstThatAnswers(locator) : place;
      known = DockerClientProviderStrategy.getClientForConfig(where.transport());
      client = known;
    }
    return known;
  }

  /** docker-java waits for an answer for as long as the engine likes; we do not. */
  private static <T> T within(Duration limit, Supplier<T> question)
      throws IOException, InterruptedException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread asking =
        new Thread(
            () -> {
              try {
                answer.complete(question.get());
              } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
              }
            },
            "bootgrade-engine-question");
    asking.setDaemon(true);
    asking.start();
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the engine did not answer in " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(reason(e.getCause() == null ? e : e.getCause()), e);
    }
  }

  /** The engine's own words out of an exception of docker-java. */
  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof DockerException) {
      return message
          .replaceFirst("(?s)^Status \\d+: \\{\"message\":\"(.*)\"\\}\\s*$", "$1")
          .replace("\\\"", "\"");
    }
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root == e ? message : String.valueOf(root.getMessage());
  }

  /** A stream of answers that may fall silent. */
  private static final class Watched<T> implements ResultCallback<T> {
    private final Consumer<T> each;
    private final AtomicLong lastHeard = new AtomicLong(System.nanoTime());
    private final AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
    private final AtomicReference<@Nullable Closeable> stream = new AtomicReference<>();
    private final CountDownLatch done = new CountDownLatch(1);

    Watched(Consumer<T> each) {
      this.each = each;
    }

    void await(Duration silence, Duration limit) throws IOException, InterruptedException {
      long start = System.nanoTime();
      try {
        while (!done.await(200, TimeUnit.MILLISECONDS)) {
          long now = System.nanoTime();
          if (now - start > limit.toNanos()) {
            throw new IOException("not done after " + limit.toSeconds() + " s");
          }
          if (now - lastHeard.get() > silence.toNanos()) {
            throw new IOException("nothing heard for " + silence.toSeconds() + " s");
          }
        }
      } finally {
        close();
      }
      Throwable failure = error.get();
      if (failure != null) {
        throw new IOException(reason(failure), failure);
      }
    }

    @Override
    public void onStart(Closeable closeable) {
      stream.set(closeable);
    }

    @Override
    public void onNext(T item) {
      lastHeard.set(System.nanoTime());
      each.accept(item);
    }

    @Override
    public void onError(Throwable throwable) {
      error.set(throwable);
      done.countDown();
    }

    @Override
    public void onComplete() {
      done.countDown();
    }

    @Override
    public void close() throws IOException {
      Closeable open = stream.getAndSet(null);
      if (open != null) {
        open.close();
      }
    }
  }
}
