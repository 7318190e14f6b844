package org.bootgrade.server;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.sse.SseHandler;
import io.javalin.util.JavalinBindException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.bootgrade.contents.Content;
import org.bootgrade.contents.Contents;
import org.bootgrade.contents.FileList;
import org.bootgrade.dispatch.Dispatch;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Grading;
import org.bootgrade.ledger.HandedIn;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.ledger.Outgoing;
import org.bootgrade.ledger.Receipt;
import org.bootgrade.ledger.Submission;
import org.bootgrade.ledger.Token;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers calls. */
final class Web implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Web.class);

  /** Of a call that has nothing to do with files. */
  private static final long LARGEST_BODY = 64 << 10;

  private static final String RETRY_SECONDS = "5";

  private final ServiceSettings settings;
  private final Ledger ledger;
  private final Contents contents;
  private final Dispatch dispatch;
  private final Doors doors;
  private final AdminCalls admin;
  private final Upload upload;
  private final Answers answers = new Answers();
  private final Followers followers;
  private final Javalin javalin;

  /**
   * @param outbox what tells others
   * @param scratch where forms are kept while they are read
   */
  Web(
      ServiceSettings settings,
      Ledger ledger,
      Contents contents,
      Dispatch dispatch,
      Outgoing outbox,
      Tokens tokens,
      Path scratch) {
    this.settings = settings;
    this.ledger = ledger;
    this.contents = contents;
    this.dispatch = dispatch;
    this.doors = new Doors(tokens);
    this.admin = new AdminCalls(settings, ledger, outbox, tokens, doors, answers);
    this.upload = new Upload(settings, contents);
    this.followers = new Followers(settings.limits().followers(), this::news);
    this.javalin = Javalin.create(config -> configure(config, scratch));
  }

  private void configure(JavalinConfig config, Path scratch) {
    config.startup.showJavalinBanner = false;
    config.http.maxRequestSize = LARGEST_BODY;
    config.http.prefer405over404 = true;
    config.http.strictContentTypes = false;
    config.jetty.host = settings.address();
    config.jetty.port = settings.port();
    config.jetty.multipartConfig.cacheDirectory(scratch.toString());
    config.jetty.multipartConfig.maxInMemoryFileSize(1, SizeUnit.KB);
    config.jetty.multipartConfig.maxFileSize(settings.limits().archive(), SizeUnit.BYTES);
    config.jetty.multipartConfig.maxTotalRequestSize(
        settings.limits().archive() + LARGEST_BODY, SizeUnit.BYTES);
    config.routes.before(
        context ->
            context
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store"));
    config.routes.get("/healthz", context -> answers.json(context, 200, Map.of("status", "ok")));
    config.routes.get("/readyz", this::ready);
    config.routes.post("/v1/submissions", this::submit);
    config.routes.get("/v1/submissions/{id}", this::status);
    config.routes.get("/v1/submissions/{id}/events", this::follow);
    config.routes.get("/v1/submissions/{id}/files/<path>", this::file);
    admin.configure(config.routes);
    config.routes.exception(
        Refused.class, (e, context) -> answers.problem(context, e.status(), e.detail()));
    config.routes.exception(
        InfrastructureFailure.class,
        (e, context) -> {
          LOG.error("a call failed", e);
          context.header("Retry-After", RETRY_SECONDS);
          answers.problem(
              context,
              503,
              "The service cannot do this now, through no fault of the caller. Call again later.");
        });
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          LOG.error("a call met an error of ours", e);
          answers.problem(context, 500, "An error of bootgrade's own; its log says more.");
        });
    config.routes.exception(
        HttpResponseException.class,
        (e, context) ->
            answers.problem(
                context,
                e.getStatus(),
                e.getStatus() == 404
                    ? "There is nothing at this address."
                    : "This address does not take such a call."));
  }

  /**
   * Begins to answer.
   *
   * @return the port
   * @throws InfrastructureFailure where the address cannot be had
   */
  int start() throws InfrastructureFailure {
    try {
      return javalin.start().port();
    } catch (JavalinBindException e) {
      throw new InfrastructureFailure(
          "nothing can be answered at %s, port %d".formatted(settings.address(), settings.port()),
          "Another process may listen there: choose another port with --port.",
          e);
    }
  }

  private void ready(Context context) {
    Map<String, String> troubles = new LinkedHashMap<>();
    try {
      ledger.ping();
    } catch (InfrastructureFailure e) {
      LOG.warn("not ready", e);
      troubles.put("database", "it does not answer");
    }
    dispatch
        .paused()
        .ifPresent(
            paused -> troubles.put("worker", "it pauses until %s".formatted(paused.until())));
    answers.json(
        context,
        troubles.isEmpty() ? 200 : 503,
        Map.of("status", troubles.isEmpty() ? "ready" : "not ready", "troubles", troubles));
  }

  private void submit(Context context) throws Refused, InfrastructureFailure {
    Token token = doors.with(context, Scope.SUBMIT);
    HandedIn in = upload.take(context, token);
    Receipt receipt = ledger.receive(in, dispatch);
    if (receipt instanceof Receipt.KeyInUse other) {
      throw new Refused(
          422,
          "Another submission was handed in with this Idempotency-Key: %s. Use a new key."
              .formatted(other.submission().id()));
    }
    Receipt.Taken taken = (Receipt.Taken) receipt;
    if (taken.fresh()) {
      dispatch.nudge();
    }
    SubmissionStatus status = statusOf(context, taken.submission());
    context.header("Location", String.valueOf(status.links().get("self")));
    answers.json(context, 202, status);
  }

  private void status(Context context) throws Refused, InfrastructureFailure {
    answers.json(context, 200, statusOf(context, followed(context)));
  }

  private void follow(Context context) throws Refused, InfrastructureFailure {
    Submission submission = followed(context);
    if (!String.valueOf(context.header("Accept")).contains("text/event-stream")) {
      throw new Refused(406, "These are events: ask with Accept: text/event-stream.");
    }
    if (followers.full()) {
      throw new Refused(
          503,
          "%d calls follow submissions already. Ask for the status now and then instead."
              .formatted(settings.limits().followers()));
    }
    new SseHandler(client -> followers.add(client, submission.id(), base(context))).handle(context);
  }

  private Followers.News news(UUID id, String base) throws InfrastructureFailure {
    Submission submission = ledger.submission(id).orElseThrow();
    Grading grading = ledger.lastGrading(id).orElseThrow();
    return new Followers.News(
        answers.text(status(submission, grading, base)), grading.status().over());
  }

  private void file(Context context) throws Refused, InfrastructureFailure {
    Token token = doors.with(context, Scope.READ);
    Submission submission = submission(context, token);
    String path = context.pathParam("path");
    Grading.Outcome outcome = grading(submission).outcome();
    if (outcome == null || outcome.files() == null) {
      throw new Refused(404, "There is no verdict yet, and so there are no files.");
    }
    Optional<Content> file = FileList.read(outcome.files(), contents).file(path);
    if (file.isEmpty()) {
      throw new Refused(404, "This submission has no such file.");
    }
    context.header(
        "Content-Security-Policy",
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    context.contentType(type(path));
    context.result(contents.open(file.get().digest()));
  }

  private static String type(String path) {
    if (path.equals("report.html") || path.equals("instructor.html")) {
      return "text/html; charset=utf-8";
    }
    if (path.endsWith(".json")) {
      return "application/json";
    }
    return path.endsWith(".txt") || path.endsWith(".log")
        ? "text/plain; charset=utf-8"
        : "application/octet-stream";
  }

  /** A submission that the caller may follow: one of its own, or any that it may read. */
  private Submission followed(Context context) throws Refused, InfrastructureFailure {
    Token token = doors.with(context, Scope.SUBMIT);
    Submission submission = submission(context, token);
    if (!Doors.allows(token, Scope.READ) && !submission.origin().equals(token.id())) {
      throw noSuch();
    }
    return submission;
  }

  private Submission submission(Context context, Token token)
      throws Refused, InfrastructureFailure {
    UUID id;
    try {
      id = UUID.fromString(context.pathParam("id"));
    } catch (IllegalArgumentException e) {
      throw noSuch();
    }
    // Whether there is one of another course is nobody's business either.
    return ledger
        .submission(id)
        .filter(s -> Doors.opens(token, s.course()))
        .orElseThrow(Web::noSuch);
  }

  private static Refused noSuch() {
    return new Refused(404, "There is no such submission.");
  }

  private Grading grading(Submission submission) throws InfrastructureFailure {
    return ledger.lastGrading(submission.id()).orElseThrow();
  }

  private SubmissionStatus statusOf(Context context, Submission submission)
      throws InfrastructureFailure {
    return status(submission, grading(submission), base(context));
  }

  /** How the caller reaches the service. */
  private String base(Context context) {
    return settings.url().isEmpty() ? context.scheme() + "://" + context.host() : settings.url();
  }

  private SubmissionStatus status(Submission submission, Grading grading, String base)
      throws InfrastructureFailure {
    Integer ahead =
        grading.status() == Grading.Status.QUEUED ? Integer.valueOf(ledger.before(grading)) : null;
    return SubmissionStatus.of(submission, grading, ahead, base);
  }

  @Override
  public void close() {
    followers.close();
    javalin.stop();
  }
}
