package org.bootgrade.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bootgrade.sandbox.Command;
import org.bootgrade.sandbox.Conversation;
import org.bootgrade.sandbox.Workspace;

/**
 * Chromium without a window, in a workspace that has no network, spoken to in the DevTools protocol
 * over a pipe (messages end with a zero byte).
 */
final class Browser implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final int ANSWER_SECONDS = 60;

  private final Conversation chromium;
  private final Thread reader;
  private final BlockingQueue<JsonNode> messages = new ArrayBlockingQueue<>(100_000);
  private final List<JsonNode> events = new ArrayList<>();
  private final String session;
  private int last;

  Browser(Workspace workspace) throws Exception {
    chromium =
        workspace.converse(
            Command.of(
                    LIFE,
                    "sh",
                    "-c",
                    "exec chromium --headless=new --remote-debugging-pipe --no-sandbox"
                        + " --disable-gpu --disable-dev-shm-usage --disable-breakpad"
                        + " --disable-crash-reporter --no-first-run --disable-extensions"
                        + " --disable-background-networking --disable-component-update"
                        + " --hide-scrollbars --font-render-hinting=none"
                        + " --user-data-dir=/work/profile 3<&0 4>&1 1>&2 about:blank")
                .with(
                    Map.of("HOME", "/work", "XDG_CONFIG_HOME", "/work", "XDG_CACHE_HOME", "/work"))
                .keeping(256 << 20));
    reader = new Thread(this::read, "chromium-reader");
    reader.setDaemon(true);
    reader.start();
    JsonNode target = send("", "Target.createTarget", Map.of("url", "about:blank"));
    session =
        send(
                "",
                "Target.attachToTarget",
                Map.of("targetId", target.path("targetId").asText(), "flatten", true))
            .path("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network", "Accessibility", "DOM")) {
      call(domain + ".enable", Map.of());
    }
  }

  private void read() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = chromium.output()) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        for (int i = 0; i < length; i++) {
          if (buffer[i] == 0) {
            messages.put(MAPPER.readTree(message.toByteArray()));
            message.reset();
          } else {
            message.write(buffer[i]);
          }
        }
      }
    } catch (IOException e) {
      // Who waits for an answer is told that none came.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks the page for something and waits for the answer. */
  JsonNode call(String method, Map<String, ?> parameters) throws Exception {
    return send(session, method, parameters);
  }

  private JsonNode send(String to, String method, Map<String, ?> parameters) throws Exception {
    ObjectNode message = MAPPER.createObjectNode();
    int id = ++last;
    message.put("id", id).put("method", method);
    message.set("params", MAPPER.valueToTree(parameters));
    if (!to.isEmpty()) {
      message.put("sessionId", to);
    }
    byte[] bytes = (message + "\0").getBytes(StandardCharsets.UTF_8);
    chromium.input().write(bytes);
    chromium.input().flush();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    while (true) {
      JsonNode answer = next(end, method);
      if (answer.path("id").asInt() == id) {
        if (answer.has("error")) {
          throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return answer.path("result");
      }
    }
  }

  /** The next message; one that answers nothing is kept as an event. */
  private JsonNode next(long end, String waitingFor) throws Exception {
    JsonNode message = messages.poll(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    if (message == null) {
      throw new IllegalStateException(
          "Chromium did not answer %s.%n%s".formatted(waitingFor, chromium.errors()));
    }
    if (!message.has("id")) {
      events.add(message);
    }
    return message;
  }

  /** How a page is shown. */
  record Show(String name, int width, int height, boolean dark, boolean print) {
    static final Show LIGHT = new Show("light", 1200, 900, false, false);
    static final Show DARK = new Show("dark", 1200, 900, true, false);
    static final Show PHONE = new Show("phone", 360, 740, false, false);
    static final Show PRINT = new Show("print", 794, 1123, false, true);
  }

  /** Opens a file and waits until it is there; earlier events are forgotten. */
  void open(String path, Show show) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width",
            show.width(),
            "height",
            show.height(),
            "deviceScaleFactor",
            1,
            "mobile",
            show.equals(Show.PHONE)));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            show.print() ? "print" : "screen",
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", show.dark() ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    events.clear();
    call("Page.navigate", Map.of("url", "file://" + path));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    while (events("Page.loadEventFired").isEmpty()) {
      next(end, "the page " + path);
    }
  }

  /** What happened since the page was opened, by the protocol's name. */
  List<JsonNode> events(String method) {
    return events.stream()
        .filter(e -> e.path("method").asText().equals(method))
        .map(e -> e.path("params"))
        .toList();
  }

  /** Evaluates an expression in the page and returns its value. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(result.get("exceptionDetails").toString());
    }
    return result.path("result").path("value");
  }

  /** The whole page as a PNG, down to a height. */
  byte[] screenshot(int mostHeight) throws Exception {
    JsonNode size = call("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
    return bytes(
        call(
            "Page.captureScreenshot",
            Map.of(
                "format",
                "png",
                "captureBeyondViewport",
                true,
                "clip",
                Map.of(
                    "x",
                    0,
                    "y",
                    0,
                    "width",
                    size.path("width").asInt(),
                    "height",
                    Math.min(mostHeight, size.path("height").asInt()),
                    "scale",
                    1))));
  }

  /** The page as it is printed on A4. */
  byte[] pdf() throws Exception {
    return bytes(
        call(
            "Page.printToPDF",
            Map.of("paperWidth", 8.27, "paperHeight", 11.69, "printBackground", false)));
  }

  private static byte[] bytes(JsonNode answer) {
    return Base64.getDecoder().decode(answer.path("data").asText());
  }

  @Override
  public void close() {
    chromium.close();
    reader.interrupt();
  }
}
