package org.bootgrade.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bootgrade.hooks.StandardWebhooks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is told of gradings that are over. */
class WebhooksTest extends Served {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  /** What a receiver was told. */
  private record Told(String path, String id, String timestamp, String signature, String body) {}

  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();

  /** What the receiver answers next; 204 where nothing is wanted. */
  private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();

  private final HttpServer receiver = receiver();

  private HttpServer receiver() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            told.add(
                new Told(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            Integer answer = answers.poll();
            if (answer != null && answer / 100 == 3) {
              exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(answer == null ? 204 : answer, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  String settings() {
    return """
        port = 0
        [worker]
        attempts = 1
        [delivery]
        attempts = 3
        retry-seconds = 1
        longest-retry-seconds = 1
        [[courses]]
        id = "os"
        [[courses.assignments]]
        id = "tiny"
        [[courses.webhooks]]
        id = "gradebook"
        url = "http://127.0.0.1:%d/hook?course=os"
        secret = "%s"
        [[courses]]
        id = "quiet"
        [[courses.assignments]]
        id = "tiny"
        """
        .formatted(receiver.getAddress().getPort(), SECRET);
  }

  @AfterEach
  void end() {
    receiver.stop(0);
  }

  private Told next() throws InterruptedException {
    Told next = told.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("nobody was told").isNotNull();
    return next;
  }

  private JsonNode deliveries(String state) throws Exception {
    return json(get("/v1/deliveries?state=" + state, admin)).path("deliveries");
  }

  private JsonNode awaited(String state) throws Exception {
    while (deliveries(state).isEmpty()) {
      Thread.sleep(50);
    }
    return deliveries(state).path(0);
  }

  private HttpResponse<String> post(String path) throws Exception {
    return call("POST", path, admin, "", BodyPublishers.noBody());
  }

  @Test
  void aGradingThatIsOverIsToldWithASignature() throws Exception {
    JsonNode status = over(submit("course=os&student=ada&name=kernel", admin, crate()));
    Told heard = next();
    assertThat(heard.path()).isEqualTo("/hook");
    assertThat(heard.id()).startsWith("msg_");
    Instant at = Instant.ofEpochSecond(Long.parseLong(heard.timestamp()));
    assertThat(at).isBetween(Instant.now().minusSeconds(60), Instant.now());
    assertThat(heard.signature())
        .isEqualTo(
            StandardWebhooks.of(SECRET)
                .sign(heard.id(), at, heard.body().getBytes(StandardCharsets.UTF_8)));

    JsonNode message = MAPPER.readTree(heard.body());
    assertThat(message.path("type").asText()).isEqualTo("grading.finished");
    assertThat(message.path("timestamp")).isEqualTo(status.path("finishedAt"));
    JsonNode data = message.path("data");
    assertThat(data.path("submission")).isEqualTo(status);
    assertThat(data.path("grading").asInt()).isEqualTo(1);
    assertThat(data.path("score").isNumber()).isTrue();
    assertThat(data.path("maxScore").asInt()).isEqualTo(1);

    JsonNode delivered = awaited("delivered");
    assertThat(delivered.path("id").asText()).isEqualTo(heard.id());
    assertThat(delivered.path("attempts").asInt()).isEqualTo(1);
    assertThat(delivered.path("said").asText()).isEqualTo("it answered 204");
    assertThat(told).isEmpty();
  }

  @Test
  void whatNobodyTookIsToldAgainUnderTheSameId() throws Exception {
    answers.addAll(List.of(500, 302));
    submit("course=os", admin, crate());
    List<Told> heard = List.of(next(), next(), next());
    assertThat(heard).extracting(Told::id).containsOnly(heard.get(0).id());
    assertThat(heard).extracting(Told::body).containsOnly(heard.get(0).body());
    assertThat(heard).extracting(Told::path).as("no redirect is followed").containsOnly("/hook");
    assertThat(awaited("delivered").path("attempts").asInt()).isEqualTo(3);
  }

  @Test
  void whatIsDeadIsListedAndToldWhenSomebodyAsks() throws Exception {
    answers.addAll(List.of(500, 503, 429));
    submit("course=os", admin, crate());
    String id = next().id();
    next();
    next();
    JsonNode dead = awaited("dead");
    assertThat(dead.path("id").asText()).isEqualTo(id);
    assertThat(dead.path("webhook").asText()).isEqualTo("gradebook");
    assertThat(dead.path("said").asText()).isEqualTo("it answered 429");
    assertThat(told.poll(2, TimeUnit.SECONDS)).as("it is told no more").isNull();

    assertThat(post("/v1/deliveries/" + id + "/replay").statusCode()).isEqualTo(202);
    assertThat(next().id()).isEqualTo(id);
    awaited("delivered");
    assertThat(problem(post("/v1/deliveries/" + id + "/replay"))).contains("delivered");
    assertThat(problem(post("/v1/deliveries/msg_x/replay"))).contains("no such delivery");
  }

  @Test
  void whoWantsNoMoreIsToldNoMore() throws Exception {
    answers.add(410);
    submit("course=os", admin, crate());
    String id = next().id();
    assertThat(awaited("dead").path("attempts").asInt()).isEqualTo(1);
    assertThat(json(post("/v1/deliveries/replay")).path("replayed").asInt()).isEqualTo(1);
    assertThat(next().id()).isEqualTo(id);
  }

  @Test
  void thatThereIsNoVerdictIsToldAsWell() throws Exception {
    bench.broken(true);
    submit("course=os", admin, crate());
    JsonNode data = MAPPER.readTree(next().body()).path("data");
    assertThat(data.path("submission").path("status").asText()).isEqualTo("infrastructure-failure");
    assertThat(data.has("score")).isFalse();
  }

  @Test
  void aCourseWithoutWebhooksTellsNobody() throws Exception {
    over(submit("course=quiet", admin, crate()));
    assertThat(told.poll(Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void onlyWhoMayDoAllSeesAndReplaysDeliveries() throws Exception {
    String reader = token("\"read\", \"submit\"", "");
    assertThat(get("/v1/deliveries", reader).statusCode()).isEqualTo(403);
    assertThat(
            call("POST", "/v1/deliveries/replay", reader, "", BodyPublishers.noBody()).statusCode())
        .isEqualTo(403);
    assertThat(get("/v1/deliveries?state=lost", admin).statusCode()).isEqualTo(400);
  }
}
