package org.bootgrade.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.hooks.StandardWebhooks;
import org.bootgrade.ledger.Delivery;
import org.bootgrade.ledger.Grading;
import org.bootgrade.outbox.Courier;
import org.jspecify.annotations.Nullable;

/**
 * Calls webhooks. An answer of 2xx is taken for receipt and 410 for never again, as the Standard
 * Webhooks specification has it; nothing follows a redirect.
 */
final class WebhookCourier implements Courier {

  private static final int GONE = 410;

  private final ServiceSettings settings;
  private final Supplier<String> base;
  private final InstantSource clock;
  private final HttpClient http;
  private final Answers answers = new Answers();
  private final ObjectMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /**
   * @param base how the service is reached
   */
  WebhookCourier(ServiceSettings settings, Supplier<String> base, InstantSource clock) {
    this.settings = settings;
    this.base = base;
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout())
            .build();
  }

  /**
   * What a webhook is told.
   *
   * @param type {@code grading.finished}
   * @param timestamp when it was over
   * @param data what is to be known
   */
  private record Message(String type, String timestamp, Data data) {}

  /**
   * A grading that is over.
   *
   * @param submission as its status URL tells it
   * @param grading counts the submission's gradings from 1; the last one holds
   * @param score the points; null where there is no verdict
   * @param maxScore what a perfect submission gets; null as above
   */
  private record Data(
      SubmissionStatus submission,
      int grading,
      @Nullable JsonNode score,
      @Nullable JsonNode maxScore) {}

  @Override
  public Answer deliver(Delivery delivery) throws InfrastructureFailure, InterruptedException {
    Optional<ServiceSettings.Webhook> hook =
        settings.webhooks(delivery.submission().course()).stream()
            .filter(w -> w.id().equals(delivery.receiver()))
            .findFirst();
    if (hook.isEmpty()) {
      return new Gone("course %s has no such webhook".formatted(delivery.submission().course()));
    }
    byte[] body = answers.text(message(delivery)).getBytes(StandardCharsets.UTF_8);
    String id = "msg_" + delivery.id();
    Instant now = clock.instant();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(hook.get().url()))
            .timeout(timeout())
            .header("Content-Type", "application/json")
            .header("User-Agent", "bootgrade")
            .header(StandardWebhooks.ID, id)
            .header(StandardWebhooks.TIMESTAMP, Long.toString(now.getEpochSecond()))
            .header(
                StandardWebhooks.SIGNATURE,
                StandardWebhooks.of(hook.get().secret()).sign(id, now, body))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      return answer(http.send(request, BodyHandlers.discarding()));
    } catch (HttpTimeoutException e) {
      return new NotTaken("no answer within %d s".formatted(timeout().toSeconds()), null);
    } catch (IOException e) {
      return new NotTaken("no answer (%s)".formatted(reason(e)), null);
    }
  }

  private Message message(Delivery delivery) throws InfrastructureFailure {
    Grading grading = delivery.grading();
    Grading.Outcome outcome = grading.outcome();
    JsonNode result = mapper.missingNode();
    if (outcome != null && outcome.result() != null) {
      try {
        result = mapper.readTree(outcome.result());
      } catch (JsonProcessingException e) {
        throw new InfrastructureFailure(
            "the result of grading %s is no JSON".formatted(grading.id()),
            "Restore the database from a back-up.",
            e);
      }
    }
    SubmissionStatus status = SubmissionStatus.of(delivery.submission(), grading, null, base.get());
    return new Message(
        "grading.finished",
        String.valueOf(grading.finishedAt()),
        new Data(status, grading.number(), result.get("score"), result.get("maxScore")));
  }

  private Answer answer(HttpResponse<?> response) {
    int status = response.statusCode();
    String said = "it answered %d".formatted(status);
    if (status / 100 == 2) {
      return new Taken(said);
    }
    return status == GONE
        ? new Gone(said)
        : new NotTaken(
            said,
            response
                .headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(null));
  }

  /** Java's client wraps reasons that say something in others that do not. */
  private static String reason(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        return cause.getMessage().lines().findFirst().orElse("");
      }
    }
    return e.getClass().getSimpleName();
  }

  private Duration timeout() {
    return Duration.ofSeconds(settings.delivery().timeoutSeconds());
  }
}
