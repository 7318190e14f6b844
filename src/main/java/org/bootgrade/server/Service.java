package org.bootgrade.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.bootgrade.contents.Contents;
import org.bootgrade.contents.DirectoryContents;
import org.bootgrade.dispatch.Dispatch;
import org.bootgrade.evidence.FileTrouble;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.Database;
import org.bootgrade.ledger.Ledger;
import org.bootgrade.outbox.Outbox;
import org.jspecify.annotations.Nullable;

/** A process of the service. */
public final class Service implements AutoCloseable {

  private static final String ADMIN_TOKEN = "admin-token";

  /** What a process does. */
  public enum Role {
    /** It answers calls. */
    WEB,
    /** It grades. */
    WORKER
  }

  /**
   * Where a process runs.
   *
   * @param settings of the service
   * @param roles what it does
   * @param data the folder of what is kept
   * @param scratch a folder of this process, for what is needed no longer
   * @param jobs how many submissions it grades at once
   * @param name of this machine
   * @param clock what time it is
   */
  public record Place(
      ServiceSettings settings,
      Set<Role> roles,
      Path data,
      Path scratch,
      int jobs,
      String name,
      InstantSource clock) {
    public Place {
      roles = EnumSet.copyOf(roles);
    }
  }

  /** Where calls are answered; empty before that. */
  private static final class Address implements Supplier<String> {
    private volatile String address = "";

    void set(String known) {
      address = known;
    }

    @Override
    public String get() {
      return address;
    }
  }

  private final Ledger ledger;
  private final Dispatch dispatch;
  private final Outbox outbox;
  private final @Nullable Web web;
  private final Place place;
  private final Tokens tokens;

  private final Address address;

  private Service(
      Place place,
      Ledger ledger,
      Dispatch dispatch,
      Outbox outbox,
      Tokens tokens,
      @Nullable Web web,
      Address address) {
    this.place = place;
    this.ledger = ledger;
    this.dispatch = dispatch;
    this.outbox = outbox;
    this.address = address;
    this.tokens = tokens;
    this.web = web;
  }

  /**
   * Opens the database and the store; nothing is answered or graded yet.
   *
   * @param shelf what a worker grades with
   * @throws InfrastructureFailure when one of them cannot be used
   * @throws IllegalArgumentException with a sentence for whoever wrote the database's address
   */
  public static Service open(Place place, Bench.Shelf shelf) throws InfrastructureFailure {
    ServiceSettings settings = place.settings();
    makePrivate(place.data());
    Ledger ledger = Ledger.open(database(place), place.clock());
    boolean opened = false;
    try {
      Contents contents = new DirectoryContents(place.data().resolve("contents"));
      Tokens tokens = new Tokens(ledger, place.clock());
      String name = place.name() + "-" + UUID.randomUUID().toString().substring(0, 8);
      Address address = new Address();
      Outbox outbox =
          new Outbox(
              ledger,
              outbox(place, name),
              new WebhookCourier(settings, address, place.clock()),
              place.clock());
      Dispatch dispatch =
          new Dispatch(
              ledger,
              dispatch(place, name),
              new GradingJob(
                  ledger, contents, outbox, shelf, settings, name, place.scratch(), place.clock()),
              place.clock());
      Web web =
          place.roles().contains(Role.WEB)
              ? new Web(settings, ledger, contents, dispatch, outbox, tokens, place.scratch())
              : null;
      opened = true;
      return new Service(place, ledger, dispatch, outbox, tokens, web, address);
    } finally {
      if (!opened) {
        ledger.close();
      }
    }
  }

  private static Database database(Place place) {
    ServiceSettings.Database wanted = place.settings().database();
    return wanted.url().isEmpty()
        ? Database.file(place.data())
        : Database.server(
            wanted.url(),
            wanted.user().isEmpty() ? null : wanted.user(),
            wanted.password().isEmpty() ? null : wanted.password());
  }

  private static Dispatch.Settings dispatch(Place place, String name) {
    ServiceSettings.Worker worker = place.settings().worker();
    return new Dispatch.Settings(
        name,
        place.roles().contains(Role.WORKER) ? place.jobs() : 0,
        Duration.ofSeconds(worker.pollSeconds()),
        Duration.ofSeconds(worker.heartbeatSeconds()),
        worker.missedHeartbeats(),
        Duration.ofSeconds(worker.leaveSeconds()),
        worker.pauseAfter(),
        Duration.ofSeconds(worker.pauseSeconds()),
        Duration.ofSeconds(worker.longestPauseSeconds()));
  }

  private static Outbox.Settings outbox(Place place, String name) {
    ServiceSettings.Worker worker = place.settings().worker();
    ServiceSettings.Delivery delivery = place.settings().delivery();
    return new Outbox.Settings(
        name,
        place.roles().contains(Role.WEB) ? delivery.threads() : 0,
        Duration.ofSeconds(worker.pollSeconds()),
        Duration.ofSeconds(worker.heartbeatSeconds()),
        worker.missedHeartbeats(),
        Duration.ofSeconds(delivery.timeoutSeconds()),
        delivery.attempts(),
        Duration.ofSeconds(delivery.retrySeconds()),
        Duration.ofSeconds(delivery.longestRetrySeconds()));
  }

  /**
   * Begins to answer, to tell others and to grade, as the roles say.
   *
   * @throws InfrastructureFailure when the address cannot be had
   */
  public void start() throws InfrastructureFailure {
    if (web != null) {
      String url = place.settings().url();
      int port = web.start();
      address.set(url.isEmpty() ? "http://%s:%d".formatted(place.settings().address(), port) : url);
    }
    outbox.start();
    dispatch.start();
  }

  /** Where calls are answered; empty where they are not. */
  public String address() {
    return address.get();
  }

  /**
   * The file with a token that allows everything, made where there are no tokens at all.
   *
   * @throws InfrastructureFailure when it cannot be written
   */
  public Path adminToken() throws InfrastructureFailure {
    Path file = place.data().resolve(ADMIN_TOKEN);
    if (!ledger.tokens().isEmpty()) {
      return file;
    }
    String token = tokens.make("admin", EnumSet.of(Scope.ADMIN), null).text();
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, token + "\n");
      return file;
    } catch (IOException e) {
      throw disk(file, e);
    }
  }

  private static void makePrivate(Path folder) throws InfrastructureFailure {
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw disk(folder, e);
    }
  }

  private static InfrastructureFailure disk(Path path, IOException e) {
    return new InfrastructureFailure(
        "%s could not be written (%s)".formatted(path, FileTrouble.reason(e, path)),
        "See that it can be written and the disk is not full, or name another folder with --data.",
        e);
  }

  /** Answers no more, and waits for what is being graded, as long as the settings say. */
  @Override
  public void close() {
    if (web != null) {
      web.close();
    }
    dispatch.close();
    outbox.close();
    ledger.close();
  }
}
