package org.bootgrade.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Deliveries;
import org.bootgrade.ledger.Delivery;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.ledger.Outgoing;
import org.bootgrade.ledger.Token;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers whoever runs the service: who may call, and what others could not be told. */
final class AdminCalls {

  private static final Logger LOG = LoggerFactory.getLogger(AdminCalls.class);

  /** As many as one looks at; whoever replays all of more calls again. */
  private static final int MOST_DELIVERIES = 1000;

  private final ServiceSettings settings;
  private final Ledger ledger;
  private final Outgoing outbox;
  private final Tokens tokens;
  private final Doors doors;
  private final Answers answers;
  private final ObjectMapper mapper = new ObjectMapper();

  AdminCalls(
      ServiceSettings settings,
      Ledger ledger,
      Outgoing outbox,
      Tokens tokens,
      Doors doors,
      Answers answers) {
    this.settings = settings;
    this.ledger = ledger;
    this.outbox = outbox;
    this.tokens = tokens;
    this.doors = doors;
    this.answers = answers;
  }

  void configure(RoutesConfig routes) {
    routes.post("/v1/tokens", this::makeToken);
    routes.get("/v1/tokens", this::listTokens);
    routes.delete("/v1/tokens/{id}", this::revokeToken);
    routes.get("/v1/deliveries", this::listDeliveries);
    routes.post("/v1/deliveries/replay", this::replayAll);
    routes.post("/v1/deliveries/{id}/replay", this::replay);
  }

  private void makeToken(Context context) throws Refused, InfrastructureFailure {
    doors.with(context, Scope.ADMIN);
    JsonNode wanted = body(context);
    String name = wanted.path("name").asText("").strip();
    if (name.isEmpty() || name.length() > 200) {
      throw new Refused(400, "Give the token a \"name\" of 200 characters at the most.");
    }
    Set<Scope> scopes = new LinkedHashSet<>();
    for (JsonNode word : wanted.path("scopes")) {
      scopes.add(
          Scope.of(word.asText())
              .orElseThrow(
                  () ->
                      new Refused(400, "\"scopes\" may hold \"submit\", \"read\" and \"admin\".")));
    }
    if (scopes.isEmpty()) {
      throw new Refused(400, "Say what the token allows: \"scopes\": [\"submit\", \"read\"].");
    }
    String course = wanted.hasNonNull("course") ? wanted.get("course").asText() : null;
    if (course != null && settings.courses().stream().noneMatch(c -> c.id().equals(course))) {
      throw new Refused(400, "There is no such course.");
    }
    Tokens.Made made = tokens.make(name, scopes, course);
    Map<String, Object> answer = new LinkedHashMap<>(shown(made.token()));
    answer.put("token", made.text());
    answers.json(context, 201, answer);
  }

  private JsonNode body(Context context) throws Refused {
    try {
      JsonNode body = mapper.readTree(context.bodyAsBytes());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (IOException e) {
      LOG.debug("a body is no JSON", e);
    }
    throw new Refused(400, "Send a JSON object as the body.");
  }

  private void listTokens(Context context) throws Refused, InfrastructureFailure {
    doors.with(context, Scope.ADMIN);
    answers.json(
        context, 200, Map.of("tokens", ledger.tokens().stream().map(AdminCalls::shown).toList()));
  }

  private static Map<String, Object> shown(Token token) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", token.id());
    shown.put("name", token.name());
    shown.put("scopes", token.scopes().stream().sorted().toList());
    if (token.course() != null) {
      shown.put("course", token.course());
    }
    shown.put("createdAt", token.createdAt().toString());
    return shown;
  }

  private void revokeToken(Context context) throws Refused, InfrastructureFailure {
    doors.with(context, Scope.ADMIN);
    if (!ledger.revoke(context.pathParam("id"))) {
      throw new Refused(404, "There is no such token.");
    }
    context.status(204);
  }

  private void listDeliveries(Context context) throws Refused, InfrastructureFailure {
    doors.with(context, Scope.ADMIN);
    String word = context.queryParam("state");
    Delivery.State state =
        Delivery.State.of(word == null ? Delivery.State.DEAD.word() : word)
            .orElseThrow(() -> new Refused(400, "\"state\" may be waiting, delivered or dead."));
    answers.json(
        context,
        200,
        Map.of(
            "deliveries",
            ledger.deliveries().all(state, MOST_DELIVERIES).stream()
                .map(DeliveryStatus::of)
                .toList()));
  }

  private void replay(Context context) throws Refused, InfrastructureFailure {
    doors.with(context, Scope.ADMIN);
    Deliveries deliveries = ledger.deliveries();
    UUID id;
    try {
      id = UUID.fromString(context.pathParam("id").replaceFirst("^msg_", ""));
    } catch (IllegalArgumentException e) {
      throw noSuch();
    }
    Delivery delivery = deliveries.find(id).orElseThrow(AdminCalls::noSuch);
    if (!deliveries.replay(id, outbox)) {
      throw new Refused(409, "It is not dead but %s.".formatted(delivery.state().word()));
    }
    answers.json(context, 202, Map.of("replayed", 1));
  }

  private void replayAll(Context context) throws Refused, InfrastructureFailure {
    doors.with(context, Scope.ADMIN);
    Deliveries deliveries = ledger.deliveries();
    int replayed = 0;
    for (Delivery delivery : deliveries.all(Delivery.State.DEAD, MOST_DELIVERIES)) {
      replayed += deliveries.replay(delivery.id(), outbox) ? 1 : 0;
    }
    answers.json(context, 202, Map.of("replayed", replayed));
  }

  private static Refused noSuch() {
    return new Refused(404, "There is no such delivery.");
  }
}
