package org.bootgrade.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.bootgrade.evidence.InfrastructureFailure;

/** Calls a running service. */
final class ServiceCalls {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String url;
  private final String token;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ObjectMapper mapper = new ObjectMapper();

  ServiceCalls(String url, String token) {
    this.url = url;
    this.token = token;
  }

  JsonNode get(String path) throws UsageError, InfrastructureFailure {
    return answer(request(path).GET().build());
  }

  JsonNode post(String path) throws UsageError, InfrastructureFailure {
    return answer(request(path).POST(BodyPublishers.noBody()).build());
  }

  private HttpRequest.Builder request(String path) throws UsageError {
    try {
      return HttpRequest.newBuilder(URI.create(url + path))
          .timeout(PATIENCE)
          .header("Authorization", "Bearer " + token);
    } catch (IllegalArgumentException e) {
      throw new UsageError(
          "%s cannot be called: see that it is an address, and the token's file holds one token."
              .formatted(url));
    }
  }

  private JsonNode answer(HttpRequest request) throws UsageError, InfrastructureFailure {
    HttpResponse<String> answer;
    try {
      answer = http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new InfrastructureFailure(
          "no service answers at %s".formatted(url),
          "Start it with ./bootgrade serve, or name its address with --service.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureFailure("interrupted", "Run the command again.", e);
    }
    JsonNode body;
    try {
      body = mapper.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new InfrastructureFailure(
          "what answers at %s is no bootgrade".formatted(url),
          "Name the service's address with --service.",
          e);
    }
    if (answer.statusCode() / 100 == 2) {
      return body;
    }
    String detail = body.path("detail").asText("");
    String said = "%s answered %d: %s".formatted(url, answer.statusCode(), detail);
    if (answer.statusCode() / 100 == 4) {
      throw new UsageError(said);
    }
    throw new InfrastructureFailure(said, "Look into the service's log.");
  }
}
