package org.bootgrade.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of the service, in this one, and somebody who calls it. */
@Timeout(60)
abstract class Served {

  static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path folder;
  final HttpClient http = HttpClient.newHttpClient();
  TinyBench bench;
  Service service;
  String admin;

  /** What stands in its settings. */
  abstract String settings();

  @BeforeEach
  void start() throws Exception {
    Path config = folder.resolve("serve.toml");
    Files.writeString(config, settings());
    bench = new TinyBench(Files.createDirectories(folder.resolve("bench")));
    service =
        Service.open(
            new Service.Place(
                new SettingsReader().read(config, Map.of()),
                Set.of(Service.Role.WEB, Service.Role.WORKER),
                folder.resolve("data"),
                Files.createDirectories(folder.resolve("scratch")),
                1,
                "here",
                InstantSource.system()),
            bench);
    admin = Files.readString(service.adminToken()).strip();
    service.start();
  }

  @AfterEach
  void stop() {
    service.close();
    bench.close();
  }

  HttpResponse<String> call(
      String method, String path, String token, String type, BodyPublisher body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(path.startsWith("http") ? path : service.address() + path))
            .method(method, body)
            .timeout(Duration.ofSeconds(20));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String token) throws Exception {
    return call("GET", path, token, "", BodyPublishers.noBody());
  }

  HttpResponse<String> submit(String query, String token, byte[] archive, String... headers)
      throws Exception {
    return call(
        "POST",
        "/v1/submissions?" + query,
        token,
        "application/zip",
        BodyPublishers.ofByteArray(archive),
        headers);
  }

  static byte[] zip(String content) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("Cargo.toml"));
      zip.write(content.getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  static byte[] crate() throws Exception {
    return zip("[package]\nname = \"x\"\n");
  }

  static JsonNode json(HttpResponse<String> answer) throws Exception {
    return MAPPER.readTree(answer.body());
  }

  static String problem(HttpResponse<String> answer) throws Exception {
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).path("status").asInt()).isEqualTo(answer.statusCode());
    return json(answer).path("detail").asText();
  }

  /** Waits for the end of a submission. */
  JsonNode over(HttpResponse<String> taken) throws Exception {
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    String self = json(taken).path("links").path("self").asText();
    while (true) {
      JsonNode status = json(get(self, admin));
      if (!Set.of("queued", "grading").contains(status.path("status").asText())) {
        return status;
      }
      Thread.sleep(50);
    }
  }

  String token(String scopes, String course) throws Exception {
    HttpResponse<String> made =
        call(
            "POST",
            "/v1/tokens",
            admin,
            "application/json",
            BodyPublishers.ofString(
                "{\"name\": \"x\", \"scopes\": [%s]%s}"
                    .formatted(
                        scopes, course.isEmpty() ? "" : ", \"course\": \"%s\"".formatted(course))));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return json(made).path("token").asText();
  }
}
