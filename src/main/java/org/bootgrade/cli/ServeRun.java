package org.bootgrade.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.sandbox.OwnedFolder;
import org.bootgrade.server.Service;
import org.bootgrade.server.ServiceSettings;
import org.bootgrade.server.ServiceSettings.Assignment;
import org.bootgrade.server.ServiceSettings.Course;
import org.bootgrade.server.SettingsReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A process of the service, from its start to its end. */
final class ServeRun {

  private final Surroundings here;
  private final SandboxOptions sandbox;
  private final Set<Service.Role> roles;

  ServeRun(Surroundings here, SandboxOptions sandbox, ServeCommand.Role role) {
    this.here = here;
    this.sandbox = sandbox;
    this.roles =
        switch (role) {
          case both -> EnumSet.allOf(Service.Role.class);
          case web -> EnumSet.of(Service.Role.WEB);
          case worker -> EnumSet.of(Service.Role.WORKER);
        };
  }

  static String defaults() {
    return SettingsReader.defaults();
  }

  int serve(@Nullable Path config, Map<String, String> environment)
      throws UsageError, InfrastructureFailure {
    ServiceSettings settings = settings(config, environment);
    Path folder = config == null ? null : config.toAbsolutePath().getParent();
    Workbenches benches = new Workbenches(here, sandbox, folder, here.err()::println);
    OwnedFolder scratch = OwnedFolder.make(here.cache().resolve("serve"));
    Running running = new Running(benches, scratch);
    try {
      if (roles.contains(Service.Role.WORKER)) {
        for (Course course : settings.courses()) {
          for (Assignment assignment : course.assignments()) {
            benches.open(assignment);
          }
        }
      }
      Service service = running.begin(open(place(settings, scratch), benches));
      service.start();
      tell(service, settings);
      running.last();
      return ExitCode.OK;
    } finally {
      running.end();
    }
  }

  private ServiceSettings settings(@Nullable Path config, Map<String, String> environment)
      throws UsageError {
    try {
      ServiceSettings settings = new SettingsReader().read(config, environment);
      if (!settings.courses().isEmpty()) {
        return settings;
      }
      List<Assignment> all =
          here.assignments().stream().map(id -> new Assignment(id, null, null)).toList();
      return settings.with(List.of(new Course("default", null, all, List.of())));
    } catch (SettingsReader.Unusable e) {
      throw new UsageError(String.valueOf(e.getMessage()));
    }
  }

  private Service.Place place(ServiceSettings settings, OwnedFolder scratch) {
    int jobs = settings.worker().jobs();
    return new Service.Place(
        settings,
        roles,
        settings.data().isEmpty() ? here.state().resolve("serve") : Path.of(settings.data()),
        scratch.path(),
        jobs == 0 ? Jobs.fitting() : jobs,
        machine(),
        InstantSource.system());
  }

  private static Service open(Service.Place place, Workbenches benches)
      throws UsageError, InfrastructureFailure {
    try {
      return Service.open(place, benches);
    } catch (IllegalArgumentException e) {
      throw new UsageError(String.valueOf(e.getMessage()));
    }
  }

  private static String machine() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private void tell(Service service, ServiceSettings settings) throws InfrastructureFailure {
    if (roles.contains(Service.Role.WEB)) {
      here.err().println("Answering at " + service.address());
      here.err().println("A token that allows everything: " + service.adminToken());
    }
    if (roles.contains(Service.Role.WORKER)) {
      here.err()
          .println(
              "Grading %s."
                  .formatted(
                      String.join(
                          ", ",
                          settings.courses().stream()
                              .flatMap(c -> c.assignments().stream())
                              .map(Assignment::id)
                              .distinct()
                              .toList())));
    }
    here.err().println("End it with Ctrl-C: what is being graded then is graded again later.");
    here.err().flush();
  }

  /** What is to be ended, also where the process is told to end. */
  private static final class Running {
    private final Workbenches benches;
    private final OwnedFolder scratch;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread atTheEnd = new Thread(this::close, "ending the service");
    private @Nullable Service service;
    private boolean closed;

    Running(Workbenches benches, OwnedFolder scratch) {
      this.benches = benches;
      this.scratch = scratch;
      Runtime.getRuntime().addShutdownHook(atTheEnd);
    }

    synchronized Service begin(Service begun) {
      service = begun;
      return begun;
    }

    /** Waits until it is ended. */
    void last() {
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void end() {
      close();
      try {
        Runtime.getRuntime().removeShutdownHook(atTheEnd);
      } catch (IllegalStateException endingAlready) {
        // It runs, or has run.
      }
    }

    private synchronized void close() {
      if (closed) {
        return;
      }
      closed = true;
      try {
        if (service != null) {
          service.close();
        }
      } catch (RuntimeException e) {
        LoggerFactory.getLogger(ServeRun.class).error("the service did not end well", e);
      } finally {
        benches.close();
        scratch.close();
        ended.countDown();
      }
    }
  }
}
