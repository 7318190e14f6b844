package org.bootgrade.server;

import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bootgrade.evidence.InfrastructureFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who follow a submission (server-sent events) of each change, until it is over. The
 * change may be another process's, so the database is asked.
 */
final class Followers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

  private static final Duration BETWEEN = Duration.ofMillis(500);

  /** Proxies close a connection on which nothing comes for a minute. */
  private static final int LOOKS_TO_A_SIGN = 30;

  private final int most;
  private final Source source;
  private final Map<SseClient, Followed> clients = new ConcurrentHashMap<>();
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "followers");
            thread.setDaemon(true);
            return thread;
          });

  /** Where the news come from. */
  interface Source {
    News of(UUID submission, String base) throws InfrastructureFailure;
  }

  /**
   * How far a submission is.
   *
   * @param text to be told
   * @param over whether nothing more comes
   */
  record News(String text, boolean over) {}

  /** What a client was told, and how many looks ago. */
  private static final class Followed {
    private final UUID submission;
    private final String base;
    private String told = "";
    private int quiet;

    Followed(UUID submission, String base) {
      this.submission = submission;
      this.base = base;
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it goes on until it is shut down
  Followers(int most, Source source) {
    this.most = most;
    this.source = source;
    looks.scheduleWithFixedDelay(
        this::look, BETWEEN.toMillis(), BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether no more are taken. */
  boolean full() {
    return clients.size() >= most;
  }

  /**
   * Adds one.
   *
   * @param base how it reaches the service
   */
  void add(SseClient client, UUID submission, String base) {
    client.keepAlive();
    client.onClose(() -> clients.remove(client));
    clients.put(client, new Followed(submission, base));
  }

  private void look() {
    for (Map.Entry<SseClient, Followed> client : List.copyOf(clients.entrySet())) {
      try {
        tell(client.getKey(), client.getValue());
      } catch (InfrastructureFailure e) {
        LOG.info("nobody can be told of changes now: {}", e.getMessage());
        return;
      } catch (RuntimeException e) {
        LOG.info("somebody who followed is gone", e);
        clients.remove(client.getKey());
        client.getKey().close();
      }
    }
  }

  private void tell(SseClient client, Followed followed) throws InfrastructureFailure {
    News news = source.of(followed.submission, followed.base);
    if (!news.text().equals(followed.told)) {
      client.sendEvent("status", news.text());
      followed.told = news.text();
      followed.quiet = 0;
    } else if (++followed.quiet >= LOOKS_TO_A_SIGN) {
      client.sendComment("still there");
      followed.quiet = 0;
    }
    if (news.over()) {
      clients.remove(client);
      client.close();
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
    clients.keySet().forEach(SseClient::close);
    clients.clear();
  }
}
