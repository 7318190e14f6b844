package org.bootgrade.server;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bootgrade.hooks.StandardWebhooks;
import org.jspecify.annotations.Nullable;

/**
 * How the service works. What each setting means, and what it is where nobody sets it, is in {@code
 * serve.toml}. A constructor throws an {@link IllegalArgumentException} whose message is a sentence
 * for whoever wrote the value.
 */
public record ServiceSettings(
    String address,
    int port,
    String url,
    String data,
    Database database,
    Worker worker,
    Delivery delivery,
    Limits limits,
    List<Course> courses) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final int LARGEST_PORT = 65535;
  private static final int LEAST_MISSED = 4;

  public ServiceSettings {
    within("port", port, 0, LARGEST_PORT);
    if (!url.isEmpty() && !url.matches("https?://[^/\\s]+(/[^\\s]*[^/\\s])?")) {
      throw new IllegalArgumentException(
          "url is \"%s\": write https://HOST, without a slash at the end".formatted(url));
    }
    courses = courses == null ? List.of() : List.copyOf(courses);
    unique("courses", courses.stream().map(Course::id).toList());
  }

  /** The database; empty texts for the file in the data folder. */
  public record Database(String url, String user, String password) {
    @Override
    public String toString() {
      // Settings are logged.
      return "Database[url=" + (url.isEmpty() ? "" : "…") + "]";
    }
  }

  /** How a worker works. */
  public record Worker(
      int jobs,
      @JsonProperty("poll-seconds") int pollSeconds,
      @JsonProperty("heartbeat-seconds") int heartbeatSeconds,
      @JsonProperty("missed-heartbeats") int missedHeartbeats,
      int attempts,
      @JsonProperty("retry-seconds") int retrySeconds,
      @JsonProperty("pause-after") int pauseAfter,
      @JsonProperty("pause-seconds") int pauseSeconds,
      @JsonProperty("longest-pause-seconds") int longestPauseSeconds,
      @JsonProperty("leave-seconds") int leaveSeconds) {

    private static final int DAY = 24 * 3600;

    /** Within a minute a process that is told to end has ended. */
    private static final int LONGEST_LEAVE = 45;

    public Worker {
      within("worker.jobs", jobs, 0, 64);
      within("worker.poll-seconds", pollSeconds, 1, 60);
      within("worker.heartbeat-seconds", heartbeatSeconds, 1, 3600);
      within("worker.missed-heartbeats", missedHeartbeats, LEAST_MISSED, 100);
      within("worker.attempts", attempts, 1, 100);
      within("worker.retry-seconds", retrySeconds, 1, DAY);
      within("worker.pause-after", pauseAfter, 1, 1000);
      within("worker.pause-seconds", pauseSeconds, 1, DAY);
      within("worker.longest-pause-seconds", longestPauseSeconds, pauseSeconds, DAY);
      within("worker.leave-seconds", leaveSeconds, 0, LONGEST_LEAVE);
    }

    /**
     * How long a submission waits after an attempt that failed through no fault of its own.
     *
     * @param attempt from 1 on
     * @return null where there is no further one
     */
    @Nullable Duration again(int attempt) {
      if (attempt >= attempts) {
        return null;
      }
      int doublings = Math.min(attempt - 1, 16);
      return Duration.ofSeconds(Math.min(DAY, (long) retrySeconds << doublings));
    }
  }

  /** How others are told. */
  public record Delivery(
      int threads,
      int attempts,
      @JsonProperty("retry-seconds") int retrySeconds,
      @JsonProperty("longest-retry-seconds") int longestRetrySeconds,
      @JsonProperty("timeout-seconds") int timeoutSeconds) {

    private static final int WEEK = 7 * 24 * 3600;

    public Delivery {
      within("delivery.threads", threads, 1, 64);
      within("delivery.attempts", attempts, 1, 100);
      within("delivery.retry-seconds", retrySeconds, 1, WEEK);
      within("delivery.longest-retry-seconds", longestRetrySeconds, retrySeconds, WEEK);
      within("delivery.timeout-seconds", timeoutSeconds, 1, 300);
    }
  }

  /** How much is taken. */
  public record Limits(@JsonProperty("archive-mebibytes") int archiveMebibytes, int followers) {
    public Limits {
      within("limits.archive-mebibytes", archiveMebibytes, 1, 1024);
      within("limits.followers", followers, 1, 10_000);
    }

    /** In bytes. */
    long archive() {
      return (long) archiveMebibytes << 20;
    }
  }

  /** A course. */
  public record Course(
      String id, @Nullable String title, List<Assignment> assignments, List<Webhook> webhooks) {
    public Course {
      checkId("courses.id", id);
      if (assignments == null || assignments.isEmpty()) {
        throw new IllegalArgumentException("course %s has no assignments".formatted(id));
      }
      assignments = List.copyOf(assignments);
      unique("assignments of " + id, assignments.stream().map(Assignment::id).toList());
      webhooks = webhooks == null ? List.of() : List.copyOf(webhooks);
      unique("webhooks of " + id, webhooks.stream().map(Webhook::id).toList());
    }
  }

  /**
   * Who is told of each grading of a course that is over.
   *
   * @param url what is called
   * @param secret what calls are signed with; see {@link StandardWebhooks#of}
   */
  public record Webhook(String id, String url, String secret) {
    public Webhook {
      checkId("courses.webhooks.id", id);
      if (url == null || !url.matches("https?://[^/\\s@]+(/[^\\s]*)?")) {
        throw new IllegalArgumentException(
            "the url of webhook %s is %s: write https://HOST/PATH"
                .formatted(id, url == null ? "missing" : "\"" + url + "\""));
      }
      StandardWebhooks.of(secret == null ? "" : secret);
    }

    @Override
    public String toString() {
      // Settings are logged.
      return "Webhook[id=%s]".formatted(id);
    }
  }

  /**
   * An assignment of a course.
   *
   * @param rubric its file; null for the one of that id
   * @param graders a jar, classes or sources; null for the rubric's own
   */
  public record Assignment(String id, @Nullable String rubric, @Nullable String graders) {
    public Assignment {
      checkId("courses.assignments.id", id);
    }
  }

  /** An assignment, where the course has it. */
  Optional<Assignment> assignment(String course, String assignment) {
    return courses.stream()
        .filter(c -> c.id().equals(course))
        .flatMap(c -> c.assignments().stream())
        .filter(a -> a.id().equals(assignment))
        .findFirst();
  }

  /** Who is told of a course's gradings. */
  List<Webhook> webhooks(String course) {
    return courses.stream()
        .filter(c -> c.id().equals(course))
        .flatMap(c -> c.webhooks().stream())
        .toList();
  }

  /** The same with other courses. */
  public ServiceSettings with(List<Course> others) {
    return new ServiceSettings(
        address, port, url, data, database, worker, delivery, limits, others);
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d: it must be %d to %d".formatted(name, value, least, most));
    }
  }

  private static void checkId(String name, @Nullable String id) {
    if (id == null || !ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "%s is %s: it must be letters, digits, dots, hyphens and underscores, 100 at the most"
              .formatted(name, id == null ? "missing" : "\"" + id + "\""));
    }
  }

  private static void unique(String name, List<String> ids) {
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (!seen.add(id)) {
        throw new IllegalArgumentException("%s: \"%s\" is there twice".formatted(name, id));
      }
    }
  }
}
