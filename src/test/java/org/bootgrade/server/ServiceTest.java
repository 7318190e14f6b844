package org.bootgrade.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A process of both roles, with its database in a file, as somebody sees it who calls. */
class ServiceTest extends Served {

  private static final String SETTINGS =
      """
      port = 0
      [worker]
      attempts = 2
      retry-seconds = 1
      pause-after = 2
      leave-seconds = 5
      [limits]
      archive-mebibytes = 1
      followers = 1
      [[courses]]
      id = "os"
      [[courses.assignments]]
      id = "tiny"
      [[courses]]
      id = "other"
      [[courses.assignments]]
      id = "tiny"
      """;

  @Override
  String settings() {
    return SETTINGS;
  }

  @Test
  void whatIsHandedInIsGraded() throws Exception {
    HttpResponse<String> taken = submit("course=os&student=Ada%20L&name=kernel", admin, crate());
    assertThat(taken.headers().firstValue("Location"))
        .contains(json(taken).path("links").path("self").asText());
    JsonNode status = over(taken);
    assertThat(status.path("schema").asText()).isEqualTo("bootgrade/submission/v1");
    assertThat(status.path("status").asText()).isEqualTo("graded");
    assertThat(status.path("student").asText()).isEqualTo("Ada L");
    assertThat(status.path("attempt").asInt()).isEqualTo(1);

    HttpResponse<String> result = get(status.path("links").path("result").asText(), admin);
    assertThat(json(result).path("schema").asText()).isEqualTo("bootgrade/result/v1");
    assertThat(json(result).path("submission").path("id").asText()).isEqualTo("kernel");
    for (String page : List.of("report", "instructor")) {
      HttpResponse<String> answer = get(status.path("links").path(page).asText(), admin);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
          .contains("sandbox", "default-src 'none'");
      assertThat(answer.body()).contains("kernel");
    }
    assertThat(get(status.path("links").path("self").asText() + "/files/nothing", admin))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(404);
  }

  @Test
  void aFormIsTakenAsWell() throws Exception {
    String boundary = "x-x";
    String before =
        """
        --x-x
        Content-Disposition: form-data; name="course"

        os
        --x-x
        Content-Disposition: form-data; name="archive"; filename="C:\\\\a\\\\k.tar.gz"
        Content-Type: application/zip

        """
            .replace("\n", "\r\n");
    HttpResponse<String> taken =
        call(
            "POST",
            "/v1/submissions",
            admin,
            "multipart/form-data; boundary=" + boundary,
            BodyPublishers.ofByteArrays(
                List.of(
                    before.getBytes(StandardCharsets.UTF_8),
                    crate(),
                    "\r\n--x-x--\r\n".getBytes(StandardCharsets.UTF_8))));
    assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
    assertThat(json(taken).path("name").asText()).isEqualTo("k");
    assertThat(over(taken).path("status").asText()).isEqualTo("graded");
  }

  @Test
  void theSameFilesAreGradedForEachWhoHandsThemIn() throws Exception {
    List<HttpResponse<String>> taken = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      taken.add(submit("course=os&name=s" + i, admin, crate()));
    }
    for (HttpResponse<String> each : taken) {
      assertThat(over(each).path("status").asText()).isEqualTo("graded");
    }
  }

  @Test
  void whatIsNoArchiveIsRejectedWithAReason() throws Exception {
    JsonNode status =
        over(submit("course=os", admin, "no archive".getBytes(StandardCharsets.UTF_8)));
    assertThat(status.path("status").asText()).isEqualTo("rejected");
    JsonNode result = json(get(status.path("links").path("result").asText(), admin));
    assertThat(result.path("message").asText()).isNotBlank();
    assertThat(result.path("score").asInt()).isZero();
  }

  @Test
  void theSameCallTwiceIsOneSubmission() throws Exception {
    HttpResponse<String> first = submit("course=os", admin, crate(), "Idempotency-Key", "k");
    HttpResponse<String> again = submit("course=os", admin, crate(), "Idempotency-Key", "k");
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(json(again).path("id")).isEqualTo(json(first).path("id"));
    HttpResponse<String> other = submit("course=os", admin, zip("x"), "Idempotency-Key", "k");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(problem(other)).contains(json(first).path("id").asText());
    over(first);
  }

  @Test
  void aFailureOfOursIsNoScoreAndBringsAPause() throws Exception {
    bench.broken(true);
    JsonNode status = over(submit("course=os", admin, crate()));
    assertThat(status.path("status").asText()).isEqualTo("infrastructure-failure");
    assertThat(status.path("attempt").asInt()).isEqualTo(2);
    assertThat(status.path("reason").asText()).contains("the engine is broken");
    assertThat(status.path("links").has("result")).isFalse();

    HttpResponse<String> ready = get("/readyz", "");
    while (ready.statusCode() == 200) {
      Thread.sleep(50);
      ready = get("/readyz", "");
    }
    assertThat(json(ready).path("troubles").path("worker").asText()).startsWith("it pauses until");
    assertThat(get("/healthz", "").statusCode()).isEqualTo(200);

    bench.broken(false);
    HttpResponse<String> waiting = submit("course=os", admin, crate());
    Thread.sleep(1500);
    assertThat(json(get(json(waiting).path("links").path("self").asText(), admin)).path("status"))
        .as("during a pause nothing is taken")
        .hasToString("\"queued\"");
  }

  @Test
  void aFailureThatPassesIsForgotten() throws Exception {
    bench.broken(true);
    HttpResponse<String> taken = submit("course=os", admin, crate());
    String self = json(taken).path("links").path("self").asText();
    while (json(get(self, admin)).path("attempt").asInt() == 0) {
      Thread.sleep(20);
    }
    while (!json(get(self, admin)).path("status").asText().equals("queued")) {
      Thread.sleep(20);
    }
    bench.broken(false);
    JsonNode status = over(taken);
    assertThat(status.path("status").asText()).isEqualTo("graded");
    assertThat(status.path("attempt").asInt()).isEqualTo(2);
    assertThat(get("/readyz", "").statusCode()).isEqualTo(200);
  }

  @Test
  void whoFollowsIsToldUntilTheEnd() throws Exception {
    HttpResponse<String> taken = submit("course=os", admin, crate());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(json(taken).path("links").path("events").asText()))
            .header("Authorization", "Bearer " + admin)
            .header("Accept", "text/event-stream")
            .build();
    HttpResponse<Stream<String>> events = http.send(request, BodyHandlers.ofLines());
    assertThat(events.statusCode()).isEqualTo(200);
    List<String> lines = events.body().toList();
    String last = lines.stream().filter(l -> l.startsWith("data: ")).reduce("", (a, b) -> b);
    JsonNode status = MAPPER.readTree(last.substring("data: ".length()));
    assertThat(status.path("status").asText()).isEqualTo("graded");
    assertThat(status.path("links").path("self").asText()).startsWith(service.address());
    assertThat(get(json(taken).path("links").path("events").asText(), admin).statusCode())
        .isEqualTo(406);
  }

  @Test
  void whoShowsNoTokenIsSentAway() throws Exception {
    for (String wrong : List.of("", "x", admin + "x", "bg_0123456789ab_" + "a".repeat(43))) {
      HttpResponse<String> answer = submit("course=os", wrong, crate());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
      problem(answer);
    }
  }

  @Test
  void aTokenAllowsWhatItSays() throws Exception {
    String submits = token("\"submit\"", "os");
    String reads = token("\"read\"", "other");
    HttpResponse<String> own = submit("course=os", submits, crate());
    JsonNode status = over(own);
    assertThat(get(status.path("links").path("self").asText(), submits).statusCode())
        .as("who hands in may follow")
        .isEqualTo(200);
    assertThat(get(status.path("links").path("result").asText(), submits).statusCode())
        .isEqualTo(403);
    assertThat(get(status.path("links").path("result").asText(), reads).statusCode())
        .as("another course's submission is none")
        .isEqualTo(404);
    HttpResponse<String> foreign = submit("course=os", admin, crate());
    assertThat(get(json(foreign).path("links").path("self").asText(), submits).statusCode())
        .as("somebody else's submission is none")
        .isEqualTo(404);
    over(foreign);
    assertThat(submit("course=other", submits, crate()).statusCode()).isEqualTo(403);
    assertThat(submit("course=other", reads, crate()).statusCode()).isEqualTo(403);
    assertThat(get("/v1/tokens", reads).statusCode()).isEqualTo(403);
  }

  @Test
  void aRevokedTokenAllowsNothing() throws Exception {
    String reads = token("\"read\"", "");
    JsonNode tokens = json(get("/v1/tokens", admin)).path("tokens");
    assertThat(tokens).hasSize(2);
    assertThat(tokens.toString()).doesNotContain(reads.substring(16));
    String id = reads.substring(3, 15);
    assertThat(call("DELETE", "/v1/tokens/" + id, admin, "", BodyPublishers.noBody()).statusCode())
        .isEqualTo(204);
    assertThat(get("/v1/submissions/x", reads).statusCode()).isEqualTo(401);
    assertThat(call("DELETE", "/v1/tokens/" + id, admin, "", BodyPublishers.noBody()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    byte[] large = new byte[(1 << 20) + 1];
    HttpResponse<String> announced = submit("course=os", admin, large);
    assertThat(announced.statusCode()).isEqualTo(413);
    assertThat(problem(announced)).contains("1 MiB");
    BodyPublisher unannounced =
        BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large));
    assertThat(
            call("POST", "/v1/submissions?course=os", admin, "application/zip", unannounced)
                .statusCode())
        .isEqualTo(413);
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"a.zip\"\r\n\r\n%s\r\n--x--\r\n"
            .formatted("y".repeat(large.length));
    BodyPublisher unannouncedForm =
        BodyPublishers.ofInputStream(
            () -> new java.io.ByteArrayInputStream(form.getBytes(StandardCharsets.UTF_8)));
    assertThat(
            call(
                    "POST",
                    "/v1/submissions?course=os",
                    admin,
                    "multipart/form-data; boundary=x",
                    unannouncedForm)
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  void whatIsWrongWithACallIsSaid() throws Exception {
    assertThat(problem(submit("", admin, crate()))).contains("\"course\"", "os, other");
    assertThat(problem(submit("course=os&assignment=x", admin, crate()))).contains("tiny");
    assertThat(problem(submit("course=os&name=a%2Fb", admin, crate()))).contains("\"name\"");
    assertThat(problem(submit("course=os&name=..", admin, crate()))).contains("\"name\"");
    assertThat(problem(submit("course=os", admin, crate(), "Idempotency-Key", "a b")))
        .contains("Idempotency-Key");
    HttpResponse<String> text =
        call(
            "POST", "/v1/submissions?course=os", admin, "text/plain", BodyPublishers.ofString("x"));
    assertThat(text.statusCode()).isEqualTo(415);
    assertThat(problem(text)).contains("application/octet-stream");
    HttpResponse<String> noForm =
        call(
            "POST",
            "/v1/submissions?course=os",
            admin,
            "multipart/form-data; boundary=x",
            BodyPublishers.ofString("--x"));
    assertThat(noForm.statusCode()).isEqualTo(400);
    problem(noForm);
    HttpResponse<String> noJson =
        call("POST", "/v1/tokens", admin, "application/json", BodyPublishers.ofString("{"));
    assertThat(problem(noJson)).contains("JSON object");
    HttpResponse<String> scope =
        call(
            "POST",
            "/v1/tokens",
            admin,
            "application/json",
            BodyPublishers.ofString("{\"name\": \"x\", \"scopes\": [\"all\"]}"));
    assertThat(problem(scope)).contains("\"submit\"");
  }

  @Test
  void anAddressThatIsNoneIsSaidToBeNone() throws Exception {
    assertThat(problem(get("/nothing", admin))).contains("nothing at this address");
    HttpResponse<String> put = call("PUT", "/v1/submissions", admin, "", BodyPublishers.noBody());
    assertThat(put.statusCode()).isEqualTo(405);
    problem(put);
    assertThat(get("/v1/submissions/" + java.util.UUID.randomUUID(), admin).statusCode())
        .isEqualTo(404);
    assertThat(get("/v1/submissions/zz", admin).statusCode()).isEqualTo(404);
  }

  @Test
  void theAdminTokenIsForItsOwnerAlone() throws Exception {
    Path file = service.adminToken();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(file).strip()).as("made once").isEqualTo(admin);
  }
}
