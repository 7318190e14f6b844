package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as a process of its own, with real containers and a real emulator. */
class ServeIT {

  private static final Path SAMPLES = Terminal.HOME.resolve("src/samples/double-faults");
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable ServeProcess process;
  private String address = "";

  private ServeProcess start() throws Exception {
    ServeProcess begun =
        ServeProcess.start(
            folder, "serve", List.of("--port", "0", "--data", folder.resolve("data").toString()));
    process = begun;
    address = begun.address();
    return begun;
  }

  @AfterEach
  void end() throws Exception {
    if (process != null) {
      process.stop();
    }
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("data/admin-token")).strip();
  }

  private JsonNode submit(String sample) throws Exception {
    Path zip = folder.resolve(sample + ".zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        var files = Files.walk(SAMPLES.resolve(sample))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(SAMPLES.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/v1/submissions?name=" + sample))
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/zip")
            .POST(BodyPublishers.ofFile(zip))
            .build();
    return MAPPER.readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  private JsonNode get(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Authorization", "Bearer " + token())
            .build();
    return MAPPER.readTree(http.send(request, BodyHandlers.ofString()).body());
  }

  private JsonNode over(String id) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      JsonNode status = get("/v1/submissions/" + id);
      if (!Set.of("queued", "grading").contains(status.path("status").asText())) {
        return status;
      }
      assertThat(Instant.now()).as(status.toString()).isBefore(end);
      Thread.sleep(200);
    }
  }

  @Test
  void whatAProcessLeavesWhenItIsKilledTheNextOneGrades() throws Exception {
    ServeProcess first = start();
    String right = submit("modern-blog-os").path("id").asText();
    String wrong = submit("no-stack-index").path("id").asText();
    while (!get("/v1/submissions/" + right).path("status").asText().equals("grading")) {
      Thread.sleep(50);
    }
    first.kill();

    ServeProcess second = start();
    assertThat(over(right).path("attempt").asInt()).isEqualTo(2);
    for (String[] expected :
        new String[][] {{right, "modern-blog-os"}, {wrong, "no-stack-index"}}) {
      assertThat(over(expected[0]).path("status").asText()).isEqualTo("graded");
      JsonNode result = get("/v1/submissions/" + expected[0] + "/files/result.json");
      JsonNode known =
          MAPPER.readTree(SAMPLES.resolve(expected[1]).resolve("expected.json").toFile());
      for (JsonNode criterion : result.path("criteria")) {
        assertThat(criterion.path("outcome"))
            .as(expected[1] + ": " + criterion)
            .isEqualTo(known.path("outcomes").path(criterion.path("id").asText()));
      }
      assertThat(result.path("criteria")).hasSize(known.path("outcomes").size());
    }
    second.end();
  }
}
