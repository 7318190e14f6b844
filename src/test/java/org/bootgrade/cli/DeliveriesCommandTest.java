package org.bootgrade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveriesCommandTest {

  private static final String ONE =
      """
      {"deliveries": [{"id": "msg_1", "webhook": "gradebook", "course": "os", "submission": "s",
        "grading": 2, "state": "dead", "attempts": 12, "said": "it answered 500 \\u001b[2J",
        "createdAt": "2026-10-01T12:00:00Z"}]}
      """;

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> calls = new ArrayList<>();
  private HttpServer service;
  private int status = 200;
  private String answer = ONE;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          calls.add(
              "%s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    service.start();
    Path token = folder.resolve("bootgrade/serve/admin-token");
    Files.createDirectories(token.getParent());
    Files.writeString(token, "bg_x\n");
  }

  @AfterEach
  void stop() {
    service.stop(0);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("deliveries"));
    all.addAll(List.of("--service", "http://127.0.0.1:" + service.getAddress().getPort() + "/"));
    all.addAll(List.of(arguments));
    Surroundings here =
        new Surroundings(
            Terminal.HOME,
            Map.of("XDG_STATE_HOME", folder.toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return Main.run(here, all.toArray(String[]::new));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatIsDeadIsListed() {
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(calls).containsExactly("GET /v1/deliveries?state=dead Bearer bg_x");
    assertThat(out())
        .contains("msg_1  2026-10-01T12:00:00Z  os/gradebook  grading 2  attempt 12  it answered")
        .doesNotContain("\u001b");
  }

  @Test
  void thatThereIsNoneIsSaid() {
    answer = "{\"deliveries\": []}";
    assertThat(run("--state", "waiting")).isEqualTo(ExitCode.OK);
    assertThat(calls).containsExactly("GET /v1/deliveries?state=waiting Bearer bg_x");
    assertThat(out()).isEqualTo("None is waiting.\n");
  }

  @Test
  void oneOrAllAreToldAgain() {
    answer = "{\"replayed\": 1}";
    assertThat(run("--replay", "msg_1")).isEqualTo(ExitCode.OK);
    answer = "{\"replayed\": 3}";
    assertThat(run("--replay", "all")).isEqualTo(ExitCode.OK);
    assertThat(calls)
        .containsExactly(
            "POST /v1/deliveries/msg_1/replay Bearer bg_x",
            "POST /v1/deliveries/replay Bearer bg_x");
    assertThat(out()).isEqualTo("1 is told again.\n3 are told again.\n");
  }

  @Test
  void whatTheServiceRefusesIsToldInItsWords() {
    status = 409;
    answer = "{\"detail\": \"It is not dead but delivered.\"}";
    assertThat(run("--replay", "msg_1")).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("answered 409: It is not dead but delivered.");
  }

  @Test
  void aServiceThatDoesNotAnswerIsNamed() {
    service.stop(0);
    assertThat(run()).isEqualTo(ExitCode.INFRASTRUCTURE);
    assertThat(err()).contains("no service answers at http://127.0.0.1:", "--service");
  }

  @Test
  void whatIsNoServiceIsNamed() {
    answer = "<html>";
    assertThat(run()).isEqualTo(ExitCode.INFRASTRUCTURE);
    assertThat(err()).contains("is no bootgrade");
  }

  @Test
  void aTokenThatIsNotThereIsAskedFor() {
    assertThat(run("--token", folder.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err()).contains("none cannot be read", "--token");
    assertThat(calls).isEmpty();
  }

  @Test
  void whatIsNoIdIsNotAskedFor() {
    assertThat(run("--replay", "a/b")).isEqualTo(ExitCode.USAGE);
    assertThat(calls).isEmpty();
  }
}
