package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that answers calls, two that grade, a PostgreSQL server and a webhook, all of which are
 * killed or fail again and again while submissions come in.
 */
@Timeout(900)
class ServeClusterIT {

  private static final int SUBMISSIONS = Integer.getInteger("bootgrade.cluster.submissions", 60);

  /** As many as it takes for each process to be killed some times. */
  private static final int KILLS = Integer.getInteger("bootgrade.cluster.kills", 10);

  private static final Path KERNEL =
      Terminal.HOME.resolve("src/samples/double-faults/modern-blog-os");

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  private final Random random = new Random(Long.getLong("bootgrade.cluster.seed", 7));
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, ServeProcess> processes = new HashMap<>();

  /** Of each submission, the ids of messages that the webhook has taken. */
  private final Map<String, Set<String>> told = new ConcurrentHashMap<>();

  private int port;
  private int databasePort;
  private @Nullable EmbeddedPostgres database;
  private HttpServer webhook;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    databasePort = freePort();
    webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext("/", this::hear);
    webhook.start();
    startDatabase();
    Files.writeString(
        folder.resolve("serve.toml"),
        """
        port = %d
        data = "%s"
        [database]
        url = "postgresql://127.0.0.1:%d/postgres"
        user = "postgres"
        [worker]
        jobs = 1
        heartbeat-seconds = 1
        attempts = 100
        retry-seconds = 1
        pause-seconds = 1
        longest-pause-seconds = 2
        leave-seconds = 5
        [delivery]
        attempts = 100
        retry-seconds = 1
        longest-retry-seconds = 2
        timeout-seconds = 5
        [[courses]]
        id = "os"
        [[courses.assignments]]
        id = "double-faults"
        [[courses.webhooks]]
        id = "gradebook"
        url = "http://127.0.0.1:%d/"
        secret = "%s"
        """
            .formatted(
                port,
                folder.resolve("data"),
                databasePort,
                webhook.getAddress().getPort(),
                SECRET));
    for (String name : List.of("web", "worker-1", "worker-2")) {
      startProcess(name);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void startDatabase() throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    while (true) {
      try {
        database =
            EmbeddedPostgres.builder()
                .setPort(databasePort)
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                // As a real one has it: what was committed is not lost.
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        return;
      } catch (IOException | IllegalStateException e) {
        // Processes of the one that was killed may still end.
        assertThat(Instant.now()).as(e.toString()).isBefore(end);
        Thread.sleep(500);
      }
    }
  }

  private void startProcess(String name) throws Exception {
    processes.put(
        name,
        ServeProcess.start(
            folder,
            name,
            List.of(
                "--config",
                folder.resolve("serve.toml").toString(),
                "--role",
                name.replaceFirst("-.*", ""))));
  }

  @AfterEach
  void end() throws Exception {
    for (ServeProcess process : processes.values()) {
      process.stop();
    }
    webhook.stop(0);
    if (database != null) {
      database.close();
    }
  }

  /** Hears of three messages out of four. */
  private void hear(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    boolean taken;
    synchronized (random) {
      taken = random.nextInt(4) > 0;
    }
    if (taken) {
      JsonNode message = MAPPER.readTree(body);
      told.computeIfAbsent(
              message.path("data").path("submission").path("id").asText(),
              id -> ConcurrentHashMap.newKeySet())
          .add(String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id")));
    }
    exchange.sendResponseHeaders(taken ? 204 : 500, -1);
    exchange.close();
  }

  /**
   * Most are projects without a kernel, which are graded in no time; each third one is a kernel
   * with an error, which takes a worker long enough to be killed meanwhile.
   */
  private static byte[] archive(int number) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    if (number % 3 == 0) {
      try (Stream<Path> sample = Files.walk(KERNEL)) {
        for (Path file : sample.filter(Files::isRegularFile).toList()) {
          files.put(KERNEL.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      files.put(
          "src/lib.rs",
          "compile_error!(\"this is number %d\");"
              .formatted(number)
              .getBytes(StandardCharsets.UTF_8));
    } else {
      files.put(
          "Cargo.toml",
          "[package]\nname = \"s%d\"\n".formatted(number).getBytes(StandardCharsets.UTF_8));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        // The same call has the same body, however often it is made.
        entry.setTimeLocal(LocalDateTime.of(2026, 10, 1, 12, 0));
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("data/admin-token")).strip();
  }

  private HttpRequest.Builder request(String path) throws IOException {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(15))
        .header("Authorization", "Bearer " + token());
  }

  /** As a patient LMS does it: the same call again until it is answered. */
  private String submitted(int number) throws Exception {
    HttpRequest request =
        request("/v1/submissions?name=s" + number)
            .header("Content-Type", "application/zip")
            .header("Idempotency-Key", "call-" + number)
            .POST(BodyPublishers.ofByteArray(archive(number)))
            .build();
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      String said;
      try {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 202) {
          return MAPPER.readTree(answer.body()).path("id").asText();
        }
        assertThat(answer.statusCode()).as(answer.body()).isIn(500, 503);
        said = answer.body();
      } catch (IOException e) {
        said = e.toString();
      }
      assertThat(Instant.now()).as(said).isBefore(end);
      Thread.sleep(200);
    }
  }

  private JsonNode over(String id) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      JsonNode status =
          MAPPER.readTree(
              http.send(request("/v1/submissions/" + id).build(), BodyHandlers.ofString()).body());
      if (Set.of("graded", "rejected", "infrastructure-failure")
          .contains(status.path("status").asText())) {
        return status;
      }
      assertThat(Instant.now()).as(status.toString()).isBefore(end);
      Thread.sleep(100);
    }
  }

  private void killSomething(int number) throws Exception {
    List<String> names = new ArrayList<>(processes.keySet());
    names.add("database");
    names.sort(Comparator.naturalOrder());
    // Each has its turn; when it comes is chance.
    String name = names.get(number % names.size());
    if (name.equals("database")) {
      long server =
          Long.parseLong(Files.readAllLines(folder.resolve("postgres/postmaster.pid")).get(0));
      ProcessHandle process = ProcessHandle.of(server).orElseThrow();
      process.destroyForcibly();
      process.onExit().get(10, TimeUnit.SECONDS);
      Objects.requireNonNull(database).close();
      pause(1500);
      startDatabase();
    } else {
      Objects.requireNonNull(processes.get(name)).kill();
      pause(1500);
      startProcess(name);
    }
  }

  private void pause(int most) throws InterruptedException {
    int milliseconds;
    synchronized (random) {
      milliseconds = random.nextInt(most);
    }
    Thread.sleep(milliseconds);
  }

  @Test
  void whateverIsKilledEachSubmissionIsGradedOnceAndToldOf() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    Map<Integer, Future<String>> calls = new TreeMap<>();
    try {
      for (int i = 0; i < SUBMISSIONS; i++) {
        int number = i;
        calls.put(
            i,
            callers.submit(
                () -> {
                  pause(1500);
                  return submitted(number);
                }));
      }
      for (int i = 0; i < KILLS; i++) {
        pause(1500);
        killSomething(i);
      }
      Map<String, JsonNode> over = new HashMap<>();
      for (Future<String> call : calls.values()) {
        String id = call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        over.put(id, over(id));
      }
      assertThat(over).as("a call is one submission").hasSize(SUBMISSIONS);
      assertThat(over.values()).allMatch(s -> s.path("status").asText().equals("graded"));
      assertOneGradingEach();
      assertEachIsTold(over.keySet());
    } catch (TimeoutException e) {
      throw new AssertionError("not all calls were answered", e);
    } finally {
      callers.shutdownNow();
    }
  }

  private void assertOneGradingEach() throws Exception {
    try (Connection connection =
            Objects.requireNonNull(database).getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select (select count(*) from submissions),"
                    + " (select count(*) from gradings where status = 'graded'"
                    + " and result is not null and files is not null),"
                    + " (select count(*) from gradings),"
                    + " (select count(*) from deliveries),"
                    + " (select count(*) from scheduled_tasks)")) {
      row.next();
      for (int column = 1; column <= 4; column++) {
        assertThat(row.getInt(column)).as("column " + column).isEqualTo(SUBMISSIONS);
      }
      assertThat(row.getInt(5)).as("jobs that are left").isZero();
    }
  }

  private void assertEachIsTold(Set<String> submissions) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (!told.keySet().containsAll(submissions)) {
      assertThat(Instant.now()).as("%d are told", told.size()).isBefore(end);
      Thread.sleep(100);
    }
    assertThat(told.keySet()).isEqualTo(submissions);
    assertThat(told.values()).as("always under the same id").allMatch(ids -> ids.size() == 1);
  }
}
